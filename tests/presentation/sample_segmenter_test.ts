import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import {
  buildRegularBoundaries,
  getReferenceBoundaries,
} from "../../lib/presentation/boundaries.ts";
import {
  findSyncSample,
  segmentAtBoundaries,
  segmentByDuration,
  segmentPerSample,
} from "../../lib/presentation/sample_segmenter.ts";
import type { TimedTrack } from "../../lib/presentation/segment_timeline.ts";
import { buildTimedTrack, buildVideo } from "./synthetic_track.ts";

const DELAYED: Edit[] = [{ duration: 2000, mediaTime: -1, rate: 1 }, {
  duration: 0,
  mediaTime: 0,
  rate: 1,
}];

const cases: [name: string, TimedTrack, seconds: number, times: number[], samples: number[]][] = [
  ["key frames on the boundaries", buildVideo(250, 50), 4, [0, 100, 200, 250], [0, 100, 200, 250]],
  ["the next key frame after a boundary", buildVideo(250, 40), 3, [0, 80, 160, 250], [
    0,
    80,
    160,
    250,
  ]],
  ["boundaries that fall on one key frame", buildVideo(250, 100), 1, [0, 100, 200, 250], [
    0,
    100,
    200,
    250,
  ]],
  ["one key frame", buildVideo(250, 250), 2, [0, 250], [0, 250]],
  ["a tail under half a second joins", buildVideo(212, 50), 2, [0, 50, 100, 150, 212], [
    0,
    50,
    100,
    150,
    212,
  ]],
  ["a tail of half a second stays", buildVideo(213, 50), 2, [0, 50, 100, 150, 200, 213], [
    0,
    50,
    100,
    150,
    200,
    213,
  ]],
  [
    "a duration with a fraction",
    buildTimedTrack({ durations: 1, count: 100 }, { timescale: 25 }),
    1.92,
    [
      0,
      48,
      100,
    ],
    [0, 48, 100],
  ],
  ["a delayed start", buildTimedTrack({ durations: 1, count: 100 }, { edits: DELAYED }), 3, [
    50,
    75,
    150,
  ], [
    0,
    25,
    100,
  ]],
  [
    "audio: the first packet at or after a boundary, the first segment without priming",
    buildTimedTrack({ durations: 1024, count: 200 }, {
      timescale: 48000,
      type: "audio",
      edits: [{ duration: 0, mediaTime: 1024, rate: 1 }],
    }),
    2,
    [0, 96256, 203776],
    [0, 95, 200],
  ],
];

for (const [name, rendition, seconds, times, samples] of cases) {
  Deno.test(`segmentByDuration() with ${name}`, () => {
    const timeline = segmentByDuration(rendition, buildRegularBoundaries(seconds));
    assertEquals(Array.from(timeline.times), times);
    assertEquals(Array.from(timeline.samples), samples);
  });
}

Deno.test("segmentByDuration() starts no segment after a sample that lasts too long", () => {
  const rendition = buildTimedTrack({
    durations: [1, 1, 60, 1, 1, 1, 20, 1, 1, 1],
    syncs: [0, 3, 5, 7, 9],
  }, { timescale: 1 });
  const { samples, times } = segmentByDuration(rendition, buildRegularBoundaries(4), 20);
  assertEquals([Array.from(samples), Array.from(times)], [[0, 5, 7, 10], [0, 64, 85, 88]]);
});

Deno.test("segmentByDuration() starts an open-GOP segment at the time of its first leading frame", () => {
  // the second GOP is I B B P, its B frames presented first: composition times 1 2 3 4 | 7 5 6 8
  const offsets = [1, 1, 1, 1, 3, 0, 0, 1];
  const rendition = buildTimedTrack({
    durations: 1,
    count: 8,
    compositionOffsets: offsets,
    syncs: [0, 4],
  }, {
    timescale: 1,
    edits: [{ duration: 0, mediaTime: 1, rate: 1 }],
  });
  assertEquals(Array.from(segmentByDuration(rendition, buildRegularBoundaries(4)).times), [
    0,
    4,
    8,
  ]);
});

Deno.test("segmentByDuration() takes steps per segment, not per boundary of a false duration", () => {
  let steps = 0;
  const { table, timing } = buildTimedTrack({ durations: [2 ** 24, 2 ** 24, 1] }, { timescale: 1 });
  const counting = {
    ...table,
    findSyncAtOrBefore: (index: number) => (steps++, table.findSyncAtOrBefore(index)),
  };
  assertEquals(
    Array.from(segmentByDuration({ table: counting, timing }, buildRegularBoundaries(1)).samples),
    [
      0,
      1,
      2,
      3,
    ],
  );
  assertEquals(steps < 50, true);
});

