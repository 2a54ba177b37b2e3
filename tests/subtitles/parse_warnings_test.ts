import { assertEquals } from "@std/assert";
import { ParseWarnings } from "../../lib/subtitles/parse_warnings.ts";

Deno.test("ParseWarnings lists equal sentences once", () => {
  const warnings = new ParseWarnings();
  warnings.add("Images are ignored");
  warnings.addLine(7, "the cue ends before it starts");
  warnings.add("Images are ignored");
  assertEquals(warnings.list, ["Images are ignored", "Line 7: the cue ends before it starts"]);
});

Deno.test("ParseWarnings lists sentences on one line each", () => {
  const warnings = new ParseWarnings();
  warnings.add("Code {\\an\n\n\x1b\x85x} is ignored");
  assertEquals(warnings.list, ["Code {\\an x} is ignored"]);
});

Deno.test("ParseWarnings counts warnings after the twentieth", () => {
  const warnings = new ParseWarnings();
  for (let line = 1; line <= 23; line++) warnings.addLine(line, "invalid");
  assertEquals(warnings.list.slice(19), ["Line 20: invalid", "3 more warnings are not listed"]);
});
