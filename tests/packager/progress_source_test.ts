import { assertEquals, assertStrictEquals } from "@std/assert";
import { Progress } from "../../lib/cli/progress.ts";
import { withProgress } from "../../lib/packager/progress_source.ts";
import type { Source } from "../../lib/storage/source.ts";

const SOURCE: Source = {
  name: "a.mp4",
  size: 4_000_000,
  synchronous: true,
  read: (_, into) => void into.fill(7),
  close() {},
};

Deno.test("withProgress() shows the bytes that were read", () => {
  let now = 0;
  const shown: string[] = [];
  const progress = new Progress((text) => void shown.push(text), () => now += 10_000);
  const source = withProgress(SOURCE, "1 of 2", progress);
  const into = new Uint8Array(1_500_000);
  for (let i = 0; i < 2; i++) source.read(0, into);
  assertEquals(into[0], 7);
  const lines = shown.map((text) => text.replace("\r\x1b[K", ""));
  assertEquals(lines, ["Reading 'a.mp4' (1 of 2): 1.5 MB", "Reading 'a.mp4' (1 of 2): 3.0 MB"]);
});

Deno.test("withProgress() returns the source itself without a terminal", () => {
  assertStrictEquals(withProgress(SOURCE, "1 of 2", undefined), SOURCE);
});
