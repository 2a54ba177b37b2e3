import { assertEquals, assertRejects } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import { readEditList } from "../../lib/input/edit_list.ts";
import { joinEdits } from "../../lib/input/edited_track.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { buildTrack, type Columns, MOVIE_TIMESCALE } from "../presentation/synthetic_track.ts";
import { edit, empty, join, type Type } from "./joined_edits.ts";

/** Returns the sample of the file, its decode time less M, and its presentation time, in ms, as players compute them. */
async function play(...input: Parameters<typeof join>) {
  const { track: { samples, timescale }, timing } = await join(...input);
  assertEquals([timing.first, timing.end], [0, samples.count]);
  const rows = samples.readSamples(0, samples.count);
  const { durations, compositionOffsets } = timing.runFields(0, rows);
  const toMilliseconds = (time: number) => +(time / timescale * 1000).toFixed(3);
  let time = -timing.mediaTime + timing.delay;
  return Array.from(durations, (duration, i) => {
    const decodeTime = time;
    time += duration;
    const presented = decodeTime - timing.delay + compositionOffsets[i]!;
    const sample = rows.offsets[i]! / 100 - 10;
    const isSync = samples.findSyncAtOrAfter(i) === i;
    return [
      sample,
      toMilliseconds(decodeTime),
      toMilliseconds(presented),
      ...isSync ? ["sync"] : [],
    ];
  });
}

/** 25 frames per second, in milliseconds, a sync sample every ten. */
const VIDEO: Columns = { durations: 40, count: 30, syncs: [0, 10, 20] };

/** I P B B P B B, decoded 80 ms before the first one is presented, with a sync sample every seven. */
const OFFSETS = [80, 160, 40, 40, 160, 40, 40];
const B_FRAMES: Columns = {
  durations: 40,
  count: 21,
  compositionOffsets: [...OFFSETS, ...OFFSETS, ...OFFSETS],
  syncs: [0, 7, 14],
};

/** I0 P3 B1 B2 I6 B4 B5 P9 B7 B8 P11 B10 */
const OPEN_GOP: Columns = {
  durations: 40,
  count: 12,
  compositionOffsets: [80, 160, 40, 40, 160, 40, 40, 160, 40, 40, 120, 40],
  syncs: [0, 4],
};

const AUDIO: Columns = { durations: 20, count: 50 };

const SYNC = "sync";

/** Rows as `play()` returns them. */
const cases: [name: string, input: [Columns, Edit[], Type?], rows: (number | string)[][]][] = [
  ["edits that start at sync samples, the second earlier in the file", [
    VIDEO,
    [edit(80, 400), edit(120, 0)],
  ], [
    [10, 0, 0, SYNC],
    [11, 40, 40],
    [0, 80, 80, SYNC],
    [1, 120, 120],
    [2, 160, 160],
  ]],
  ["an edit between sync samples, after what it needs for decoding", [
    VIDEO,
    [edit(80, 0), edit(120, 160)],
  ], [
    [0, 0, 0, SYNC],
    [1, 39.556, 40], // lasts until the next edit
    [0, 79.556, 80, SYNC],
    [1, 79.667, 80.111],
    [2, 79.778, 80.222],
    [3, 79.889, 80.333],
    [4, 80, 80.444],
    [5, 120, 120],
    [6, 160, 160],
  ]],
  ["an edit that starts and ends while one frame is shown", [
    VIDEO,
    [edit(80, 0), edit(10, 85), edit(80, 400)],
  ], [
    [0, 0, 0, SYNC],
    [1, 40, 40],
    [0, 80, 80, SYNC],
    [1, 80.143, 80.143],
    [2, 80.286, 80.286],
    [10, 90, 90, SYNC],
    [11, 130, 130],
  ]],
  ["the last frame during an empty edit", [
    VIDEO,
    [empty(20), edit(80, 0), empty(500), edit(80, 80)],
  ], [
    [0, 20, 20, SYNC],
    [1, 59.6, 60],
    [0, 599.6, 600, SYNC],
    [1, 599.8, 600.2],
    [2, 600, 600.4],
    [3, 640, 640],
  ]],
  ["B-frames of a whole group of pictures at their decode times", [
    B_FRAMES,
    [edit(280, 80), edit(120, 640)],
  ], [
    [0, -80, 0, SYNC],
    [1, -40, 120],
    [2, 0, 40],
    [3, 40, 80],
    [4, 80, 240],
    [5, 120, 160],
    [6, 160, 200],
    [14, 200, 280, SYNC],
    [15, 240, 359.667], // before the last frame, which remains on screen
    [16, 280, 320],
    [17, 320, 360],
  ]],
  ["B-frames, with the reference of the last one hidden at the end", [
    B_FRAMES,
    [edit(200, 80), edit(200, 440)],
  ], [
    [0, -100.4, 0, SYNC],
    [1, -65.4, 120],
    [2, -30.4, 40],
    [3, 4.6, 80],
    [4, 39.6, 199.8],
    [5, 39.8, 160],
    [7, 79.8, 200, SYNC],
    [8, 80, 240],
    [9, 159.8, 200.2],
    [10, 160, 200.4],
    [11, 200, 360],
    [12, 240, 280],
    [13, 280, 320],
  ]],
  ["a short edit, with samples hidden on both sides", [B_FRAMES, [edit(80, 120), edit(40, 360)]], [
    [0, -80.2, 0, SYNC],
    [1, -80, 79.8],
    [2, -75, 0.2],
    [3, -40, 40],
    [7, 0, 80, SYNC],
  ]],
  ["an edit that starts at an open GOP", [OPEN_GOP, [edit(80, 80), edit(200, 320)]], [
    [0, -155.143, 0, SYNC],
    [1, -120.143, 79.857],
    [2, -120, 40],
    [4, -80, 80.286, SYNC],
    [5, 39.714, 80],
    [6, 39.857, 80.143],
    [7, 40, 200],
    [8, 80, 120],
    [9, 120, 160],
    [10, 160, 239.857],
    [11, 200, 240],
  ]],
  ["audio: priming before the first edit, then packets by their centre", [
    AUDIO,
    [edit(90, 100), edit(90, 313), empty(100), edit(90, 5)],
    "audio",
  ], [
    [4, -20, -20, SYNC],
    ...[0, 20, 40, 60].map((time, i) => [5 + i, time, time, SYNC]),
    ...[97, 117, 137, 157].map((time, i) => [16 + i, time, time, SYNC]),
    ...[275, 295, 315, 335, 355].map((time, i) => [i, time, time, SYNC]),
  ]],
  ["audio without a first edit that is shorter than half a packet", [
    AUDIO,
    [empty(100), edit(5, 0), edit(50, 313)],
    "audio",
  ], [
    [14, 72, 72, SYNC],
    ...[92, 112, 132, 152].map((time, i) => [15 + i, time, time, SYNC]),
  ]],
  ["audio without a first edit that ends before the centre of its packet", [
    AUDIO,
    [edit(5, 100), edit(40, 200)],
    "audio",
  ], [
    ...[-15, 5, 25].map((time, i) => [9 + i, time, time, SYNC]),
  ]],
  ["a last edit that ends a tick before the last frame to its end", [
    { ...VIDEO, durations: 1 },
    [edit(2, 10), edit(9, 20)],
  ], [
    ...[10, 11].map((sample, i) => [sample, i, i, ...i === 0 ? [SYNC] : []]),
    ...Array.from({ length: 10 }, (_, i) => [20 + i, 2 + i, 2 + i, ...i === 0 ? [SYNC] : []]),
  ]],
];

