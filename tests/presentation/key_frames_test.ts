import { assertEquals } from "@std/assert";
import {
  findKeyFrame,
  listKeyFrames,
  listKeyFrameTimes,
} from "../../lib/presentation/key_frames.ts";
import type { Rendition } from "../../lib/presentation/presentation.ts";
import type { SegmentedSamples } from "../../lib/presentation/segment_samples.ts";
import { buildSyncIndex } from "../../lib/presentation/sync_index.ts";
import { buildSegmentedVideo, type Columns } from "./synthetic_track.ts";

/** Of 25 frames a second, in segments of 2 seconds: sample, time and end of each key frame. */
const cases: [what: string, columns: Columns, expected: number[][]][] = [
  [
    "the first sync sample of each segment",
    { durations: 1, count: 100, syncs: [0, 50] },
    [[0, 0, 50], [50, 50, 100]],
  ],
  [
    "sync samples a second or more after the last one listed",
    { durations: 1, count: 100, syncs: [0, 10, 25, 40, 49, 50, 60, 74, 76] },
    [[0, 0, 25], [25, 25, 50], [50, 50, 76], [76, 76, 100]],
  ],
  [
    "one a second where all samples are sync samples",
    { durations: 1, count: 110 },
    [[0, 0, 25], [25, 25, 50], [50, 50, 75], [75, 75, 100], [100, 100, 110]],
  ],
  [
    "one per second where some samples are long",
    { durations: [...Array(20).fill(1), 15, ...Array(15).fill(1)] },
    [[0, 0, 35], [21, 35, 50]],
  ],
  [
    "the own time of a key frame that follows leading samples",
    {
      durations: 1,
      count: 100,
      syncs: [0, 50],
      compositionOffsets: Array.from({ length: 100 }, (_, i) => i === 50 ? 4 : i === 51 ? 1 : 2),
    },
    [[0, 2, 52], [50, 54, 102]],
  ],
  [
    "the first sync sample of a segment that starts without one",
    { durations: 1, count: 100, syncs: [10, 50] },
    [[10, 10, 50], [50, 50, 100]],
  ],
  ["none without sync samples", { durations: 1, count: 40, syncs: [] }, []],
];

for (const [what, columns, expected] of cases) {
  Deno.test(`listKeyFrames() lists ${what}`, () => {
    const rendition = buildSegmentedVideo(columns);
    const frames = listKeyFrames(rendition);
    assertEquals(frames.map(({ sample, time, end }) => [sample, time, end]), expected);
    for (const frame of frames) assertEquals(findKeyFrame(rendition, frame.time), frame);
    const indexed = { ...rendition, syncs: buildSyncIndex(rendition) };
    assertEquals(listKeyFrames(indexed), frames);
    for (const frame of frames) assertEquals(findKeyFrame(indexed, frame.time), frame);
  });
}

/** Samples of a cut, and the samples that are listed. */
const covered: [syncs: number[] | undefined, covered: number[], expected: number[]][] = [
  [[0, 20, 50], [0], [20, 50]],
  [[0, 20, 50], [0, 50, 51], [20]],
  [[0, 20, 50], [1, 49], [0, 50]],
  [undefined, [0, 1, 25, 26, 50], [2, 27, 51, 76]],
];

for (const [syncs, samples, expected] of covered) {
  Deno.test(`listKeyFrames() lists ${expected}, without ${samples} of a cut`, () => {
    const columns = { durations: 1, count: 100, ...syncs && { syncs } };
    const { track, ...rendition } = buildSegmentedVideo(columns);
    const table = { ...track.samples, covered: Float64Array.from(samples) };
    const frames = listKeyFrames({ ...rendition, track: { ...track, samples: table } });
    assertEquals(frames.map(({ sample }) => sample), expected);
  });
}

Deno.test("findKeyFrame() finds listed key frames only", () => {
  const rendition = buildSegmentedVideo({ durations: 1, count: 100, syncs: [0, 10, 50] });
  for (const time of [-1, 1, 10, 49, 51, 100, 1e15]) {
    assertEquals(findKeyFrame(rendition, time), undefined, `at ${time}`);
  }
});

Deno.test("listKeyFrames() of some segments lists those of the whole within them", () => {
  const whole = buildSegmentedVideo({ durations: 1, count: 200, syncs: [0, 30, 50, 90, 100, 150] });
  const { times, samples, firstSampleTimes } = whole.timeline;
  const part: SegmentedSamples = {
    ...whole,
    timeline: {
      ...whole.timeline,
      times: times.subarray(1, 4),
      samples: samples.subarray(1, 4),
      firstSampleTimes: firstSampleTimes.subarray(1, 3),
    },
  };
  const within = listKeyFrames(whole).filter(({ sample }) => sample >= 50 && sample < 150);
  assertEquals(within.map(({ sample }) => sample), [50, 90, 100]);
  assertEquals(listKeyFrames(part), within);
});

Deno.test("listKeyFrameTimes() lists the times of all key frames", () => {
  const syncs = [0, 10, 25, 40, 49, 50, 60, 74, 76];
  const rendition = buildSegmentedVideo({ durations: 1, count: 100, syncs });
  const presentation = { renditions: new Map([["video", rendition as unknown as Rendition]]) };
  assertEquals(listKeyFrameTimes(presentation, "video"), [0, 25, 50, 76]);
});
