import { assertEquals } from "@std/assert";
import { computeAverageBandwidth, computePeakBandwidth } from "../../lib/presentation/bandwidth.ts";

const peaks: [
  name: string,
  segments: [bytes: number, seconds: number][],
  target: number,
  peak: number,
][] = [
  ["the largest of full segments", [[1000, 4], [3000, 4], [2000, 4]], 4, 6000],
  ["two short segments together", [[1000, 1], [3000, 1], [500, 1], [500, 1]], 4, 1.6e4],
  ["a short last segment, not on its own", [[4000, 4], [3000, 1]], 4, 11200],
  ["segments that are all too short", [[1000, 1]], 10, 8000],
  ["no segments", [], 10, 0],
];

for (const [name, segments, target, peak] of peaks) {
  Deno.test(`computePeakBandwidth() of ${name}`, () => {
    assertEquals(
      computePeakBandwidth(segments.map(([bytes, seconds]) => ({ bytes, seconds })), target),
      peak,
    );
  });
}

Deno.test("computeAverageBandwidth() divides all bytes by all seconds", () => {
  assertEquals(
    computeAverageBandwidth([{ bytes: 1000, seconds: 3 }, { bytes: 500, seconds: 1 }]),
    3000,
  );
  assertEquals(computeAverageBandwidth([]), 0);
});
