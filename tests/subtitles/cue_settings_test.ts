import { assertEquals } from "@std/assert";
import { type CuePlace, formatSettings, parseSettings } from "../../lib/subtitles/cue_settings.ts";

/** Keys that say something. */
function said(place: CuePlace): CuePlace {
  return Object.fromEntries(
    Object.entries(place).filter(([, value]) => value !== undefined && value !== false),
  );
}

const both: [settings: string, place: CuePlace][] = [
  ["", {}],
  ["line:0", { line: 0, lineIsNumber: true }],
  ["line:-1", { line: -1, lineIsNumber: true }],
  ["line:90%", { line: 90 }],
  ["line:50%,center", { line: 50, lineAlign: "center" }],
  ["line:84.5%,end", { line: 84.5, lineAlign: "end" }],
  ["position:10% size:80% align:start", { position: 10, size: 80, align: "start" }],
  ["vertical:rl", { vertical: "rl" }],
  ["align:left region:r1", { align: "left", region: "r1" }],
];

for (const [settings, place] of both) {
  Deno.test(`parseSettings() and formatSettings() agree on "${settings}"`, () => {
    assertEquals(said(parseSettings(settings)), place);
    assertEquals(formatSettings(place), settings);
  });
}

const read: [settings: string, place: CuePlace][] = [
  ["line:101%", {}],
  ["line:x", {}],
  ["line:-5%", {}],
  ["line:5,nowhere", { line: 5, lineIsNumber: true }],
  ["position:50%,line-left", { position: 50 }],
  ["position:50", {}],
  ["size:101%", {}],
  ["align:middle", {}],
  ["vertical:up", {}],
  ["align:left align:right", { align: "left" }],
  ["nothing here:", {}],
  ["\talign:end\f", { align: "end" }],
];

for (const [settings, place] of read) {
  Deno.test(`parseSettings() takes "${settings}" as players do`, () => {
    assertEquals(said(parseSettings(settings)), place);
  });
}

Deno.test("formatSettings() keeps within the picture, to a hundredth", () => {
  assertEquals(
    formatSettings({ line: 120, position: -3, size: 33.3333 }),
    "line:100% position:0% size:33.33%",
  );
});
