import { assertEquals } from "@std/assert";
import {
  computeSegmentDurations,
  computeSegmentSizes,
  getLongestDuration,
} from "../../lib/presentation/segment_sizes.ts";
import { buildSegmentedVideo } from "./synthetic_track.ts";

Deno.test("computeSegmentSizes() includes styp, moof and the header of mdat", () => {
  const rendition = buildSegmentedVideo({ durations: 1, count: 100, syncs: [0, 50] });
  const [first] = computeSegmentSizes(rendition);
  const bytes = 24 + (8 + 16 + 8 + 24 + 20 + 24 + 4 * 50) + 8 + 5000;
  assertEquals(first, { bytes, seconds: 2 });
});

Deno.test("computeSegmentDurations() returns decode durations in seconds", () => {
  const columns = {
    durations: 1,
    count: 130,
    compositionOffsets: Array(130).fill(2),
    syncs: [0, 50, 100],
  };
  const durations = computeSegmentDurations(buildSegmentedVideo(columns));
  assertEquals(durations, [2, 2, 1.2]);
  assertEquals(getLongestDuration(durations.map((seconds) => ({ bytes: 0, seconds }))), 2);
  assertEquals(getLongestDuration([]), 0);
});
