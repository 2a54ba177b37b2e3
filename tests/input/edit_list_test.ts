import { assertEquals } from "@std/assert";
import { applyEditList, readEditList } from "../../lib/input/edit_list.ts";
import type { Edit } from "../../lib/mp4/movie.ts";
import { buildTrack, MOVIE_TIMESCALE } from "../presentation/synthetic_track.ts";

function applyEdits(edits: Edit[], timescale = 1000) {
  return applyEditList(buildTrack({ durations: 40, count: 3 }, timescale, edits), MOVIE_TIMESCALE);
}

const edit = (duration: number, mediaTime: number, rate = 1): Edit => ({
  duration,
  mediaTime,
  rate,
});

/** Start, end, delay and movie time of each edit of a track of 3 samples. */
const several: [name: string, edits: Edit[], expected: number[][]][] = [
  ["edits with a cut between", [edit(100, 0), edit(50, 400)], [[0, 100, 0, 0], [
    400,
    450,
    100,
    100,
  ]]],
  ["an edit that goes back", [edit(100, 500), edit(50, 0)], [[500, 600, 0, 0], [0, 50, 100, 100]]],
  ["an edit that is repeated", [edit(100, 0), edit(100, 0)], [[0, 100, 0, 0], [0, 100, 100, 100]]],
  [
    "empty edits before, between and after",
    [edit(10, -1), edit(100, 0), edit(20, -1), edit(30, -1), edit(50, 100), edit(70, -1)],
    [[0, 100, 10, 10], [100, 150, 160, 160]],
  ],
  [
    "edits that continue each other",
    [edit(100, 0), edit(100, 101), edit(100, 300), edit(100, 399)],
    [[0, 200, 0, 0], [300, 500, 200, 200]],
  ],
  ["an empty edit of no duration", [edit(100, 0), edit(0, -1), edit(100, 100)], [[0, 200, 0, 0]]],
  ["an inner edit of no duration", [edit(100, 0), edit(0, 900), edit(50, 500)], [
    [0, 100, 0, 0],
    [500, 550, 100, 100],
  ]],
  ["a last edit of no duration", [edit(100, 0), edit(0, 900)], [
    [0, 100, 0, 0],
    [900, Infinity, 100, 100],
  ]],
];

for (const [name, edits, expected] of several) {
  Deno.test(`readEditList() returns ${name}`, () => {
    const track = buildTrack({ durations: 40, count: 3 }, 1000, edits);
    const found = readEditList(track, MOVIE_TIMESCALE);
    assertEquals(
      found.map(({ start, end, delay, movieTime }) => [start, end, delay, movieTime]),
      expected,
    );
    assertEquals(found.map(({ warning }) => warning), expected.map(() => ""));
  });
}

Deno.test("readEditList() merges no edits whose distances add up", () => {
  const edits = Array.from({ length: 10 }, (_, i) => edit(100, 101 * i));
  const track = buildTrack({ durations: 40, count: 3 }, 1000, edits);
  assertEquals(
    readEditList(track, MOVIE_TIMESCALE).map(({ start }) => start),
    [0, 202, 404, 606, 808],
  );
});

Deno.test("readEditList() rounds the start of each edit by itself", () => {
  const edits = Array.from({ length: 20 }, (_, i) => edit(100, 10 * i));
  const track = { ...buildTrack({ durations: 1, count: 3 }, 24, edits), hasFragments: true };
  const found = readEditList(track, 999);
  assertEquals(found.map(({ movieTime }) => movieTime), edits.map((_, i) => 100 * i));
  assertEquals(found.map(({ delay }) => delay), edits.map((_, i) => Math.round(2400 * i / 999)));
  assertEquals(found.map(({ end }) => end).slice(-2), [182, Infinity]);
});

const supported: [name: string, edits: Edit[], start: number, end: number, delay: number][] = [
  ["no edit list", [], 0, Infinity, 0],
  ["an edit to the end", [edit(0, 80)], 80, Infinity, 0],
  ["an edit with an end", [edit(100, 80)], 80, 180, 0],
  ["empty edits", [edit(500, -1), edit(100, -1), edit(100, 0)], 0, 100, 600],
  ["empty edits only", [edit(500, -1)], 0, Infinity, 0],
  ["adjacent edits", [edit(80, 40), edit(80, 121)], 40, 200, 0],
];

for (const [name, edits, start, end, delay] of supported) {
  Deno.test(`applyEditList() supports ${name}`, () => {
    const window = applyEdits(edits);
    assertEquals([window.start, window.end, window.delay], [start, end, delay]);
    assertEquals([window.tolerance, window.warning], [2, ""]);
  });
}

Deno.test("applyEditList() ignores the end of an edit in a track with fragments", () => {
  const track = buildTrack({ durations: 40, count: 3 }, 1000, [edit(500, -1), edit(100, 80)]);
  const window = applyEditList({ ...track, hasFragments: true }, MOVIE_TIMESCALE);
  assertEquals([window.start, window.end, window.delay], [80, Infinity, 500]);
});

Deno.test("applyEditList() converts durations to the track's timescale", () => {
  const { start, end, tolerance, delay } = applyEdits([edit(500, -1), edit(100, 480)], 48000);
  assertEquals([start, end, tolerance, delay], [480, 5280, 96, 24000]);
});

Deno.test("applyEditList() warns of unsupported edits and presents from the first to the end", () => {
  const unsupported = [edit(1000, 0), edit(500, 5000), edit(500, 0, 0)];
  const { start, end, warning } = applyEdits(unsupported);
  assertEquals([start, end], [0, Infinity]);
  assertEquals(
    warning,
    "its edit list (1 s from 0 s, 0.5 s from 5 s, 0.5 s from 0 s at rate 0) is not supported; it is presented from the first edit to the end",
  );
});
