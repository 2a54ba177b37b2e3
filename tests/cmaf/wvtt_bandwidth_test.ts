import { assertEquals, assertThrows } from "@std/assert";
import { computeWvttBandwidth } from "../../lib/cmaf/wvtt_bandwidth.ts";
import { planWvttSegment } from "../../lib/cmaf/wvtt.ts";
import { MediaError } from "../../lib/errors.ts";
import type { Presentation, SubtitleRendition } from "../../lib/presentation/presentation.ts";
import { getPlanSize } from "../../lib/storage/read_plan.ts";
import type { Cue } from "../../lib/subtitles/cue.ts";

/** Returns `count` segments of 2 seconds. */
function buildRendition(cues: [start: number, end: number, text: string][], count: number) {
  const times = Float64Array.from({ length: count + 1 }, (_, i) => i * 2000);
  const all = cues.map(([start, end, text]): Cue => ({ start, end, text, id: "", settings: "" }));
  const webvtt = { cues: all };
  return { file: "a.vtt", times, timescale: 1000, webvtt } as unknown as SubtitleRendition;
}

const PRESENTATION = { targetDuration: 2 } as Presentation;

const cues: [what: string, cues: [number, number, string][]][] = [
  ["no cue", []],
  ["a cue within a segment", [[2500, 3000, "x".repeat(99)]]],
  ["a cue from one segment boundary to another", [[2000, 4000, "x".repeat(99)]]],
  ["a cue of all segments", [[0, 8000, "x".repeat(99)]]],
  ["a cue that starts while another is shown", [[0, 8000, "a"], [5000, 8000, "x".repeat(99)]]],
  ["different cues of equal boundaries", [[0, 2000, "a"], [2000, 4000, "bb"], [4000, 6000, "ccc"]]],
  ["a cue that ends on a boundary", [[500, 4000, "a".repeat(50)], [4000, 5000, "b"]]],
  ["a cue past the end", [[7000, 90000, "a"]]],
  ["a cue before the start", [[-5000, 1000, "a"]]],
];

for (const [what, list] of cues) {
  Deno.test(`computeWvttBandwidth() equals the sizes of segments of ${what}`, () => {
    const rendition = buildRendition(list, 4);
    const sizes = [0, 1, 2, 3].map((index) => getPlanSize(planWvttSegment(rendition, index)));
    assertEquals(computeWvttBandwidth(rendition, PRESENTATION), Math.max(...sizes) * 8 / 2);
    const whole = { targetDuration: 16 } as Presentation; // segments of 8 s at least count
    const bits = sizes.reduce((sum, size) => sum + size * 8, 0);
    assertEquals(computeWvttBandwidth(rendition, whole), bits / 8);
  });
}

Deno.test("computeWvttBandwidth() rejects long cues of many segments", () => {
  const rendition = buildRendition([[0, 400_000, "x".repeat(2 ** 20)]], 200);
  const message = "a.vtt: Cannot write wvtt: its cues are shown in too many segments";
  assertThrows(() => computeWvttBandwidth(rendition, PRESENTATION), MediaError, message);
});

Deno.test("computeWvttBandwidth() rejects many cues without text in many segments", () => {
  const rendition = buildRendition(Array(1000).fill([0, 20_000_000, ""]), 10_000);
  const message = "a.vtt: Cannot write wvtt: its cues are shown in too many segments";
  assertThrows(() => computeWvttBandwidth(rendition, PRESENTATION), MediaError, message);
});

Deno.test("computeWvttBandwidth() rejects cues that many samples repeat", () => {
  const overlapping = (count: number) => {
    const starts = Array.from(
      { length: count * 10 },
      (_, i) => Math.floor(i / count) * 2000 + i % count,
    );
    return buildRendition(starts.map((start) => [start, start + 1000, "a"]), 10);
  };
  computeWvttBandwidth(overlapping(20), PRESENTATION);
  const message = "a.vtt: Cannot write wvtt: its cues are shown in too many samples";
  assertThrows(() => computeWvttBandwidth(overlapping(200), PRESENTATION), MediaError, message);
});
