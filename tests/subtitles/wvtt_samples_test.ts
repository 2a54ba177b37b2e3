import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import type { Cue } from "../../lib/subtitles/cue.ts";
import { readWvttSample } from "../../lib/subtitles/wvtt.ts";
import { buildWvttSamples } from "../../lib/subtitles/wvtt_samples.ts";

const cue = (start: number, end: number, text: string, rest: Partial<Cue> = {}): Cue => ({
  start,
  end,
  id: "",
  settings: "",
  text,
  ...rest,
});

/** Builds samples and returns duration and text of each. */
function buildSamples(cues: Cue[], start: number, end: number, timescale = 1000) {
  const { durations, sizes, bytes } = buildWvttSamples(cues, { start, end, timescale });
  let at = 0;
  return Array.from(durations, (duration, i) => {
    const sample = bytes.subarray(at, at += sizes[i]!);
    return [duration, readWvttSample(sample).map(({ text }) => text).join("+")];
  });
}

const written: [what: string, cues: Cue[], span: [number, number], samples: [number, string][]][] =
  [
    ["no cue", [], [0, 2000], [[2000, ""]]],
    ["gaps before and after", [cue(500, 1500, "a")], [0, 2000], [[500, ""], [1000, "a"], [
      500,
      "",
    ]]],
    ["a cue of the whole span", [cue(0, 2000, "a")], [0, 2000], [[2000, "a"]]],
    ["overlapping cues", [cue(0, 1500, "a"), cue(500, 2000, "b")], [0, 2000], [
      [500, "a"],
      [1000, "a+b"],
      [500, "b"],
    ]],
    ["adjacent cues", [cue(0, 1000, "a"), cue(1000, 2000, "b")], [0, 2000], [[1000, "a"], [
      1000,
      "b",
    ]]],
    ["the first part of a split cue", [cue(500, 2500, "a")], [0, 2000], [[500, ""], [1500, "a"]]],
    ["the next part of a split cue", [cue(500, 2500, "a")], [2000, 4000], [[500, "a"], [1500, ""]]],
    ["a cue of no duration", [cue(500, 500, "a")], [0, 2000], [[2000, ""]]],
    ["cues outside of the span", [cue(0, 2000, "a"), cue(4000, 5000, "b")], [2000, 4000], [[
      2000,
      "",
    ]]],
    ["unordered cues", [cue(1000, 2000, "b"), cue(0, 1000, "a")], [0, 2000], [[1000, "a"], [
      1000,
      "b",
    ]]],
  ];

for (const [what, cues, [start, end], samples] of written) {
  Deno.test(`buildWvttSamples() builds ${what}`, () => {
    assertEquals(buildSamples(cues, start, end), samples);
  });
}

Deno.test("buildWvttSamples() converts to ticks", () => {
  assertEquals(buildSamples([cue(1001, 2003, "a")], 0, 64000 * 4, 64000), [
    [64064, ""],
    [64128, "a"],
    [127808, ""],
  ]);
});

Deno.test("buildWvttSamples() splits samples of maximum duration", () => {
  assertEquals(buildSamples([], 0, 2 ** 32, 90000), [[2 ** 31, ""], [2 ** 31, ""]]);
});

Deno.test("buildWvttSamples() writes source ids, and sample times for timestamps in text", () => {
  const cues = [cue(0, 3000, "<00:01.000>a"), cue(1000, 2000, "b")];
  const { bytes, sizes } = buildWvttSamples(cues, { start: 0, end: 3000, timescale: 1000 });
  let at = 0;
  const found = Array.from(sizes, (size) => {
    const boxes: string[] = [];
    readBoxes(new ByteReader(bytes.subarray(at, at += size)), {
      vttc: (r) =>
        readBoxes(r, {
          vsid: (r) => boxes.push(`vsid ${r.u32()}`),
          ctim: (r) => boxes.push(`ctim ${r.ascii(r.left)}`),
        }),
    });
    return boxes;
  });
  assertEquals(found, [
    ["vsid 0", "ctim 00:00:00.000"],
    ["vsid 0", "ctim 00:00:01.000"],
    ["vsid 0", "ctim 00:00:02.000"],
  ]);
});

Deno.test("buildWvttSamples() rejects too many simultaneous cues", () => {
  const cues = Array.from({ length: 3000 }, (_, i) => cue(i, 10_000, "x".repeat(20)));
  const write = () => buildWvttSamples(cues, { start: 0, end: 10_000, timescale: 1000 });
  assertThrows(write, MediaError, "simultaneous cues");
});
