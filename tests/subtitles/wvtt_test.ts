import { assertEquals, assertThrows } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { MediaError } from "../../lib/errors.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import type { Cue } from "../../lib/subtitles/cue.ts";
import { CueMerger } from "../../lib/subtitles/cue_merger.ts";
import { readWvttSample } from "../../lib/subtitles/wvtt.ts";
import { buildWvttSamples } from "../../lib/subtitles/wvtt_samples.ts";
import { concat } from "../mp4/movie_file.ts";
import { vttc, VTTE } from "../subtitle_movie.ts";

const cue = (start: number, end: number, text: string, rest: Partial<Cue> = {}): Cue => ({
  start,
  end,
  id: "",
  settings: "",
  text,
  ...rest,
});

const NOTHING = { id: "", settings: "", source: undefined };

Deno.test("readWvttSample() reads cues, their ids, settings and sources", () => {
  const bytes = concat(vttc("a\nb", { id: "x", settings: "line:0", source: 7 }), VTTE, vttc("c"));
  assertEquals(readWvttSample(bytes), [
    { id: "x", settings: "line:0", text: "a\nb", source: 7 },
    { ...NOTHING, text: "c" },
  ]);
});

Deno.test("readWvttSample() leaves out what would end a cue in a file", () => {
  assertEquals(readWvttSample(vttc("a\r\n\r\nb --> c\0", { settings: "line:0\nx-->" })), [
    { ...NOTHING, settings: "line:0 x->", text: "a\nb --&gt; c" },
  ]);
});

Deno.test("readWvttSample() says which box is broken", () => {
  const broken = vttc("abc");
  broken[11] = 200;
  assertThrows(() => readWvttSample(broken), MediaError, "vttc/payl: Cannot read 192 bytes");
});

/** When samples are, which cues are in each, and what they are put together to. */
const joined: [
  what: string,
  samples: [number, number, string[]][],
  cues: [number, number, string][],
][] = [
  ["one cue", [[0, 1000, ["a"]]], [[0, 1000, "a"]]],
  ["a cue in two samples", [[0, 1000, ["a"]], [1000, 2000, ["a"]]], [[0, 2000, "a"]]],
  ["a cue that comes again", [[0, 1000, ["a"]], [1000, 2000, []], [2000, 3000, ["a"]]], [
    [0, 1000, "a"],
    [2000, 3000, "a"],
  ]],
  ["a cue under another", [[0, 1000, ["a"]], [1000, 2000, ["a", "b"]], [2000, 3000, ["b"]]], [
    [0, 2000, "a"],
    [1000, 3000, "b"],
  ]],
  ["the same cue twice", [[0, 1000, ["a", "a"]], [1000, 2000, ["a"]]], [[0, 2000, "a"], [
    0,
    1000,
    "a",
  ]]],
  ["samples with a gap", [[0, 1000, ["a"]], [1001, 2000, ["a"]]], [[0, 1000, "a"], [
    1001,
    2000,
    "a",
  ]]],
];

for (const [what, samples, cues] of joined) {
  Deno.test(`CueJoiner puts together ${what}`, () => {
    const joiner = new CueMerger();
    for (const [start, end, texts] of samples) {
      joiner.add({ start, end }, texts.map((text) => ({ id: "", settings: "", text })));
    }
    assertEquals(joiner.cues().map(({ start, end, text }) => [start, end, text]), cues);
  });
}

Deno.test("CueJoiner keeps cues of different sources apart", () => {
  const joiner = new CueMerger();
  const same = { id: "", settings: "", text: "a" };
  joiner.add({ start: 0, end: 1000 }, [{ ...same, source: 1 }]);
  joiner.add({ start: 1000, end: 2000 }, [{ ...same, source: 2 }]);
  assertEquals(joiner.cues().length, 2);
});

/** Samples of a span, read again: duration and texts of each. */
function samplesOf(cues: Cue[], start: number, end: number, timescale = 1000) {
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
    ["a whole span", [cue(0, 2000, "a")], [0, 2000], [[2000, "a"]]],
    ["cues over each other", [cue(0, 1500, "a"), cue(500, 2000, "b")], [0, 2000], [
      [500, "a"],
      [1000, "a+b"],
      [500, "b"],
    ]],
    ["cues that abut", [cue(0, 1000, "a"), cue(1000, 2000, "b")], [0, 2000], [[1000, "a"], [
      1000,
      "b",
    ]]],
    ["pieces of a cue: the first", [cue(500, 2500, "a")], [0, 2000], [[500, ""], [1500, "a"]]],
    ["pieces of a cue: the next", [cue(500, 2500, "a")], [2000, 4000], [[500, "a"], [1500, ""]]],
    ["a cue that lasts no time", [cue(500, 500, "a")], [0, 2000], [[2000, ""]]],
    ["cues elsewhere", [cue(0, 2000, "a"), cue(4000, 5000, "b")], [2000, 4000], [[2000, ""]]],
    ["cues out of order", [cue(1000, 2000, "b"), cue(0, 1000, "a")], [0, 2000], [[1000, "a"], [
      1000,
      "b",
    ]]],
  ];

for (const [what, cues, [start, end], samples] of written) {
  Deno.test(`buildWvttSamples() writes ${what}`, () => {
    assertEquals(samplesOf(cues, start, end), samples);
  });
}

Deno.test("buildWvttSamples() counts in ticks", () => {
  assertEquals(samplesOf([cue(1001, 2003, "a")], 0, 64000 * 4, 64000), [
    [64064, ""],
    [64128, "a"],
    [127808, ""],
  ]);
});

Deno.test("buildWvttSamples() parts what is longer than a sample may last", () => {
  assertEquals(samplesOf([], 0, 2 ** 32, 90000), [[2 ** 31, ""], [2 ** 31, ""]]);
});

Deno.test("buildWvttSamples() says which samples show one cue, and when inner times are due", () => {
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

Deno.test("buildWvttSamples() refuses cues that are all shown at once", () => {
  const cues = Array.from({ length: 3000 }, (_, i) => cue(i, 10_000, "x".repeat(20)));
  const write = () => buildWvttSamples(cues, { start: 0, end: 10_000, timescale: 1000 });
  assertThrows(write, MediaError, "cues are shown at once");
});
