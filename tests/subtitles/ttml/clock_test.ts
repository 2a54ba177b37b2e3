import { assertEquals } from "@std/assert";
import { ParseWarnings } from "../../../lib/subtitles/parse_warnings.ts";
import { readTtmlDocument } from "../../../lib/subtitles/ttml/document.ts";
import { inBody, ttmlDocument } from "./document.ts";

function read(attributes: string, body = "") {
  const warnings = new ParseWarnings();
  const { clock } = readTtmlDocument(ttmlDocument(body, "", attributes), warnings);
  return { clock, warnings: warnings.list };
}

const modes: [attributes: string, mode: string | undefined][] = [
  [`ttp:dropMode="dropNTSC" ttp:timeBase="smpte"`, "dropNTSC"],
  [`ttp:dropMode="dropPAL" ttp:timeBase="smpte"`, "dropPAL"],
  [`ttp:timeBase="smpte"`, "nonDrop"],
  [`ttp:dropMode="dropNTSC" ttp:timeBase="media"`, undefined],
  [`ttp:dropMode="dropNTSC"`, undefined],
];

for (const [attributes, mode] of modes) {
  Deno.test(`readTtmlClock() reads the time code of ${attributes} as ${mode}`, () => {
    assertEquals(read(attributes).clock.timeCode, mode);
  });
}

Deno.test("readTtmlClock() distinguishes nominal and effective frame rates", () => {
  const { clock } = read(`ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"`);
  assertEquals([clock.nominalFrameRate, clock.frameRate], [24, 24000 / 1001]);
  assertEquals(read(`ttp:frameRate="23.976"`).clock.nominalFrameRate, 24);
});

const colons: [times: string, milliseconds: boolean, warnings: string[]][] = [
  [`begin="00:00:01:010" end="00:00:02:500"`, true, [
    "Times such as 00:00:01:500 are interpreted as milliseconds",
  ]],
  [`begin="00:00:01:010" end="00:00:02:020"`, false, []],
  [`begin="00:00:01:24" end="00:00:02:25"`, false, [
    'Line 1: end="00:00:02:25" has more than the 25 frames of a second; declare the ttp:frameRate',
  ]],
];

for (const [times, milliseconds, warnings] of colons) {
  Deno.test(`readTtmlClock() reads ${times} as ${milliseconds ? "milliseconds" : "frames"}`, () => {
    const found = read(`ttp:frameRate="25"`, inBody(`<p ${times}>x</p>`));
    assertEquals(found.clock.hasColonMilliseconds, milliseconds);
    assertEquals(found.warnings, warnings);
  });
}
