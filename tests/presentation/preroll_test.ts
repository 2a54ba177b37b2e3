import { assertEquals, assertThrows } from "@std/assert";
import type { EditWindow } from "../../lib/input/edit_list.ts";
import { MediaError } from "../../lib/errors.ts";
import {
  buildEmptyPreroll,
  compressPreroll,
  type Preroll,
} from "../../lib/presentation/preroll.ts";
import { buildTrack, type Columns } from "./synthetic_track.ts";

const EDIT: EditWindow = { start: 0, end: Infinity, tolerance: 0, delay: 0, warning: "" };

function compress(columns: Columns, timescale: number, edit: Partial<EditWindow>): Preroll {
  const track = buildTrack(columns, timescale);
  return compressPreroll(track, { ...EDIT, ...edit }, { first: 0, end: track.samples.count });
}

/** All compressed samples together last less than 0.5 ms. */
const cases: [
  what: string,
  columns: Columns,
  timescale: number,
  edit: Partial<EditWindow>,
  expected: Preroll,
][] = [
  [
    "nothing before an edit from the first sample on",
    { durations: 40, count: 3 },
    1000,
    { start: 0 },
    buildEmptyPreroll(0),
  ],
  [
    "two samples, in a timescale that is fine enough",
    { durations: 3000, count: 4 },
    90000,
    { start: 4500 },
    { end: 2, factor: 1, presentationTimes: [0, 1], decodeTimes: [0, 1, 2] },
  ],
  [
    "two samples before one at the edit's start, which follows them",
    { durations: 3000, count: 4 },
    90000,
    { start: 6000 },
    { end: 3, factor: 1, presentationTimes: [0, 1, 2], decodeTimes: [0, 1, 2, 3002] },
  ],
  [
    "two samples, in five times the timescale", // 2 ticks of 1/5000 s are 0.4 ms
    { durations: 40, count: 4 },
    1000,
    { start: 60 },
    { end: 2, factor: 5, presentationTimes: [0, 1], decodeTimes: [0, 1, 2] },
  ],
  [
    "samples after an empty edit",
    { durations: 40, count: 4 },
    1000,
    { start: 60, delay: 500 },
    { end: 2, factor: 5, presentationTimes: [2500, 2501], decodeTimes: [0, 1, 2] },
  ],
  [
    "reordered samples: of I P B, the edit starts at the P", // composition times 3000 9000 6000
    { durations: 3000, count: 4, compositionOffsets: [3000, 6000, 0, 3000] },
    90000,
    { start: 9000 },
    { end: 3, factor: 1, presentationTimes: [0, 2, 1], decodeTimes: [0, 1, 3001, 3002] },
  ],
];

for (const [what, columns, timescale, edit, expected] of cases) {
  Deno.test(`compressPreroll() compresses ${what}`, () => {
    assertEquals(compress(columns, timescale, edit), expected);
  });
}

Deno.test("compressPreroll() rejects a timescale above 32 bits", () => {
  const message = "Cannot present track 1: its edit starts after 3 video samples";
  const write = () => compress({ durations: 1, count: 4 }, 2 ** 32, { start: 3 });
  assertThrows(write, MediaError, message);
});
