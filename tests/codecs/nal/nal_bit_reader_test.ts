import { assertEquals, assertThrows } from "@std/assert";
import { BitReader, removeEmulationPrevention } from "../../../lib/bits.ts";
import { NalBitReader } from "../../../lib/codecs/nal/nal_bit_reader.ts";
import { MediaError } from "../../../lib/errors.ts";
import { hex } from "../entry.ts";

const positions: [what: string, bytes: string, bits: number, read: number][] = [
  ["no bit", "ff ff", 0, 0],
  ["a bit of a byte", "ff ff", 1, 1],
  ["a byte", "ff ff", 8, 1],
  ["bits of the next byte", "ff ff", 9, 2],
  ["the two zeros before an emulation prevention byte", "00 00 03 01", 16, 2],
  ["a bit behind an emulation prevention byte", "00 00 03 01", 17, 4],
  ["two emulation prevention bytes", "00 00 03 00 00 03 01", 40, 7],
  ["a 03 after the one that was removed", "00 00 03 03", 24, 4],
  ["a 03 after one zero", "00 03 00 03", 32, 4],
];

for (const [what, bytes, bits, read] of positions) {
  Deno.test(`NalBitReader knows its position behind ${what}`, () => {
    const r = new NalBitReader(hex(bytes));
    r.skip(bits);
    assertEquals([r.bytesRead, r.isAligned], [read, bits % 8 === 0]);
  });
}

Deno.test("NalBitReader reads what BitReader reads without emulation prevention bytes", () => {
  const nal = hex("a5 00 00 03 00 17 00 00 03 03 ff 00 00 03 01 80 12 34 56 78 9a bc");
  const counts = [1, 7, 3, 32, 0, 13, 9, 1, 31];
  const [r, plain] = [new NalBitReader(nal), new BitReader(removeEmulationPrevention(nal))];
  assertEquals(counts.map((count) => r.bits(count)), counts.map((count) => plain.bits(count)));
  const codes = [0, 1, 2, 3];
  assertEquals(codes.map(() => r.ue()), codes.map(() => plain.ue()));
  assertEquals([r.se(), r.se()], [plain.se(), plain.se()]);
});

Deno.test("NalBitReader rejects a read past the end", () => {
  const r = new NalBitReader(hex("00 00 03"));
  r.skip(16);
  assertThrows(() => r.bit(), MediaError, "Cannot read past the 3 bytes of the NAL unit");
  assertThrows(() => new NalBitReader(hex("00")).ue(), MediaError, "Cannot read past the 1 bytes");
  const zeros = new NalBitReader(new Uint8Array(9));
  assertThrows(() => zeros.ue(), MediaError, "Cannot read an Exp-Golomb code longer than 63 bits");
});
