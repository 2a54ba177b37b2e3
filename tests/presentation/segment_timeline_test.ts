import { assertEquals } from "@std/assert";
import { buildRegularBoundaries } from "../../lib/presentation/boundaries.ts";
import { segmentByDuration } from "../../lib/presentation/sample_segmenter.ts";
import {
  countSegments,
  findFirstDifference,
  findLargestSegment,
  findSegment,
} from "../../lib/presentation/segment_timeline.ts";
import type { TimedTrack } from "../../lib/presentation/segment_timeline.ts";
import { buildTimedTrack, buildVideo } from "./synthetic_track.ts";

Deno.test("countSegments() does not count the end", () => {
  assertEquals(countSegments(segmentByDuration(buildVideo(250, 50), buildRegularBoundaries(4))), 3);
});

Deno.test("findSegment() finds exact starts only", () => {
  const timeline = segmentByDuration(buildVideo(250, 50), buildRegularBoundaries(4));
  assertEquals([0, 100, 200, 250, 99, -1, NaN].map((time) => findSegment(timeline, time)), [
    0,
    1,
    2,
    -1,
    -1,
    -1,
    -1,
  ]);
});

Deno.test("findFirstDifference() compares across timescales, and returns the first start without an equal", () => {
  const of = (rendition: TimedTrack, seconds: number) => ({
    timing: rendition.timing,
    timeline: segmentByDuration(rendition, buildRegularBoundaries(seconds)),
  });
  const a = of(buildVideo(250, 50), 4);
  const same = of(
    buildTimedTrack({ durations: 40, count: 250, syncs: [0, 100, 200] }, { timescale: 1000 }),
    4,
  );
  assertEquals(findFirstDifference(a, same), undefined);
  assertEquals(findFirstDifference(a, of(buildVideo(250, 60), 4)), 4);
  assertEquals(findFirstDifference(a, of(buildVideo(150, 50), 4)), 8);
});

Deno.test("findLargestSegment() returns maxima, which need not be those of one segment", () => {
  const timeline = { bytes: Float64Array.of(50, 70, 60), samples: Float64Array.of(0, 9, 11, 12) };
  assertEquals(findLargestSegment(timeline), { bytes: 70, samples: 9 });
});
