import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { getColumnOffsets, readTrun } from "../../lib/mp4/trun.ts";
import { fullBox, u32 } from "./movie_file.ts";

const body = (bytes: Uint8Array) => new ByteReader(bytes.subarray(8));

Deno.test("readTrun() reads every field", () => {
  const bytes = fullBox("trun", 1, 0xf05, u32(1, -8, 0x2000000), u32(1, 2, 3, -4));
  assertEquals(readTrun(body(bytes)), {
    count: 1,
    dataOffset: -8,
    firstFlags: 0x2000000,
    columns: 0xf00,
    rows: u32(1, 2, 3, -4),
  });
});

Deno.test("getColumnOffsets() counts only present columns", () => {
  assertEquals(getColumnOffsets(0xf00), [0, 4, 8, 12]);
  assertEquals(getColumnOffsets(0xa00), [-1, 0, -1, 4]);
  assertEquals(getColumnOffsets(0), [-1, -1, -1, -1]);
});
