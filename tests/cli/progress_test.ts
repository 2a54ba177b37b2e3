import { assertEquals } from "@std/assert";
import { Progress } from "../../lib/cli/progress.ts";

/** What a terminal got from `work`, which sets the clock. */
function written(work: (progress: Progress, at: (time: number) => void) => void): string[] {
  const texts: string[] = [];
  let now = 5000;
  const progress = new Progress((text) => texts.push(text), () => now);
  work(progress, (time) => now = 5000 + time);
  return texts;
}

Deno.test("Progress says nothing of what takes less than a second", () => {
  const texts = written((progress, at) => {
    progress.show(() => "a");
    at(999);
    progress.show(() => "b");
    progress.clear();
  });
  assertEquals(texts, []);
});

Deno.test("Progress shows ten lines a second at most, each over the last, and erases it", () => {
  const texts = written((progress, at) => {
    for (let time = 0; time <= 1250; time += 50) {
      at(time);
      progress.show(() => `${time}`);
    }
    progress.clear();
    progress.clear();
  });
  assertEquals(texts, ["\r\x1b[K1000", "\r\x1b[K1100", "\r\x1b[K1200", "\r\x1b[K"]);
});

Deno.test("Progress keeps to one line of a terminal", () => {
  const texts = written((progress, at) => {
    at(1000);
    progress.show(() => "x".repeat(200));
  });
  assertEquals(texts, ["\r\x1b[K" + "x".repeat(79)]);
});
