import { assertEquals } from "@std/assert";
import type { Edit, Track } from "../../../lib/mp4/movie.ts";
import { readExpectedEdits } from "../../../lib/verify/expected/edits.ts";
import { buildTrack, MOVIE_TIMESCALE } from "../../presentation/synthetic_track.ts";

/** Duration in ms, media time in ticks of 1/48000 s (-1: empty), rate. */
type Entry = [duration: number, mediaTime: number, rate?: number];

const SECOND = 48_000;

const cases: [
  what: string,
  entries: Entry[],
  expected: [start: number, end: number, at: number][],
  track?: Partial<Track>,
][] = [
  ["no edit list", [], [[0, Infinity, 0]]],
  ["nothing but an empty edit", [[500, -1]], [[0, Infinity, 0]]],
  ["one edit", [[1000, 1024]], [[1024, 1024 + SECOND, 0]]],
  ["an edit after an empty one", [[500, -1], [1000, 0]], [[0, SECOND, 500]]],
  ["an edit to the end", [[500, -1], [0, 1024]], [[1024, Infinity, 500]]],
  [
    "two edits",
    [[1000, 0], [2000, 3 * SECOND]],
    [[0, SECOND, 0], [3 * SECOND, 5 * SECOND, 1000]],
  ],
  [
    "an empty edit between two",
    [[1000, 0], [250, -1], [0, SECOND]],
    [[0, SECOND, 0], [SECOND, Infinity, 1250]],
  ],
  [
    "an empty edit after the last one",
    [[1000, 0], [2000, 3 * SECOND], [400, -1]],
    [[0, SECOND, 0], [3 * SECOND, 5 * SECOND, 1000]],
  ],
  ["edits that abut", [[1000, 0], [500, SECOND + 95]], [[0, 1.5 * SECOND, 0]]],
  [
    "edits two movie ticks apart",
    [[1000, 0], [500, SECOND + 96]],
    [[0, SECOND, 0], [SECOND + 96, 1.5 * SECOND + 96, 1000]],
  ],
  [
    "an edit that goes back",
    [[1000, SECOND], [500, 0]],
    [[SECOND, 2 * SECOND, 0], [0, SECOND / 2, 1000]],
  ],
  [
    "an edit of no duration before another",
    [[0, 0], [500, SECOND]],
    [[SECOND, 1.5 * SECOND, 0]],
  ],
  ["a rate of 2", [[500, -1], [1000, 1024], [1000, 3 * SECOND, 2]], [[1024, Infinity, 500]]],
  ["a dwell", [[1000, 1024, 0], [1000, 1024]], [[1024, Infinity, 0]]],
  [
    "edits of a fragmented movie",
    [[1000, 0], [500, 3 * SECOND]],
    [[0, SECOND, 0], [3 * SECOND, Infinity, 1000]],
    { hasFragments: true },
  ],
];

for (const [what, entries, expected, overrides] of cases) {
  Deno.test(`readExpectedEdits() reads ${what}`, () => {
    const edits = entries.map(([duration, mediaTime, rate = 1]): Edit => (
      { duration, mediaTime, rate }
    ));
    const track = { ...buildTrack({ durations: 1024, count: 4 }, SECOND, edits), ...overrides };
    const read = readExpectedEdits(track, MOVIE_TIMESCALE);
    assertEquals(read.map(({ start, end, at }) => [start, end, at]), expected);
  });
}
