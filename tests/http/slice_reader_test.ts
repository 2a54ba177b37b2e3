import { assertEquals, assertRejects } from "@std/assert";
import { createSliceReader } from "../../lib/http/slice_reader.ts";
import type { PlanSlice, SegmentPlan } from "../../lib/storage/read_plan.ts";

/** Slices of these sizes; byte `i` of the body is `i`. */
function setUp(sizes: number[], start: number, end: number, maxChunk = 100) {
  const reads: number[] = [];
  const plans = sizes.map((_, i) => ({ type: `${i}` }) as SegmentPlan);
  const slices = sizes.map((size, i): PlanSlice => ({ plan: plans[i]!, size }));
  const read = (plan: SegmentPlan, index: number) => {
    assertEquals(plan, plans[index]);
    reads.push(index);
    const position = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
    if (sizes[index] === 13) throw new Error("Cannot read");
    return Uint8Array.from({ length: sizes[index]! }, (_, i) => position + i);
  };
  const next = createSliceReader(slices, { start, end, partial: true }, { read, maxChunk });
  return { reads, next };
}

const ranges: [range: [number, number], maxChunk: number, chunks: number[][], reads: number[]][] = [
  [[0, 9], 100, [[0, 1, 2], [3, 4], [5, 6, 7, 8]], [0, 1, 2]],
  [[0, 9], 2, [[0, 1], [2], [3, 4], [5, 6], [7, 8]], [0, 1, 2]],
  [[2, 6], 100, [[2], [3, 4], [5]], [0, 1, 2]],
  [[3, 5], 100, [[3, 4]], [1]],
  [[6, 8], 1, [[6], [7]], [2]],
];

for (const [[start, end], maxChunk, chunks, expected] of ranges) {
  Deno.test(`createSliceReader() reads [${start}, ${end}) in chunks of ${maxChunk}`, async () => {
    const { reads, next } = setUp([3, 2, 4], start, end, maxChunk);
    for (const chunk of chunks) assertEquals([...await next()], chunk);
    assertEquals(reads, expected);
  });
}

Deno.test("createSliceReader() reads a slice when its first chunk is needed", async () => {
  const { reads, next } = setUp([3, 2, 4], 0, 9, 2);
  assertEquals(reads, []);
  for (const expected of [[0], [0], [0, 1]]) {
    await next();
    assertEquals(reads, expected);
  }
});

Deno.test("createSliceReader() rejects with the error of a read", async () => {
  const { reads, next } = setUp([3, 13], 0, 16);
  await next();
  await assertRejects(next, Error, "Cannot read");
  assertEquals(reads, [0, 1]);
});

Deno.test("createSliceReader() reads slices before those that are chained to them", async () => {
  const reads: number[] = [];
  const sizes = [3, 2, 4, 5];
  const slices = sizes.map((size, i): PlanSlice => ({
    plan: { type: `${i}` } as SegmentPlan,
    size,
    isChained: i > 0,
  }));
  const next = createSliceReader(slices, { start: 6, end: 8, partial: true }, {
    read: (_, index) => {
      reads.push(index);
      return new Uint8Array(sizes[index]!).fill(index);
    },
    maxChunk: 100,
  });
  assertEquals([...await next()], [2, 2]);
  assertEquals(reads, [0, 1, 2]);
});
