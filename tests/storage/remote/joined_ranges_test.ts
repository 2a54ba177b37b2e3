import { assertEquals } from "@std/assert";
import type { FileRange } from "../../../lib/storage/remote/block_cache.ts";
import { joinRanges } from "../../../lib/storage/remote/joined_ranges.ts";
import { BLOCK_BYTES as BLOCK } from "../../../lib/storage/remote/shared_pages.ts";

/** Returns the first 10 bytes of blocks. */
function starts(...blocks: number[]): FileRange[] {
  return blocks.map((block) => [BLOCK * block, BLOCK * block + 10]);
}

const cases: [
  what: string,
  ranges: FileRange[],
  limits: [maxCount: number, maxBlocks: number],
  expected: FileRange[],
][] = [
  ["leaves few ranges alone", starts(1, 9, 3), [3, 99], starts(1, 9, 3)],
  ["joins the nearest ones", starts(1, 9, 3, 12), [2, 99], [
    [BLOCK, BLOCK * 3 + 10],
    [BLOCK * 9, BLOCK * 12 + 10],
  ]],
  ["joins several to one", starts(1, 3, 6, 90), [2, 99], [
    [BLOCK, BLOCK * 6 + 10],
    ...starts(90),
  ]],
  ["joins no more than the limit of bytes", starts(1, 4, 6, 9), [1, 2], [
    ...starts(1),
    [BLOCK * 4, BLOCK * 6 + 10],
    ...starts(9),
  ]],
  ["does not count blocks that follow each other", starts(1, 2, 3, 9, 20), [3, 99], [
    [BLOCK, BLOCK * 3 + 10],
    ...starts(9, 20),
  ]],
  [
    "joins ranges that contain others",
    [[0, BLOCK * 4], [BLOCK, BLOCK + 1], [BLOCK * 2, BLOCK * 2 + 1]],
    [2, 0],
    [[0, BLOCK * 4]],
  ],
];

for (const [what, ranges, [maxCount, maxBlocks], expected] of cases) {
  Deno.test(`joinRanges() ${what}`, () => {
    assertEquals(joinRanges(ranges, { maxCount, maxBytes: maxBlocks * BLOCK }), expected);
  });
}
