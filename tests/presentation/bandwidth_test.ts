import { assertEquals } from "@std/assert";
import { computeAverageBandwidth, computePeakBandwidth } from "../../lib/presentation/bandwidth.ts";
import { computeSegmentSizes } from "../../lib/presentation/segment_sizes.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import { readSegmentSamples } from "../../lib/presentation/segment_samples.ts";
import { buildRegularBoundaries } from "../../lib/presentation/boundaries.ts";
import { segmentByDuration } from "../../lib/presentation/sample_segmenter.ts";
import { buildSampleTiming } from "../../lib/presentation/sample_timing.ts";
import { buildTrack, MOVIE_TIMESCALE } from "./synthetic_track.ts";
import type { Columns } from "./synthetic_track.ts";

function segmented(columns: Columns) {
  const track = buildTrack(columns, 25);
  const times = buildSampleTiming(track, applyEditList(track, MOVIE_TIMESCALE), "video");
  const timeline = segmentByDuration(
    { table: track.samples, timing: times },
    buildRegularBoundaries(2),
  );
  return { track, timing: times, timeline };
}

const peaks: [
  name: string,
  segments: [bytes: number, seconds: number][],
  target: number,
  peak: number,
][] = [
  ["the largest of full segments", [[1000, 4], [3000, 4], [2000, 4]], 4, 6000],
  ["two short ones together", [[1000, 1], [3000, 1], [500, 1], [500, 1]], 4, 1.6e4],
  ["a short tail does not count alone", [[4000, 4], [3000, 1]], 4, 11200],
  ["no set is long enough: the largest rate", [[1000, 1]], 10, 8000],
  ["nothing", [], 10, 0],
];

for (const [name, segments, target, peak] of peaks) {
  Deno.test(`computePeakBandwidth() of ${name}`, () => {
    assertEquals(
      computePeakBandwidth(segments.map(([bytes, seconds]) => ({ bytes, seconds })), target),
      peak,
    );
  });
}

Deno.test("averageBandwidth() is all bytes over all seconds", () => {
  assertEquals(
    computeAverageBandwidth([{ bytes: 1000, seconds: 3 }, { bytes: 500, seconds: 1 }]),
    3000,
  );
  assertEquals(computeAverageBandwidth([]), 0);
});

Deno.test("weights() counts styp, moof and mdat along, and seconds by decode time", () => {
  const rendition = segmented({ durations: 1, count: 100, syncs: [0, 50] });
  const [first] = computeSegmentSizes(rendition);
  const bytes = 24 + (8 + 16 + 8 + 24 + 20 + 24 + 4 * 50) + 8 + 5000;
  assertEquals(first, { bytes, seconds: 2 });
});

Deno.test("readSegmentSamples() starts a run where the description changes", () => {
  const rendition = segmented({ durations: 1, count: 100, syncs: [0, 50], secondDescription: 20 });
  const { runs, offsets } = readSegmentSamples(rendition, 0);
  assertEquals(runs.map(({ description, time, sizes }) => [description, time, sizes.length]), [[
    1,
    0,
    20,
  ], [2, 20, 30]]);
  assertEquals(offsets.map((column) => column[0]), [1000, 3000]);
});
