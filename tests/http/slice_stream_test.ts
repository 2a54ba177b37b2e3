import { assertEquals, assertRejects } from "@std/assert";
import { toSliceStream } from "../../lib/http/slice_stream.ts";
import type { PlanSlice, SegmentPlan } from "../../lib/storage/read_plan.ts";

/** Slices of these sizes; byte `i` of the body is `i`. */
function setUp(sizes: number[], start: number, end: number, maxChunk = 100) {
  const seen = { reads: [] as number[], released: 0, errors: 0 };
  const plans = sizes.map((_, i) => ({ type: `${i}` }) as SegmentPlan);
  const slices = sizes.map((size, i): PlanSlice => ({ plan: plans[i]!, size }));
  const read = (plan: SegmentPlan, index: number) => {
    assertEquals(plan, plans[index]);
    seen.reads.push(index);
    const position = sizes.slice(0, index).reduce((sum, size) => sum + size, 0);
    if (sizes[index] === 13) throw new Error("Cannot read");
    return Uint8Array.from({ length: sizes[index]! }, (_, i) => position + i);
  };
  const stream = toSliceStream(slices, { start, end, partial: true }, {
    read,
    maxChunk,
    release: () => void seen.released++,
    onError: () => void seen.errors++,
  });
  return { seen, stream };
}

const ranges: [range: [number, number], maxChunk: number, chunks: number[][], reads: number[]][] = [
  [[0, 9], 100, [[0, 1, 2], [3, 4], [5, 6, 7, 8]], [0, 1, 2]],
  [[0, 9], 2, [[0, 1], [2], [3, 4], [5, 6], [7, 8]], [0, 1, 2]],
  [[2, 6], 100, [[2], [3, 4], [5]], [0, 1, 2]],
  [[3, 5], 100, [[3, 4]], [1]],
  [[6, 8], 1, [[6], [7]], [2]],
];

for (const [[start, end], maxChunk, chunks, reads] of ranges) {
  Deno.test(`toSliceStream() streams [${start}, ${end}) in chunks of ${maxChunk}`, async () => {
    const { seen, stream } = setUp([3, 2, 4], start, end, maxChunk);
    const found = [];
    for await (const chunk of stream) found.push([...chunk]);
    assertEquals(found, chunks);
    assertEquals(seen, { reads, released: 1, errors: 0 });
  });
}

Deno.test("toSliceStream() reads a slice when the previous one has been sent", async () => {
  const { seen, stream } = setUp([3, 2, 4], 0, 9);
  const reader = stream.getReader();
  assertEquals(seen.reads, []);
  await reader.read();
  assertEquals(seen.reads, [0]);
  await reader.cancel();
  assertEquals(seen, { reads: [0], released: 1, errors: 0 });
});

Deno.test("toSliceStream() reports a slice that cannot be read", async () => {
  const { seen, stream } = setUp([3, 13], 0, 16);
  await assertRejects(() => new Response(stream).bytes(), Error, "Cannot read");
  assertEquals(seen, { reads: [0, 1], released: 1, errors: 1 });
});
