import { assertEquals } from "@std/assert";
import { ParseWarnings } from "../../../lib/subtitles/parse_warnings.ts";
import { shiftToProgramme } from "../../../lib/subtitles/ttml/programme.ts";

const cases: [
  what: string,
  times: [start: number, end: number][],
  shifted: [start: number, end: number][],
  warnings: string[],
][] = [
  ["cues after the start", [[36001000, 36003000]], [[1000, 3000]], []],
  ["cues across the start", [[35999000, 36001000]], [[0, 1000]], []],
  ["cues before the start", [[35990000, 35991000], [36001000, 36003000]], [[1000, 3000]], [
    "1 cues that end before documentStartOfProgramme are left out",
  ]],
  ["times that are relative to the programme", [[1000, 3000]], [[1000, 3000]], [
    "documentStartOfProgramme is ignored, since all cues end before it",
  ]],
  ["no cue", [], [], []],
];

for (const [what, times, shifted, warnings] of cases) {
  Deno.test(`shiftToProgramme() moves ${what}`, () => {
    const all = new ParseWarnings();
    const cues = times.map(([start, end]) => ({ start, end, id: "", settings: "", text: "x" }));
    const result = shiftToProgramme(cues, 36000, all).map(({ start, end }) => [start, end]);
    assertEquals([result, all.list], [shifted, warnings]);
  });
}
