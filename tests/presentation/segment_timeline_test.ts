import { assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import {
  buildRegularBoundaries,
  findFirstDifference,
  findSegment,
  getBoundaries,
  segmentAtBoundaries,
  segmentByDuration,
  segmentPerSample,
} from "../../lib/presentation/segment_timeline.ts";
import type { TimedTrack } from "../../lib/presentation/segment_timeline.ts";
import { buildSampleTiming } from "../../lib/presentation/sample_timing.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { buildTrack, MOVIE_TIMESCALE } from "./synthetic_track.ts";
import type { Columns } from "./synthetic_track.ts";

function timed(
  columns: Columns,
  { timescale = 25, edits = [], type = "video" }: {
    timescale?: number;
    edits?: Edit[];
    type?: "video" | "audio";
  } = {},
): TimedTrack {
  const track = buildTrack(columns, timescale, edits);
  return {
    table: track.samples,
    timing: buildSampleTiming(track, applyEditList(track, MOVIE_TIMESCALE), type),
  };
}

/** 25 frames a second, a sync sample every `gop` frames. */
function video(count: number, gop: number): TimedTrack {
  const syncs = Array.from({ length: Math.ceil(count / gop) }, (_, i) => i * gop);
  return timed({ durations: 1, count, syncs });
}

const DELAYED: Edit[] = [{ duration: 2000, mediaTime: -1, rate: 1 }, {
  duration: 0,
  mediaTime: 0,
  rate: 1,
}];

const cases: [name: string, TimedTrack, seconds: number, times: number[], samples: number[]][] = [
  ["key frames on the boundaries", video(250, 50), 4, [0, 100, 200, 250], [0, 100, 200, 250]],
  ["the next key frame after a boundary", video(250, 40), 3, [0, 80, 160, 250], [0, 80, 160, 250]],
  ["boundaries that fall on one key frame", video(250, 100), 1, [0, 100, 200, 250], [
    0,
    100,
    200,
    250,
  ]],
  ["one key frame", video(250, 250), 2, [0, 250], [0, 250]],
  ["a tail under half a second joins", video(212, 50), 2, [0, 50, 100, 150, 212], [
    0,
    50,
    100,
    150,
    212,
  ]],
  ["a tail of half a second stays", video(213, 50), 2, [0, 50, 100, 150, 200, 213], [
    0,
    50,
    100,
    150,
    200,
    213,
  ]],
  ["a duration with a fraction", timed({ durations: 1, count: 100 }, { timescale: 25 }), 1.92, [
    0,
    48,
    100,
  ], [0, 48, 100]],
  ["a delayed start", timed({ durations: 1, count: 100 }, { edits: DELAYED }), 3, [50, 75, 150], [
    0,
    25,
    100,
  ]],
  [
    "audio: the first packet at or after a boundary, the first segment without priming",
    timed({ durations: 1024, count: 200 }, {
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

Deno.test("segmentByDuration() starts a segment of an open GOP at its first leading picture", () => {
  // I B B (presented before it) in the second GOP: composition times 1 2 3 4 | 7 5 6 8
  const offsets = [1, 1, 1, 1, 3, 0, 0, 1];
  const rendition = timed({ durations: 1, count: 8, compositionOffsets: offsets, syncs: [0, 4] }, {
    timescale: 1,
    edits: [{ duration: 0, mediaTime: 1, rate: 1 }],
  });
  assertEquals(Array.from(segmentByDuration(rendition, buildRegularBoundaries(4)).times), [
    0,
    4,
    8,
  ]);
});

Deno.test("segmentByDuration() needs as many steps as there are segments, not as a lying duration has boundaries", () => {
  let steps = 0;
  const { table, timing } = timed({ durations: [2 ** 24, 2 ** 24, 1] }, { timescale: 1 });
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

Deno.test("segmentByDuration() goes on where a boundary is too far away to be exact in the division", () => {
  const far = 24876202 * 7; // of 0.7 s: 174133414 / 10 * 1e6 / 7e5 comes out below 24876202
  const { table, timing } = timed({ durations: [far, 7, 7] }, { timescale: 10 });
  let steps = 0;
  const findSyncAtOrBefore = (index: number) => {
    if (++steps > 50) throw new Error("no end in sight");
    return table.findSyncAtOrBefore(index);
  };
  const { times } = segmentByDuration(
    { table: { ...table, findSyncAtOrBefore }, timing },
    buildRegularBoundaries(0.7),
  );
  assertEquals(Array.from(times), [0, far, far + 7, far + 14]);
});

Deno.test("segmentByDuration() needs few steps where all that was decoded at one time comes one after the other", () => {
  const count = 400;
  const compositionOffsets = Array.from({ length: count }, (_, i) => 25 * i);
  const columns = { durations: 0, count, compositionOffsets };
  const { table, timing } = timed(columns);
  let steps = 0;
  const findSyncAtOrBefore = (index: number) => (steps++, table.findSyncAtOrBefore(index));
  const { samples } = segmentByDuration(
    { table: { ...table, findSyncAtOrBefore }, timing },
    buildRegularBoundaries(1),
  );
  assertEquals(samples.length, count);
  assertEquals(steps < 20 * count, true);
});

Deno.test("segmentByDuration() refuses a segment of more samples than can be served", () => {
  const { table, timing } = timed({ durations: [5, 5], syncs: [0] });
  const end = 2 ** 22 + 1;
  const endless = { ...timing, end, presentationTime: () => 0 };
  assertThrows(
    () => segmentByDuration({ table, timing: endless }, buildRegularBoundaries(1000)),
    MediaError,
    "Cannot put 4194305 samples into one segment: over 4194304",
  );
});

Deno.test("segmentAtBoundaries() follows another rendition's key frames in another timescale", () => {
  const lead = video(250, 50);
  const leader = segmentByDuration(lead, buildRegularBoundaries(4));
  const boundaries = getBoundaries(lead, leader, buildRegularBoundaries(4));
  const syncs = [0, 25, 50, 75, 100, 150, 200];
  const follower = timed({ durations: 40, count: 250, syncs }, { timescale: 1000 });
  const timeline = segmentAtBoundaries(follower, boundaries);
  assertEquals("times" in timeline && Array.from(timeline.times), [0, 4000, 8000, 10000]);
});

Deno.test("segmentAtBoundaries() names the first boundary without a key frame", () => {
  const lead = video(250, 50);
  const boundaries = getBoundaries(
    lead,
    segmentByDuration(lead, buildRegularBoundaries(2)),
    buildRegularBoundaries(2),
  );
  assertEquals(segmentAtBoundaries(video(250, 75), boundaries), { missing: 2 });
});

Deno.test("segmentByDuration() goes on at multiples of the duration where the leading rendition has ended", () => {
  const lead = video(100, 50);
  const boundaries = getBoundaries(
    lead,
    segmentByDuration(lead, buildRegularBoundaries(2)),
    buildRegularBoundaries(2),
  );
  const longer = timed({ durations: 1, count: 200 }, { timescale: 25, type: "audio" });
  assertEquals(Array.from(segmentByDuration(longer, boundaries).times), [0, 50, 100, 150, 200]);
});

Deno.test("segmentPerSample() makes each image a segment, the last one too", () => {
  const timeline = segmentPerSample(timed({ durations: 5, count: 4 }));
  assertEquals(Array.from(timeline.times), [0, 5, 10, 15, 20]);
  assertEquals(Array.from(timeline.samples), [0, 1, 2, 3, 4]);
});

Deno.test("findSegment() finds exact starts only", () => {
  const timeline = segmentByDuration(video(250, 50), buildRegularBoundaries(4));
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

Deno.test("findFirstDifference() compares across timescales, and says where renditions part", () => {
  const of = (rendition: TimedTrack, seconds: number) => ({
    timing: rendition.timing,
    timeline: segmentByDuration(rendition, buildRegularBoundaries(seconds)),
  });
  const a = of(video(250, 50), 4);
  const same = of(
    timed({ durations: 40, count: 250, syncs: [0, 100, 200] }, { timescale: 1000 }),
    4,
  );
  assertEquals(findFirstDifference(a, same), undefined);
  assertEquals(findFirstDifference(a, of(video(250, 60), 4)), 4);
  assertEquals(findFirstDifference(a, of(video(150, 50), 4)), 8);
});