Deno.test("segmentByDuration() finds boundaries too large for an exact division", () => {
  const far = 24876202 * 7; // of 0.7 s: 174133414 / 10 * 1e6 / 7e5 comes out below 24876202
  const { table, timing } = buildTimedTrack({ durations: [far, 7, 7] }, { timescale: 10 });
  let steps = 0;
  const findSyncAtOrBefore = (index: number) => {
    if (++steps > 50) throw new Error("too many steps");
    return table.findSyncAtOrBefore(index);
  };
  const { times } = segmentByDuration(
    { table: { ...table, findSyncAtOrBefore }, timing },
    buildRegularBoundaries(0.7),
  );
  assertEquals(Array.from(times), [0, far, far + 7, far + 14]);
});

Deno.test("segmentByDuration() takes few steps if all samples have the same decode time", () => {
  const count = 400;
  const compositionOffsets = Array.from({ length: count }, (_, i) => 25 * i);
  const columns = { durations: 0, count, compositionOffsets };
  const { table, timing } = buildTimedTrack(columns);
  let steps = 0;
  const findSyncAtOrBefore = (index: number) => (steps++, table.findSyncAtOrBefore(index));
  const { samples } = segmentByDuration(
    { table: { ...table, findSyncAtOrBefore }, timing },
    buildRegularBoundaries(1),
  );
  assertEquals(samples.length, count);
  assertEquals(steps < 20 * count, true);
});

for (const [hasEqualSizes, max] of [[false, 2 ** 20], [true, 2 ** 21]] as const) {
  Deno.test(`segmentByDuration() rejects a segment with more than ${max} samples`, () => {
    const { table, timing } = buildTimedTrack({ durations: [5, 5], syncs: [0] });
    const endless = { ...timing, end: max + 1, presentationTime: () => 0 };
    const track = { table, timing: endless, hasEqualSizes };
    assertThrows(
      () => segmentByDuration(track, buildRegularBoundaries(1000)),
      MediaError,
      `Cannot put ${max + 1} samples into one segment, expected at most ${max}`,
    );
  });
}

Deno.test("segmentAtBoundaries() aligns with the key frames of a reference in another timescale", () => {
  const reference = buildVideo(250, 50);
  const referenceTimeline = segmentByDuration(reference, buildRegularBoundaries(4));
  const boundaries = getReferenceBoundaries(
    reference,
    referenceTimeline,
    buildRegularBoundaries(4),
  );
  const syncs = [0, 25, 50, 75, 100, 150, 200];
  const follower = buildTimedTrack({ durations: 40, count: 250, syncs }, { timescale: 1000 });
  const timeline = segmentAtBoundaries(follower, boundaries);
  assertEquals("times" in timeline && Array.from(timeline.times), [0, 4000, 8000, 10000]);
});

Deno.test("segmentAtBoundaries() returns the first boundary without a key frame", () => {
  const reference = buildVideo(250, 50);
  const boundaries = getReferenceBoundaries(
    reference,
    segmentByDuration(reference, buildRegularBoundaries(2)),
    buildRegularBoundaries(2),
  );
  assertEquals(segmentAtBoundaries(buildVideo(250, 75), boundaries), { missing: 2 });
});

Deno.test("segmentByDuration() uses multiples of the duration after the end of the reference", () => {
  const reference = buildVideo(100, 50);
  const boundaries = getReferenceBoundaries(
    reference,
    segmentByDuration(reference, buildRegularBoundaries(2)),
    buildRegularBoundaries(2),
  );
  const longer = buildTimedTrack({ durations: 1, count: 200 }, { timescale: 25, type: "audio" });
  assertEquals(Array.from(segmentByDuration(longer, boundaries).times), [0, 50, 100, 150, 200]);
});

Deno.test("segmentPerSample() makes each image a segment, including the last one", () => {
  const timeline = segmentPerSample(buildTimedTrack({ durations: 5, count: 4 }));
  assertEquals(Array.from(timeline.times), [0, 5, 10, 15, 20]);
  assertEquals(Array.from(timeline.samples), [0, 1, 2, 3, 4]);
});

Deno.test("findSyncSample() returns the first sync sample at or after a time, or the end", () => {
  const track = buildVideo(250, 50);
  assertEquals([0, 1, 50, 51, 201].map((time) => findSyncSample(track, time)), [
    0,
    50,
    50,
    100,
    250,
  ]);
});
