import { assertEquals } from "@std/assert";
import { ByteReader } from "../../lib/bytes.ts";
import { tx3g } from "../../lib/codecs/tx3g.ts";
import { readStsd } from "../../lib/mp4/sample_entry.ts";
import { box, stsd } from "../mp4/movie_file.ts";
import { tx3gEntry, tx3gSample } from "../subtitle_movie.ts";

const [SOME, ALL] = [0x40000000, 0x80000000];
const RED = 0xFF0000FF;
const FORCED = box("frcd");

/** Decodes samples of one second each, every one with a sample entry of its own. */
function decode(samples: Uint8Array[], ...options: Parameters<typeof tx3gEntry>[0][]) {
  const entries = samples.map((_, i) => {
    const bytes = stsd(tx3gEntry(options[i] ?? options[0])).subarray(8);
    return readStsd(new ByteReader(bytes), "sbtl")[0]!;
  });
  const rectangle = { x: 0, y: 0, width: 0, height: 0 };
  return tx3g.decode(
    entries[0]!,
    samples.map((bytes, i) => {
      const start = i * 1000;
      return { start, end: start + 1000, timeOffset: 0, entry: entries[i]!, bytes };
    }),
    { track: rectangle, video: rectangle },
  );
}

Deno.test("tx3g merges adjacent samples and preserves gaps", () => {
  const { webvtt } = decode(["", "a", "a", "", "a"].map((text) => tx3gSample(text)));
  assertEquals(webvtt.cues.map(({ start, end }) => [start, end]), [[1000, 3000], [4000, 5000]]);
});

Deno.test("tx3g applies the sample entry of each sample, and writes colours to a style sheet", () => {
  const { webvtt } = decode([tx3gSample("a"), tx3gSample("b")], {}, { color: RED });
  assertEquals(webvtt.cues.map(({ text }) => text), ["a", "<c.red>b</c>"]);
  assertEquals(webvtt.blocks.map(({ text }) => text), ["STYLE\n::cue(.red) { color: #ff0000 }"]);
});

const forced: [what: string, flags: number, samples: Uint8Array[], boolean, warnings: number][] = [
  ["no flag", 0, [tx3gSample("a")], false, 0],
  ["a flag for all", ALL, [tx3gSample("a"), tx3gSample("b")], true, 0],
  ["a box in each", SOME, [tx3gSample("a", FORCED), tx3gSample("b", FORCED)], true, 0],
  ["a box in some", SOME, [tx3gSample("a", FORCED), tx3gSample("b")], false, 1],
  ["a flag for all without text", ALL, [tx3gSample("")], false, 0],
];

for (const [what, flags, samples, expected, warnings] of forced) {
  Deno.test(`tx3g decodes ${what} as ${expected ? "" : "not "}forced`, () => {
    const { forced, webvtt } = decode(samples, { flags });
    assertEquals([forced, webvtt.warnings.length], [expected, warnings]);
  });
}
