import { assertEquals } from "@std/assert";
import type { Edit } from "../../../lib/mp4/movie.ts";
import { EditedTimes } from "../../../lib/verify/expected/edited_times.ts";
import type { EditedTimesOptions } from "../../../lib/verify/expected/edited_times.ts";
import { readExpectedEdits } from "../../../lib/verify/expected/edits.ts";
import { buildTrack, type Columns, MOVIE_TIMESCALE } from "../../presentation/synthetic_track.ts";

interface Case {
  columns: Columns;
  /** In ms. */
  edits: [duration: number, mediaTime: number][];
  options?: Partial<EditedTimesOptions>;
  sources: number[];
  presentation: number[];
  /** With the end of the last sample. */
  decode: number[];
}

/** Frames of 40 ms, a sync sample each 200 ms. */
const FRAMES = { durations: 40, count: 20, syncs: [0, 5, 10, 15] };
/** I P B B P B B, whose composition times are 40 160 80 120 280 200 240. */
const B_FRAMES = {
  durations: 40,
  count: 7,
  compositionOffsets: [40, 120, 0, 0, 120, 0, 0],
  syncs: [0],
};
/** Audio packets of 21 ms. */
const PACKETS = { durations: 21, count: 20 };
const AUDIO = { type: "audio" } as const;

const cases: Record<string, Case> = {
  "compress what only decoding needs, at the start of each edit": {
    columns: FRAMES,
    edits: [[200, 80], [120, 480]],
    sources: [0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14],
    presentation: [0, 1, 2, 40, 80, 120, 160, 200, 201, 202, 240, 280],
    decode: [0, 1, 2, 42, 82, 122, 160, 200, 201, 202, 242, 282, 322],
  },
  "show the last frame during an empty edit": {
    columns: FRAMES,
    edits: [[80, 0], [500, -1], [80, 200]],
    sources: [0, 1, 5, 6],
    presentation: [0, 40, 580, 620],
    decode: [0, 40, 580, 620, 660],
  },
  "go back, and present samples twice": {
    columns: FRAMES,
    edits: [[80, 200], [120, 0], [40, 200]],
    sources: [5, 6, 0, 1, 2, 5],
    presentation: [0, 40, 80, 120, 160, 200],
    decode: [0, 40, 80, 120, 160, 200, 240],
  },
  "show a frame that starts before an edit that has no other": {
    columns: FRAMES,
    edits: [[80, 0], [10, 210], [80, 400]],
    sources: [0, 1, 5, 10, 11],
    presentation: [0, 40, 80, 90, 130],
    decode: [0, 40, 80, 90, 130, 170],
  },
  "pass the time of an edit behind the track": {
    columns: FRAMES,
    edits: [[40, 0], [100, 900], [40, 200]],
    sources: [0, 5],
    presentation: [0, 140],
    decode: [0, 140, 180],
  },
  "hide frames behind an edit that others need, up to the next edit or before the last frame": {
    columns: B_FRAMES,
    edits: [[60, 40], [500, -1], [80, 40]],
    sources: [0, 1, 2, 0, 1, 2],
    presentation: [0, 559, 40, 560, 599, 600],
    decode: [0, 39, 40, 560, 600, 640, 680],
  },
  "hide frames before and behind an edit of one frame": {
    columns: B_FRAMES,
    edits: [[37, 40], [20, 80], [37, 40]], // the frame of the second edit is due while the others are hidden
    options: { factor: 10 },
    sources: [0, 0, 1, 2, 0],
    presentation: [0, 370, 569, 371, 570],
    decode: [0, 370, 371, 372, 571, 941],
  },
  "of audio overlap or leave gaps at inner edits, and count from the start of each": {
    columns: PACKETS,
    edits: [[100, 42], [100, 210], [20, 64]], // 142 is in packet 6, 310 in packet 14
    options: AUDIO,
    sources: [1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14, 3],
    presentation: [-21, 0, 21, 42, 63, 84, 100, 121, 142, 163, 184, 199],
    decode: [0, 21, 42, 63, 84, 105, 121, 142, 163, 184, 205, 220, 241],
  },
  "are those of a multiplied timescale, less the start offset": {
    columns: FRAMES,
    edits: [[2000, -1], [40, 0], [40, 440]],
    options: { factor: 10, startOffset: 20_000, first: 3 },
    sources: [0, 10, 11],
    presentation: [0, 400, 401],
    decode: [0, 400, 401, 800],
  },
};

