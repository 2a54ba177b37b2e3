import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { readPes } from "../../../lib/verify/readers/pes_packet.ts";

const hex = (text: string) => Uint8Array.fromHex(text.replaceAll(" ", ""));

Deno.test("readPes() reads PTS and DTS", () => {
  const packet = readPes(hex("000001 e0 0000 84 c0 0a 3100010003 1100010001 aabb"));
  assertEquals(packet, { streamId: 0xE0, pts: 1, dts: 0, aligned: true, data: hex("aabb") });
});

Deno.test("readPes() reads a PTS of 33 bits", () => {
  const packet = readPes(hex("000001 c0 000a 80 80 05 2fffffffff 0102"));
  assertEquals([packet.pts, packet.dts, packet.aligned], [2 ** 33 - 1, 2 ** 33 - 1, false]);
});

const invalid: [bytes: string, message: string][] = [
  ["000002 e0 0000 80 80 05 2100010001", "Cannot find the start code"],
  ["000001 c0 0009 80 80 05 2100010001", "Cannot read PES_packet_length 9, expected 8"],
  ["000001 c0 0000 80 80 05 2100010001", "Cannot read PES_packet_length 0, expected 8"],
  ["000001 e0 0000 90 80 05 2100010001", "Cannot read a scrambled PES packet"],
  ["000001 e0 0000 80 00 05 2100010001", "Cannot find the PTS"],
  ["000001 e0 0000 80 80 06 2100010001", "Cannot find the PTS"],
  ["000001 e0 0000 80 80 05 2100010000", "Cannot read a timestamp without its markers"],
];

for (const [bytes, message] of invalid) {
  Deno.test(`readPes() refuses ${bytes}`, () => {
    assertThrows(() => readPes(hex(bytes)), MediaError, message);
  });
}
