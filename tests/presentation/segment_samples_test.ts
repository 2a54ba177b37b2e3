import { assertEquals } from "@std/assert";
import { readSegmentSamples } from "../../lib/presentation/segment_samples.ts";
import { buildSegmentedVideo } from "./synthetic_track.ts";

Deno.test("readSegmentSamples() starts a run at each change of the sample description", () => {
  const rendition = buildSegmentedVideo({
    durations: 1,
    count: 100,
    syncs: [0, 50],
    secondDescription: 20,
  });
  const { runs, offsets } = readSegmentSamples(rendition, 0);
  assertEquals(
    runs.map(({ descriptionIndex, time, sizes }) => [descriptionIndex, time, sizes.length]),
    [[
      1,
      0,
      20,
    ], [2, 20, 30]],
  );
  assertEquals(offsets.map((column) => column[0]), [1000, 3000]);
});
