import { assertEquals } from "@std/assert";
import { SeenWarnings } from "../../lib/ams/seen_warnings.ts";

Deno.test("SeenWarnings.add() returns true for the first of equal warnings", () => {
  const seen = new SeenWarnings();
  const warnings = [["a.mp4", "x"], ["a.mp4", "y"], ["a.mp4", "x"], ["b.mp4", "x"]] as const;
  assertEquals(warnings.map(([file, message]) => seen.add(file, message)), [
    ...[true, true, false, true],
  ]);
});

Deno.test("SeenWarnings.add() forgets warnings beyond a limit", () => {
  const seen = new SeenWarnings();
  const long = "x".repeat(2 ** 18);
  for (let i = 0; i < 9; i++) seen.add(`${i}.mp4`, long);
  assertEquals(seen.add("0.mp4", long), true);
});