for (const [name, [columns, edits, type], rows] of cases) {
  Deno.test(`joinEdits() presents ${name}`, async () => {
    assertEquals(await play(columns, 1000, edits, type), rows);
  });
}

Deno.test("joinEdits() leaves a track of one edit as it is", async () => {
  const { track, edit: only, source } = await join(VIDEO, 1000, [empty(100), edit(200, 80)]);
  assertEquals(track, source);
  assertEquals([only.start, only.end, only.delay], [80, 280, 100]);
});

for (const type of ["video", "audio"] as const) {
  Deno.test(`joinEdits() presents no ${type} of edits after the end of the track`, async () => {
    const { timing } = await join(VIDEO, 1000, [edit(100, 1200), edit(100, 5000)], type);
    assertEquals(timing.first, timing.end);
    const some = await play(VIDEO, 1000, [edit(100, 1200), edit(40, 0), edit(100, 5000)]);
    assertEquals(some, [[0, 100, 100, SYNC]]);
  });
}

Deno.test("joinEdits() presents a track with fragments from the start of the last edit to the end", async () => {
  const track = { ...buildTrack(VIDEO, 1000, [edit(40, 0), edit(40, 800)]), hasFragments: true };
  const edits = readEditList(track, MOVIE_TIMESCALE);
  const { track: { samples } } = await joinEdits(track, edits, {
    type: "video",
    movieTimescale: MOVIE_TIMESCALE,
  });
  assertEquals(samples.count, 1 + 10);
});

/** 25 frames per second and one sync sample. */
const LONG: Columns = { durations: 40, count: 2000, syncs: [0] };

const hostile: [
  name: string,
  columns: Columns,
  timescale: number,
  edits: Edit[],
  message: string,
][] = [
  [
    "too many edits",
    VIDEO,
    1000,
    Array.from({ length: 4097 }, (_, i) => edit(40, 80 * (i % 7))),
    "Cannot present 4097 edits of track 1, expected at most 4096",
  ],
  [
    "too many samples before its edits",
    LONG,
    1000,
    Array.from({ length: 1200 }, (_, i) => edit(40, 70_000 + 80 * (i % 9))),
    "samples at edits of track 1, expected at most 2097152",
  ],
  [
    "too many samples that move",
    LONG,
    1000,
    Array.from({ length: 120 }, (_, i) => edit(40, 70_000 + 80 * (i % 9))),
    "samples of track 1 at other times in edits, expected at most 131072",
  ],
  [
    "composition offsets of more than 32 bits",
    {
      durations: 1,
      count: 9,
      compositionOffsets: [0, 2 ** 31 - 1, 0, 0, 0, 0, 0, 0, 0],
      syncs: [0],
    },
    10,
    [edit(100, 0), edit(300, 3)],
    "Cannot present track 1: its edits need composition offsets of",
  ],
];

for (const [name, columns, timescale, edits, message] of hostile) {
  Deno.test(`joinEdits() rejects ${name}`, async () => {
    await assertRejects(() => join(columns, timescale, edits), MediaError, message);
  });
}
