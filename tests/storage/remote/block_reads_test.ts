import { assertEquals, assertRejects } from "@std/assert";
import {
  getBlockSize,
  groupBlocks,
  readBlocks,
  toBlockName,
} from "../../../lib/storage/remote/block_reads.ts";
import { BLOCK_BYTES as BLOCK } from "../../../lib/storage/remote/shared_pages.ts";
import { MemoryBlockFile, MemoryBlockStore } from "./memory_block_file.ts";

const { signal } = new AbortController();

const GROUPS: [blocks: number[], runs: string][] = [
  [[], ""],
  [[3], "3+1"],
  [[2, 0, 1, 4], "0+3 4+1"],
  [Array.from({ length: 33 }, (_, i) => i), "0+32 32+1"],
];

for (const [blocks, expected] of GROUPS) {
  Deno.test(`groupBlocks() groups ${blocks.length} blocks as ${expected || "nothing"}`, () => {
    const runs = groupBlocks(blocks).map(({ first, count }) => `${first}+${count}`);
    assertEquals(runs.join(" "), expected);
  });
}

Deno.test("getBlockSize() ends at the end of the file", () => {
  const file = { size: BLOCK + 5 };
  assertEquals([0, 1].map((block) => getBlockSize(file, block)), [BLOCK, 5]);
});

/** What is known before, and what is requested then of a file of three and a half blocks. */
const READS: [known: string, head: number, stored: Record<number, number>, ranges: number[][]][] = [
  ["nothing", 0, {}, [[0, 3.5]]],
  ["half of the first block", 0.5, {}, [[0.5, 3.5]]],
  ["half of the first block on disk", 0, { 0: 0.5 }, [[0.5, 3.5]]],
  ["the first block", 0, { 0: 1 }, [[1, 3.5]]],
  ["the second block", 0, { 1: 1 }, [[0, 1], [2, 3.5]]],
  ["blocks in the middle and a head", 0.25, { 1: 1, 2: 1 }, [[0.25, 1], [3, 3.5]]],
  ["all", 0, { 0: 1, 1: 1, 2: 1, 3: 0.5 }, []],
];

for (const [known, head, stored, ranges] of READS) {
  Deno.test(`readBlocks() requests the rest when ${known} is known`, async () => {
    const file = new MemoryBlockFile(3.5 * BLOCK);
    const store = new MemoryBlockStore();
    for (const [block, part] of Object.entries(stored)) {
      const start = BLOCK * Number(block);
      store.put(toBlockName(file, Number(block)), file.bytes.slice(start, start + BLOCK * part));
    }
    const run = { first: 0, count: 4, head: file.bytes.slice(0, head * BLOCK) };
    const blocks = await readBlocks(file, run, { store, signal });
    assertEquals(file.ranges, ranges.map(([from, to]) => [from! * BLOCK, to! * BLOCK]));
    for (const [i, block] of blocks.entries()) {
      assertEquals(block, file.bytes.slice(BLOCK * i, BLOCK * (i + 1)));
      assertEquals(store.blocks.get(toBlockName(file, i)), block);
    }
  });
}

Deno.test("readBlocks() keeps nothing of files without a strong validator", async () => {
  const file = new MemoryBlockFile(10, "file", false);
  const store = new MemoryBlockStore();
  store.put(toBlockName(file, 0), new Uint8Array(10));
  const read = () => readBlocks(file, { first: 0, count: 1 }, { store, signal });
  assertEquals([await read(), await read()], [[file.bytes], [file.bytes]]);
  assertEquals([file.ranges.length, store.blocks.get(toBlockName(file, 0))], [
    2,
    new Uint8Array(10),
  ]);
});

Deno.test("readBlocks() fails as the file does, and stores nothing then", async () => {
  const file = new MemoryBlockFile(10);
  file.hold = Promise.reject(new Error("failed"));
  const store = new MemoryBlockStore();
  const read = () => readBlocks(file, { first: 0, count: 1 }, { store, signal });
  await assertRejects(read, Error, "failed");
  assertEquals(store.blocks.size, 0);
});