for (const [what, { columns, edits, options, ...expected }] of Object.entries(cases)) {
  Deno.test(`EditedTimes ${what}`, () => {
    const list = edits.map(([duration, mediaTime]): Edit => ({ duration, mediaTime, rate: 1 }));
    const track = buildTrack(columns, 1000, list);
    const defaults = { type: "video", family: "avc", startOffset: 0, first: 0, factor: 1 } as const;
    const times = new EditedTimes({
      ...{
        track,
        edits: readExpectedEdits(track, MOVIE_TIMESCALE),
        movieTimescale: MOVIE_TIMESCALE,
      },
      ...defaults,
      ...options,
    });
    const indexes = Array.from(
      { length: times.end - times.first },
      (_, i) => times.first + i,
    );
    assertEquals({
      sources: indexes.map((index) => times.source(index)),
      presentation: indexes.map((index) => times.presentationTime(index)),
      decode: [...indexes, times.end].map((index) => times.decodeTime(index)),
    }, expected);
    assertEquals(
      indexes.map((index) => times.duration(index)),
      indexes.map((index) => times.decodeTime(index + 1) - times.decodeTime(index)),
    );
  });
}

Deno.test("EditedTimes do not add up errors of 20 edits", () => {
  const list = Array.from({ length: 20 }, (_, i): Edit => (
    { duration: 333, mediaTime: i * 20_011, rate: 1 } // 333 ms are 14685.3 ticks
  ));
  const track = buildTrack({ durations: 1024, count: 500 }, 44_100, list);
  const edits = readExpectedEdits(track, MOVIE_TIMESCALE);
  const times = new EditedTimes({
    ...{ track, edits, movieTimescale: MOVIE_TIMESCALE },
    ...{ type: "audio", family: "aac", startOffset: 0, first: 0, factor: 1 },
  });
  const last = times.end - 1;
  const composed = 1024 * times.source(last);
  const exact = (19 * 0.333) * 44_100 + composed - 19 * 20_011;
  assertEquals(times.presentationTime(last), Math.round(exact));
});

/** An open GOP: I B P P, I B P P, whose composition times are 40 0 80 120, 200 160 240 280. */
const OPEN_GOP = {
  durations: 40,
  count: 8,
  compositionOffsets: [40, -40, 0, 0, 40, -40, 0, 0],
  syncs: [0, 4],
};

function openTimes(columns: Columns, list: [duration: number, mediaTime: number][]): EditedTimes {
  const edits = list.map(([duration, mediaTime]): Edit => ({ duration, mediaTime, rate: 1 }));
  const track = buildTrack(columns, 1000, edits);
  return new EditedTimes({
    ...{ track, edits: readExpectedEdits(track, MOVIE_TIMESCALE), movieTimescale: MOVIE_TIMESCALE },
    ...{ type: "video", family: "avc", startOffset: 0, first: 0, factor: 10 },
  });
}

Deno.test("EditedTimes know which samples only decoding needs, and the sync samples among them", () => {
  const times = openTimes(OPEN_GOP, [[40, 0], [120, 180]]); // from behind a leading frame of the second sync sample
  const indexes = Array.from({ length: times.end }, (_, i) => i);
  assertEquals(indexes.map((index) => times.source(index)), [0, 1, 0, 1, 2, 3, 4, 5, 6, 7]);
  assertEquals(indexes.filter((index) => times.isCompressed(index)), [0, 2, 3, 4, 5, 7]);
  assertEquals(indexes.filter((index) => times.isDependent(index)), [3, 4, 5, 6, 7]);
  assertEquals(times.compressedCounts, [1, 5]);
});

for (
  const [list, start] of [
    [[[500, -1], [40, 0], [40, 120]], 5000],
    [[[500, -1], [40, 900], [60, 20], [40, 160]], 5400],
    [[[40, 40], [40, 160]], 0],
  ] as const
) {
  Deno.test(`EditedTimes of ${JSON.stringify(list)} start at ${start}`, () => {
    assertEquals(openTimes(OPEN_GOP, list.map(([a, b]) => [a, b])).start, start);
  });
}
