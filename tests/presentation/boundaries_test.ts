import { assertEquals } from "@std/assert";
import {
  buildRegularBoundaries,
  createBoundaryFinder,
  getReferenceBoundaries,
} from "../../lib/presentation/boundaries.ts";
import type { Boundaries } from "../../lib/presentation/boundaries.ts";

const REGULAR = buildRegularBoundaries(1.92);
const REFERENCE = { ...REGULAR, times: [52, 100], timescale: 25 };

const cases: [name: string, boundaries: Boundaries, timescale: number, found: number[]][] = [
  ["multiples of the duration", REGULAR, 1000, [1920, 3840, 5760, 7680]],
  ["multiples rounded up", REGULAR, 1, [2, 4, 6, 8]],
  ["times of the reference, then multiples", REFERENCE, 1000, [2080, 4000, 5760, 7680]],
  ["times of the reference rounded up", REFERENCE, 30, [63, 120, 173, 231]],
];

for (const [name, boundaries, timescale, found] of cases) {
  Deno.test(`createBoundaryFinder() finds ${name}`, () => {
    const find = createBoundaryFinder(boundaries, timescale);
    let time = 0;
    assertEquals(found.map(() => time = find(time)), found);
  });
}

Deno.test("getReferenceBoundaries() returns the first sample times of all segments but the first", () => {
  const timeline = {
    firstSampleTimes: Float64Array.of(0, 52, 100),
    times: Float64Array.of(0, 50, 100, 120),
  };
  const { times, timescale, end } = getReferenceBoundaries(
    { timing: { timescale: 25 } },
    timeline,
    REGULAR,
  );
  assertEquals([Array.from(times), timescale, end], [[52, 100], 25, 120]);
});
