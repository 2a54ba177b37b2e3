import { assertEquals } from "@std/assert";
import { type Cue, exceedsMaxCueSize, getCuesEnd } from "../../lib/subtitles/cue.ts";

const cue: Cue = { start: 0, end: 0, id: "", settings: "", text: "" };

Deno.test("getCuesEnd() returns the latest end, in any order of cues", () => {
  assertEquals(getCuesEnd([{ ...cue, end: 5000 }, { ...cue, start: 1000, end: 2000 }]), 5000);
  assertEquals(getCuesEnd([]), 0);
});

const MAX = 2 ** 16;
const large: [what: string, cue: Partial<Cue>, exceeds: boolean][] = [
  ["64 KB", { text: "a".repeat(MAX) }, false],
  ["a byte more", { text: "a".repeat(MAX + 1) }, true],
  ["64 KB of two bytes each", { text: "é".repeat(MAX / 2) }, false],
  ["a byte more of two bytes each", { text: "é".repeat(MAX / 2), id: "a" }, true],
  ["identifier, settings and text", { text: "a".repeat(MAX - 1), id: "a", settings: "b" }, true],
];

for (const [what, rest, exceeds] of large) {
  Deno.test(`exceedsMaxCueSize() of ${what} is ${exceeds}`, () => {
    assertEquals(exceedsMaxCueSize({ ...cue, ...rest }), exceeds);
  });
}
