import { assertEquals } from "@std/assert";
import { type Cue, cuesEnd } from "../../lib/subtitles/cue.ts";

const cue: Cue = { start: 0, end: 0, id: "", settings: "", text: "" };

Deno.test("cuesEnd() is where the last cue ends, which need not be the last in the file", () => {
  assertEquals(cuesEnd([{ ...cue, end: 5000 }, { ...cue, start: 1000, end: 2000 }]), 5000);
  assertEquals(cuesEnd([]), 0);
});
