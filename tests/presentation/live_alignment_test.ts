import { assertEquals } from "@std/assert";
import { areAlignedSoFar } from "../../lib/presentation/live_alignment.ts";
import type { MediaRendition } from "../../lib/presentation/presentation.ts";

/** Boundaries in ticks. */
type Boundaries = readonly [timescale: number, ...times: number[]];

const cases: [name: string, a: Boundaries, b: Boundaries, aligned: boolean][] = [
  ["equal segments", [10, 0, 20, 40], [10, 0, 20, 40], true],
  ["equal segments in two timescales", [10, 0, 20, 40], [1000, 0, 2000, 4000], true],
  ["starts that differ by rounding", [10, 0, 20, 40], [1000, 0, 2001, 4001], true],
  ["starts that differ by 2 ms", [10, 0, 20, 40], [1000, 0, 2002, 4002], false],
  ["a segment more at the end", [10, 0, 20, 40, 60], [10, 0, 20, 40], true],
  ["a last segment that ends later", [10, 0, 20, 40], [10, 0, 20, 43], true],
  ["a segment less at the start", [10, 20, 40, 60], [10, 0, 20, 40, 60], true],
  ["one more at the end, one less at the start", [10, 20, 40, 60], [10, 0, 20, 40], true],
  ["a start between those of the other", [10, 0, 20, 40], [10, 0, 10, 20, 40], false],
  ["a window that starts within a segment", [10, 10, 20, 40], [10, 0, 20, 40], false],
  ["no common time", [10, 0, 20, 40], [10, 60, 80, 100], true],
];

for (const [name, a, b, aligned] of cases) {
  Deno.test(`areAlignedSoFar() of ${name} is ${aligned}`, () => {
    const [first, second] = [a, b].map(([timescale, ...times]) =>
      ({ timing: { timescale }, timeline: { times: Float64Array.from(times) } }) as MediaRendition
    );
    assertEquals(areAlignedSoFar([first!, second!]), aligned);
    assertEquals(areAlignedSoFar([second!, first!]), aligned);
  });
}
