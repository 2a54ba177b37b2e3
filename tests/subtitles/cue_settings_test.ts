import { assertEquals } from "@std/assert";
import {
  type CueSettings,
  formatCueSettings,
  parseCueSettings,
} from "../../lib/subtitles/cue_settings.ts";

/** Removes undefined and false values. */
function compact(settings: CueSettings): CueSettings {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined && value !== false),
  );
}

const both: [settings: string, parsed: CueSettings][] = [
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

for (const [settings, parsed] of both) {
  Deno.test(`parseCueSettings() and formatCueSettings() agree on "${settings}"`, () => {
    assertEquals(compact(parseCueSettings(settings)), parsed);
    assertEquals(formatCueSettings(parsed), settings);
  });
}

const read: [settings: string, parsed: CueSettings][] = [
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

for (const [settings, parsed] of read) {
  Deno.test(`parseCueSettings() handles "${settings}" like players`, () => {
    assertEquals(compact(parseCueSettings(settings)), parsed);
  });
}

Deno.test("formatCueSettings() limits percentages and rounds them to hundredths", () => {
  assertEquals(
    formatCueSettings({ line: 120, position: -3, size: 33.3333 }),
    "line:100% position:0% size:33.33%",
  );
});
