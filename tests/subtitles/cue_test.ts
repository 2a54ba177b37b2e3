import { assertEquals } from "@std/assert";
import { type Cue, getCuesEnd } from "../../lib/subtitles/cue.ts";

const cue: Cue = { start: 0, end: 0, id: "", settings: "", text: "" };

Deno.test("getCuesEnd() returns the latest end, in any order of cues", () => {
  assertEquals(getCuesEnd([{ ...cue, end: 5000 }, { ...cue, start: 1000, end: 2000 }]), 5000);
  assertEquals(getCuesEnd([]), 0);
});
