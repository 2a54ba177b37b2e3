import { assertEquals } from "@std/assert";
import { findHiddenSamples, type HiddenSamples } from "../../lib/input/hidden_samples.ts";
import { buildTrack, type Columns } from "../presentation/synthetic_track.ts";

/** I P B B P B B, decoded 80 ms before the first one is presented. */
const COLUMNS: Columns = {
  durations: 40,
  count: 7,
  compositionOffsets: [80, 160, 40, 40, 160, 40, 40],
  syncs: [0],
};

function find(start: number, end: number, lastSample: number, columns = COLUMNS, timescale = 1000) {
  let looked = 0;
  const edit = { start, end, tolerance: 2, delay: 0, warning: "", movieTime: 0 };
  const range = { first: 0, end: lastSample };
  return {
    ...findHiddenSamples(buildTrack(columns, timescale), edit, range, () => looked++),
    looked,
  };
}

/** Composed at 80, 200, 120, 160, 320, 240 and 280. */
const cases: [
  what: string,
  edit: [number, number],
  end: number,
  expected: Omit<HiddenSamples, "end">,
][] = [
  ["nothing of a whole track", [80, Infinity], 7, {
    early: [],
    onScreen: -1,
    late: [],
    last: 4,
    syncFrom: 0,
  }],
  ["samples before the edit, in order of presentation", [201, Infinity], 7, {
    early: [0, 2, 3, 1],
    onScreen: 1,
    late: [],
    last: 4,
    syncFrom: 4,
  }],
  ["a sample after the edit, decoded before the last one", [80, 290], 7, {
    early: [],
    onScreen: -1,
    late: [4],
    last: 6,
    syncFrom: 0,
  }],
  ["samples on both sides", [130, 180], 4, {
    early: [0, 2],
    onScreen: 2,
    late: [1],
    last: 3,
    syncFrom: 3,
  }],
  ["samples of an edit that presents none of its own", [90, 95], 1, {
    early: [0],
    onScreen: 0,
    late: [],
    last: 0,
    syncFrom: 1,
  }],
];

for (const [what, [start, end], lastSample, expected] of cases) {
  Deno.test(`findHiddenSamples() finds ${what}`, () => {
    const { looked, ...found } = find(start, end, lastSample);
    assertEquals(found, { ...expected, end });
    assertEquals(looked > 0, true);
  });
}

Deno.test("findHiddenSamples() looks at few samples of a long edit", () => {
  const columns = { durations: 40, count: 1000, syncs: [0] };
  const { looked, last } = find(0, 39_999, 1000, columns);
  assertEquals([looked, last], [2, 999]);
});

for (const [start, onScreen] of [[201, 1], [240, -1], [239, -1], [238, 1]] as const) {
  Deno.test(`findHiddenSamples() finds what is on screen at ${start}: ${onScreen}`, () => {
    const { early, onScreen: found } = find(start, Infinity, 7, COLUMNS, 2001); // the next one is composed at 240
    assertEquals([early, found], [[0, 2, 3, 1], onScreen]);
  });
}
