import { assertEquals } from "@std/assert";
import type { Cue } from "../../lib/subtitles/cue.ts";
import type { WebvttBlock } from "../../lib/subtitles/webvtt.ts";
import { isShown, selectBlocks } from "../../lib/subtitles/webvtt_range.ts";

const ranges: [cue: [start: number, end: number], isShown: boolean][] = [
  [[0, 2000], false], // ends at the start
  [[0, 2001], true],
  [[3999, 9000], true],
  [[4000, 9000], false], // starts at the end
  [[2000, 2000], true], // no duration
  [[1999, 1999], false],
  [[4000, 4000], false],
];

for (const [[start, end], expected] of ranges) {
  Deno.test(`isShown() returns ${expected} for ${start}–${end} in [2000, 4000)`, () => {
    const cue: Cue = { start, end, id: "", settings: "", text: "a" };
    assertEquals(isShown(cue, 2000, 4000), expected);
  });
}

const BLOCKS: WebvttBlock[] = [
  { type: "style", text: "STYLE\n::cue {}", before: 0 },
  { type: "note", text: "NOTE first", before: 0 },
  { type: "note", text: "NOTE second", before: 1 },
  { type: "region", text: "REGION\nid:r", before: 1 },
  { type: "note", text: "NOTE end", before: 2 },
];

const selections: [isIncluded: boolean[], includesEnd: boolean, blocks: [string, number][]][] = [
  [[true, true], true, [["STYLE", 0], ["NOTE first", 0], ["NOTE second", 1], ["REGION", 1], [
    "NOTE end",
    2,
  ]]],
  [[true, false], false, [["STYLE", 0], ["NOTE first", 0], ["REGION", 1]]],
  [[false, true], false, [["STYLE", 0], ["NOTE second", 0], ["REGION", 0]]],
  [[false, false], true, [["STYLE", 0], ["REGION", 0], ["NOTE end", 0]]],
];

for (const [isIncluded, includesEnd, blocks] of selections) {
  Deno.test(`selectBlocks() of cues ${isIncluded}, end ${includesEnd}`, () => {
    const selected = selectBlocks(BLOCKS, isIncluded, includesEnd);
    assertEquals(selected.map(({ text, before }) => [text.split("\n")[0]!, before]), blocks);
  });
}
