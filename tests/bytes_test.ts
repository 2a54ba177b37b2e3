import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader, ByteWriter, formatUuid } from "../lib/bytes.ts";
import { MediaError } from "../lib/errors.ts";

type Kind = "u8" | "u16" | "u32" | "i32" | "u64" | "f64";

const NUMBERS: [kind: Kind, value: number][] = [
  ["u8", 0],
  ["u8", 255],
  ["u16", 65535],
  ["u32", 2 ** 32 - 1],
  ["i32", -(2 ** 31)],
  ["i32", -1],
  ["u64", 0],
  ["u64", 2 ** 32],
  ["u64", 2 ** 53 - 1],
  ["f64", -0.1],
  ["f64", NaN],
];

for (const [kind, value] of NUMBERS) {
  Deno.test(`ByteReader.${kind}() reads what ByteWriter wrote: ${value}`, () => {
    const w = new ByteWriter();
    w[kind](value);
    const r = new ByteReader(w.finish());
    assertEquals(r[kind](), value);
    assertEquals(r.left, 0);
  });
}

Deno.test("ByteReader reads the types that ByteWriter does not write", () => {
  const r = new ByteReader(
    new Uint8Array([1, 2, 3, 255, 254, 255, 255, 255, 255, 255, 255, 255, 253]),
  );
  assertEquals([r.u24(), r.i16()], [0x010203, -2]);
  assertEquals(r.i64(), -3);
});

Deno.test("ByteReader.u64() and i64() reject values above 2^53", () => {
  const bytes = new Uint8Array([0, 32, 0, 0, 0, 0, 0, 0]); // 2^53
  assertThrows(() => new ByteReader(bytes).u64(), MediaError, "Cannot represent 9007199254740992");
  assertThrows(() => new ByteReader(bytes).i64(), MediaError, "over 2^53");
});

Deno.test("ByteReader rejects reads past the end without moving", () => {
  const r = new ByteReader(new Uint8Array(3));
  for (const read of [() => r.u32(), () => r.take(4), () => r.ascii(4), () => r.skip(-1)]) {
    assertThrows(read, MediaError, "Cannot read");
  }
  assertThrows(() => r.skip(NaN), MediaError, "Cannot read NaN bytes where 3 are left");
  assertEquals(r.left, 3);
});

Deno.test("ByteReader.take() reads a part of a subarray", () => {
  const bytes = new Uint8Array([9, 9, 1, 2, 3, 4]).subarray(2);
  const r = new ByteReader(bytes);
  const part = r.take(2);
  assertEquals([part.u16(), part.left, r.u8(), r.rest().bytes.length, r.left], [
    0x0102,
    0,
    3,
    1,
    0,
  ]);
});

Deno.test("ByteReader.ascii() maps every byte to the character of that code", () => {
  const w = new ByteWriter();
  const text = String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i));
  w.ascii(text);
  assertEquals(new ByteReader(w.finish()).ascii(256), text);
});

Deno.test("ByteReader.cstring() reads up to a NUL or to the end", () => {
  const w = new ByteWriter();
  w.cstring("Français");
  w.cstring("");
  w.ascii("end");
  const r = new ByteReader(w.finish());
  assertEquals([r.cstring(), r.cstring(), r.cstring(), r.cstring()], ["Français", "", "end", ""]);
});

Deno.test("ByteWriter grows from any capacity", () => {
  for (const capacity of [0, 1, 7]) {
    const w = new ByteWriter(capacity);
    for (let i = 0; i < 100; i++) w.u32(i);
    const r = new ByteReader(w.finish());
    assertEquals(r.left, 400);
    for (let i = 0; i < 100; i++) assertEquals(r.u32(), i);
  }
});

Deno.test("ByteWriter.skip() appends zeros, which patchU32() overwrites", () => {
  const w = new ByteWriter(1);
  const at = w.skip(4);
  w.u8(7);
  w.patchU32(at, 0x01020304);
  assertEquals([...w.finish()], [1, 2, 3, 4, 7]);
});

Deno.test("ByteWriter.fullBox() writes size, type, version and flags before its body", () => {
  const w = new ByteWriter();
  w.box("outr", () => w.fullBox("innr", 1, 0x203, () => w.u8(9)));
  assertEquals([...w.finish()], [
    ...[0, 0, 0, 21, 111, 117, 116, 114],
    ...[0, 0, 0, 13, 105, 110, 110, 114, 1, 0, 2, 3, 9],
  ]);
});

Deno.test("formatUuid() writes the bytes in their order", () => {
  const bytes = Uint8Array.fromHex("00112233445566778899AABBCCDDEEFF");
  assertEquals(formatUuid(bytes), "00112233-4455-6677-8899-aabbccddeeff");
});
