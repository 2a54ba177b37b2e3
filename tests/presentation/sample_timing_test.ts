import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { MediaError } from "../../lib/errors.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { applyEditList } from "../../lib/input/edit_list.ts";
import { buildSampleTiming } from "../../lib/presentation/sample_timing.ts";
import { buildTrack, MOVIE_TIMESCALE } from "./synthetic_track.ts";
import type { Columns } from "./synthetic_track.ts";

function timed(
  columns: Columns,
  { timescale = 1000, edits = [], type = "video" }: {
    timescale?: number;
    edits?: Edit[];
    type?: "video" | "audio";
  } = {},
) {
  const track = buildTrack(columns, timescale, edits);
  return { track, ...buildSampleTiming(track, applyEditList(track, MOVIE_TIMESCALE), type) };
}

/** Returns presentation times as a player computes them: decode time + composition offset − media_time. */
function computeTimes({ track, ...times }: ReturnType<typeof timed>): number[] {
  const { first, end, mediaTime } = times;
  const { durations, compositionOffsets } = times.runFields(
    first,
    track.samples.readSamples(first, end),
  );
  let decodeTime = 0;
  return Array.from(compositionOffsets, (offset, i) => {
    assertEquals(times.decodeTime(first + i), decodeTime);
    const time = decodeTime + offset - mediaTime;
    assertEquals(times.presentationTime(first + i), time);
    decodeTime += durations[i]!;
    return time;
  });
}

/** I P B B P B B as x264 writes them, 40 ticks per frame, with composition offsets of at least 40. */
const B_FRAMES: Columns = {
  durations: 40,
  count: 7,
  compositionOffsets: [40, 120, 40, 0, 120, 40, 0].map((offset) => offset + 40),
  syncs: [0],
};

const cases: [name: string, ReturnType<typeof timed>, mediaTime: number, times: number[]][] = [
  [
    "no edit list: composition times unchanged",
    timed({ durations: 40, count: 3 }),
    0,
    [0, 40, 80],
  ],
  [
    "B-frames: the edit that the encoder wrote",
    timed(B_FRAMES, { edits: [{ duration: 0, mediaTime: 80, rate: 1 }] }),
    80,
    [0, 120, 80, 80, 240, 200, 200],
  ],
  [
    "negative offsets need a media_time",
    timed({ durations: 40, count: 3, compositionOffsets: [0, 40, -40], syncs: [0] }),
    40,
    [0, 80, 40],
  ],
  [
    "an empty edit becomes composition offsets",
    timed({ durations: 40, count: 2 }, {
      edits: [{ duration: 500, mediaTime: -1, rate: 1 }, { duration: 80, mediaTime: 0, rate: 1 }],
    }),
    0,
    [500, 540],
  ],
  [
    "an empty edit takes from the media_time",
    timed(B_FRAMES, {
      edits: [{ duration: 30, mediaTime: -1, rate: 1 }, { duration: 0, mediaTime: 80, rate: 1 }],
    }),
    50,
    [30, 150, 110, 110, 270, 230, 230],
  ],
  [
    "audio priming is presented before 0",
    timed({ durations: 1024, count: 4 }, {
      timescale: 48000,
      type: "audio",
      edits: [{ duration: 0, mediaTime: 1024, rate: 1 }],
    }),
    1024,
    [-1024, 0, 1024, 2048],
  ],
  [
    "audio from the packet of the edit's start, and one before",
    timed({ durations: 1024, count: 6 }, {
      timescale: 48000,
      type: "audio",
      edits: [{ duration: 0, mediaTime: 3000, rate: 1 }],
    }),
    1976,
    [-1976, -952, 72, 1096, 2120],
  ],
  [
    "no audio from before a gap in which the edit starts",
    timed({ durations: [1024, 1024, 3_000_000, 1024, 1024] }, {
      timescale: 48000,
      type: "audio",
      edits: [{ duration: 0, mediaTime: 2_000_000, rate: 1 }],
    }),
    0,
    [1_002_048, 1_003_072],
  ],
  [
    "fragments that start late",
    timed({ durations: 40, count: 2, start: 200 }),
    0,
    [200, 240],
  ],
  [
    "an edit's end ends the track",
    timed({ durations: 40, count: 10 }, { edits: [{ duration: 200, mediaTime: 0, rate: 1 }] }),
    0,
    [0, 40, 80, 120, 160],
  ],
  [
    "an edit's end within two movie ticks of the track's",
    timed({ durations: 40, count: 3 }, {
      timescale: 1000,
      edits: [{ duration: 119, mediaTime: 0, rate: 1 }],
    }),
    0,
    [0, 40, 80],
  ],
  [
    "adjacent edits, merged",
    timed({ durations: 40, count: 5 }, {
      edits: [{ duration: 80, mediaTime: 40, rate: 1 }, { duration: 80, mediaTime: 120, rate: 1 }],
      type: "audio",
    }),
    40,
    [-40, 0, 40, 80, 120],
  ],
];

for (const [name, times, mediaTime, expected] of cases) {
  Deno.test(`buildSampleTiming() with ${name}`, () => {
    assertEquals(times.mediaTime, mediaTime);
    assertEquals(computeTimes(times), expected);
  });
}

