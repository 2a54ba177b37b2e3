import { assert, assertEquals, assertLess } from "@std/assert";
import {
  computeChecks,
  planChecks,
  readChecked,
  toGaps,
} from "../../../lib/mp4/samples/stored_moov.ts";
import { PAGE_SIZE } from "../../../lib/mp4/samples/pages.ts";
import type { StoredMoov } from "../../../lib/mp4/samples/checkpoints.ts";
import { memorySource } from "../movie_file.ts";

const OFFSET = 3000;

/** Rows of a short table and of four long ones, after which other boxes follow. */
const ROWS = [600, 2_000_600, 2_000_700, 2_100_000, 2_100_080, 4_000_000]
  .concat([4_000_080, 6_000_000, 6_060_000, 8_000_000]);
const SIZE = 8_000_500;

const FILE = new Uint8Array(OFFSET + SIZE + 100).map((_, i) => (i * 31) % 253);

function storeMoov(rows = ROWS): StoredMoov {
  const body = FILE.subarray(OFFSET, OFFSET + SIZE);
  const gaps = toGaps(rows, SIZE).map(([start, end]) => [...body.subarray(start, end)]);
  const moov = { fileSize: FILE.length, offset: OFFSET, size: SIZE, rows };
  const checks = computeChecks(memorySource(FILE).source, moov)!;
  return { ...moov, bytes: Uint8Array.from(gaps.flat()), checks };
}

const STORED = storeMoov();
const { checks: _, ...OLDER } = STORED;

async function isEqual(at: number, stored: StoredMoov): Promise<boolean> {
  const edited = FILE.slice();
  edited[at]! ^= 1;
  return await readChecked(memorySource(edited).source, stored) !== undefined;
}

Deno.test("readChecked() reads all bytes outside of rows, and shorter tables, in five reads", async () => {
  const { source, reads } = memorySource(FILE);
  const parts = await readChecked(source, STORED);
  assertEquals(reads.length, 5);
  assertLess(reads.reduce((sum, [, size]) => sum + size, 0), 400_000);
  for (const { start, bytes } of parts!) {
    assertEquals(start % PAGE_SIZE, 0);
    assertEquals(bytes, FILE.slice(OFFSET + start, OFFSET + start + bytes.length));
  }
});

Deno.test("readChecked() finds an edit of any byte outside of rows", async () => {
  for (const [start, end] of toGaps(ROWS, SIZE)) {
    for (const at of [start, (start + end) >> 1, end - 1]) {
      assert(!await isEqual(OFFSET + at, STORED), `${at}`);
      assert(!await isEqual(OFFSET + at, OLDER), `${at}`);
    }
  }
});

Deno.test("readChecked() finds an edit of the header, of a short table, and at the ends of others", async () => {
  const rows = [2_050_000, 600, 1600, 2_000_599, 2_100_080, 3_999_999, 6_060_000, 7_999_999];
  for (const at of [-1, -8, ...rows]) {
    assert(!await isEqual(OFFSET + at, STORED), `${at}`);
    assert(await isEqual(OFFSET + at, OLDER), `${at}`);
  }
  assert(await isEqual(OFFSET + 1_000_000, STORED)); // the middle of a long table
});

Deno.test("readChecked() reads nothing of a file of another size", async () => {
  const { source, reads } = memorySource(FILE.subarray(1));
  assertEquals(await readChecked(source, STORED), undefined);
  assertEquals(reads, []);
});

Deno.test("computeChecks() needs a synchronous source", () => {
  const { source } = memorySource(FILE);
  assertEquals(computeChecks({ ...source, synchronous: false }, STORED), undefined);
});

Deno.test("planChecks() returns undefined for many long tables", () => {
  const rows = (tables: number) =>
    Array.from({ length: 2 * tables }, (_, i) => 1e6 * Math.ceil(i / 2) + 500 * (1 - i % 2));
  assert(planChecks(rows(60), 60e6));
  assertEquals(planChecks(rows(70), 70e6), undefined);
});

Deno.test("planChecks() returns undefined for short rows all over a large moov", () => {
  const rows = (count: number) =>
    Array.from(
      { length: 2 * count },
      (_, i) => PAGE_SIZE * Math.ceil(i / 2) + 1 - i % 2,
    );
  assert(planChecks(rows(900), 2 ** 24));
  assertEquals(planChecks(rows(1100), 2 ** 25), undefined);
});

Deno.test("planChecks() joins few bytes if there are more ranges than reads", () => {
  const rows = Array.from(
    { length: 40 },
    (_, i) => 500 + 100_000 * Math.ceil(i / 2) + 50 * (i % 2),
  );
  const ranges = planChecks(rows, 2_200_000)!;
  const bytes = ranges.reduce((sum, [start, end]) => sum + end - start, 0);
  assertLess(bytes, 2 ** 20 + 20 * 2 * PAGE_SIZE);
  assertEquals(ranges.at(-1)![1], 2_200_000);
});
