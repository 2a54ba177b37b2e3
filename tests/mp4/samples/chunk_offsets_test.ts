import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../../lib/bytes.ts";
import { MediaError } from "../../../lib/errors.ts";
import { ChunkOffsets, readCo64, readStco } from "../../../lib/mp4/samples/chunk_offsets.ts";
import { PagedTable } from "../../../lib/mp4/samples/paged_table.ts";
import { concat, u32, u64 } from "../movie_file.ts";

const reader = (...parts: Uint8Array[]) => new ByteReader(concat(u32(0), ...parts));

Deno.test("ChunkOffsets reads 32-bit offsets of stco", () => {
  const box = readStco(reader(u32(2, 7, 2 ** 32 - 1)));
  const offsets = new ChunkOffsets(box, new PagedTable(box.bytes));
  assertEquals([offsets.count, offsets.at(0), offsets.at(1)], [2, 7, 2 ** 32 - 1]);
});

Deno.test("ChunkOffsets reads 64-bit offsets of co64", () => {
  const box = readCo64(reader(u32(2), u64(7, 2 ** 40 + 1)));
  const offsets = new ChunkOffsets(box, new PagedTable(box.bytes));
  assertEquals([offsets.count, offsets.at(0), offsets.at(1)], [2, 7, 2 ** 40 + 1]);
});

for (const chunk of [-1, 2, NaN]) {
  Deno.test(`ChunkOffsets rejects chunk ${chunk} of 2`, () => {
    const box = readStco(reader(u32(2, 7, 9)));
    const offsets = new ChunkOffsets(box, new PagedTable(box.bytes));
    assertThrows(() => offsets.at(chunk), MediaError, "of 2");
  });
}

Deno.test("readStco() rejects a count that exceeds the box", () => {
  assertThrows(() => readStco(reader(u32(3, 0, 0))), MediaError, "Cannot read 3 entries where 8");
});