Deno.test("buildSampleTiming() compresses video before an edit that starts between sync samples", () => {
  const edits = [{ duration: 0, mediaTime: 140, rate: 1 }];
  // Composition times: 80 200 160 120 320 280 240; the edit starts at 140: 80 and 120 are before it.
  const times = timed({ ...B_FRAMES, compositionOffsets: [80, 160, 80, 0, 160, 80, 0] }, { edits });
  const presentation = computeTimes(times);
  const seconds = presentation.map((time) => time / times.timescale);
  assertEquals(times.timescale % 1000, 0);
  assertLess(2 / times.timescale, 0.0005);
  assertEquals(presentation[0], 0);
  assertEquals(presentation[3], 1);
  const others = [1, 2, 4, 5, 6].map((i) => Math.round(1000 * seconds[i]!));
  assertEquals(others, [200 - 140, 160 - 140, 320 - 140, 280 - 140, 240 - 140]);
});

Deno.test("buildSampleTiming() gives compressed samples and the one at the edit's start different times", () => {
  const edits = [{ duration: 0, mediaTime: 80, rate: 1 }];
  const times = timed({ durations: 40, count: 5, syncs: [0] }, { edits });
  assertEquals(computeTimes(times).slice(0, 3), [0, 1, 2]);
  assertEquals(times.presentationTime(3) / times.timescale, 0.04);
});

Deno.test("buildSampleTiming() shows the last compressed sample through a still stretch", () => {
  const edits = [{ duration: 0, mediaTime: 30_000, rate: 1 }];
  const times = timed({ durations: [40, 40, 60_000, 40, 40], syncs: [0] }, { edits });
  assertEquals(computeTimes(times).slice(0, 3), [0, 1, 2]);
  assertEquals(times.presentationTime(3) / times.timescale, 30.08);
  assertEquals(times.decodeTime(3) / times.timescale, 30.08);
  assertEquals(times.mediaTime, 0);
});

Deno.test("buildSampleTiming() retains no sample of a track whose edit starts after its end", () => {
  const times = timed({ durations: 40, count: 5 }, {
    edits: [{ duration: 0, mediaTime: 4000, rate: 1 }],
  });
  assertEquals(times.first, times.end);
});

Deno.test("buildSampleTiming() retains the reference frames of samples before the edit's end", () => {
  const edits = [{ duration: 140, mediaTime: 80, rate: 1 }]; // composition times 80 200 160 160 …, until 220
  const times = timed(B_FRAMES, { edits });
  assertEquals([times.first, times.end], [0, 4]);
});

Deno.test("buildSampleTiming() rejects composition offsets beyond a trun", () => {
  const edits = [{ duration: 3e6, mediaTime: -1, rate: 1 }, { duration: 0, mediaTime: 0, rate: 1 }];
  assertThrows(
    () => timed({ durations: 1, count: 2 }, { timescale: 1e6, edits }),
    MediaError,
    "Cannot present track 1",
  );
});

Deno.test("SampleTiming.indexAt() is the inverse of decodeTime()", () => {
  const edits = [{ duration: 0, mediaTime: 140, rate: 1 }];
  for (
    const times of [timed(B_FRAMES, { edits }), timed(B_FRAMES), timed({ durations: [1, 5, 3, 9] })]
  ) {
    for (let i = times.first; i < times.end; i++) {
      assertEquals(times.indexAt(times.decodeTime(i)), i);
      assertEquals(times.indexAt(times.decodeTime(i + 1) - 1), i);
    }
  }
});

const TRIMMED: Edit[] = [{ duration: 0, mediaTime: 1, rate: 1 }];

const rejected: [name: string, make: () => unknown, message: string][] = [
  [
    "a timescale that preroll multiplies beyond 32 bits",
    () => {
      const track = buildTrack({ durations: [2] }, 1000, TRIMMED);
      const count = 2_150_000; // samples that are all decoded and presented at 0
      const samples = {
        ...track.samples,
        ...{
          count,
          compositionOffset: () => 0,
          indexAt: () => count - 1,
          findSyncAtOrBefore: () => 0,
        },
        decodeTime: (index: number) => index < count ? 0 : 2,
      };
      return buildSampleTiming(
        { ...track, samples },
        applyEditList(track, MOVIE_TIMESCALE),
        "video",
      );
    },
    "Cannot present track 1: its edit starts after 2150000 video samples",
  ],
  [
    "a duration that preroll multiplies beyond 32 bits",
    () => {
      const columns = { durations: [1, 1, 2 ** 22], syncs: [0] };
      const { track, ...times } = timed(columns, { timescale: 1, edits: TRIMMED });
      return times.runFields(0, track.samples.readSamples(0, 3));
    },
    "Cannot write 8392802304 into a trun, expected 32 bits",
  ],
  [
    "over 272 years",
    () => timed({ durations: [2 ** 32, 2 ** 32] }, { timescale: 1 }),
    "Cannot present track 1 up to tick 8589934592",
  ],
  [
    "empty edits of over 2^53 ticks",
    () =>
      timed({ durations: [1] }, {
        edits: [{ duration: 2 ** 54, mediaTime: -1, rate: 1 }, ...TRIMMED],
      }),
    "Cannot present track 1 after 18014398509481984 ticks, expected at most 2^53",
  ],
];

for (const [name, make, message] of rejected) {
  Deno.test(`buildSampleTiming() rejects ${name}`, () => {
    assertThrows(make, MediaError, message);
  });
}

for (const type of ["video", "audio"] as const) {
  Deno.test(`buildSampleTiming() retains no ${type} for an edit from the end on`, () => {
    const count = (mediaTime: number) => {
      const edits = [{ mediaTime, duration: 1000, rate: 1 }];
      const { first, end } = timed({ durations: 1, count: 10 }, { edits, type });
      return end - first;
    };
    assertEquals(count(10), 0);
    assertEquals(count(9) > 0, true);
  });
}
