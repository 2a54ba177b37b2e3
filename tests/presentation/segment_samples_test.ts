import { assertEquals } from "@std/assert";
import { readSampleRuns, readSegmentSamples } from "../../lib/presentation/segment_samples.ts";
import { buildSegmentedVideo, SOURCE } from "./synthetic_track.ts";

Deno.test("readSegmentSamples() starts a run at each change of the sample description", () => {
  const rendition = buildSegmentedVideo({
    durations: 1,
    count: 100,
    syncs: [0, 50],
    secondDescription: 20,
  });
  const runs = readSegmentSamples({ ...rendition, source: SOURCE }, 0);
  assertEquals(
    runs.map(({ descriptionIndex, time, sizes, offsets }) => {
      return [descriptionIndex, time, sizes.length, offsets[0]];
    }),
    [[1, 0, 20, 1000], [2, 20, 30, 3000]],
  );
  assertEquals(runs.every(({ source }) => source === SOURCE), true);
});

Deno.test("readSampleRuns() reads any samples", () => {
  const video = buildSegmentedVideo({ durations: 5, count: 100, syncs: [0, 50] });
  const [run] = readSampleRuns({ ...video, source: SOURCE }, 7, 8);
  assertEquals([run!.time, [...run!.sizes], [...run!.offsets]], [35, [100], [1700]]);
});
