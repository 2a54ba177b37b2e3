import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readMfra, readMfro, readSidx } from "../../lib/mp4/fragment_offsets.ts";
import { ascii, concat, fullBox, u16, u32, u64, u8 } from "./movie_file.ts";

const reader = (...parts: Parameters<typeof concat>) => new ByteReader(concat(...parts));

/** Entries of sidx: type and size, duration, SAP. */
const REFERENCES = [[u32(100, 1, 0)], [u32(2 ** 31 + 50, 1, 0)], [u32(70, 1, 0)]];

const indexes: [version: number, header: Parameters<typeof concat>][] = [
  [0, [u32(0, 1, 90_000, 0, 8)]],
  [1, [u32(2 ** 24, 1, 90_000), u64(0), u64(8)]],
];

for (const [version, header] of indexes) {
  Deno.test(`readSidx() returns where subsegments begin, from version ${version}`, () => {
    const r = reader(...header, u16(0, 3), ...REFERENCES);
    assertEquals(readSidx(r, 1000), [1008, 1108, 1158]);
  });
}

Deno.test("readSidx() rejects more references than there are bytes", () => {
  const r = reader(u32(0, 1, 90_000, 0, 8), u16(0, 4), ...REFERENCES);
  assertThrows(() => readSidx(r, 0), MediaError, "Cannot read 4 entries where 36 bytes are left");
});

Deno.test("readMfra() returns where fragments of all tracks begin", () => {
  const short = fullBox(
    "tfra",
    0,
    0,
    u32(1, 0, 2),
    u32(0, 500),
    u8(1, 1, 1),
    u32(9, 900),
    u8(1, 1, 1),
  );
  const long = fullBox(
    "tfra",
    1,
    0,
    u32(2, 0b011011, 1),
    u64(0),
    u64(2 ** 33),
    u8(0, 1, 0, 0, 1, 0, 0, 0, 1),
  );
  assertEquals(readMfra(reader(short, long)), [500, 900, 2 ** 33]);
});

Deno.test("readMfra() rejects more entries than there are bytes", () => {
  const lie = fullBox("tfra", 0, 0, u32(1, 0, 2 ** 31), u32(0, 500), u8(1, 1, 1));
  assertThrows(() => readMfra(reader(lie)), MediaError, "Cannot read 2147483648 entries");
});

Deno.test("readMfro() returns the size of mfra, and nothing from other bytes", () => {
  assertEquals(readMfro(reader(fullBox("mfro", 0, 0, u32(99)))), 99);
  assertEquals(readMfro(reader(u32(16), ascii("mdat"), u32(0, 99))), undefined);
  assertEquals(readMfro(reader(u32(8), ascii("mfro"))), undefined);
});
