import { assertEquals } from "@std/assert";
import { Progress } from "../../lib/cli/progress.ts";

/** Runs `work`, which sets the clock, and returns what is written to the terminal. */
function collect(work: (progress: Progress, at: (time: number) => void) => void): string[] {
  const texts: string[] = [];
  let now = 5000;
  const progress = new Progress((text) => texts.push(text), () => now);
  work(progress, (time) => now = 5000 + time);
  return texts;
}

Deno.test("Progress shows nothing in the first second", () => {
  const texts = collect((progress, at) => {
    progress.show(() => "a");
    at(999);
    progress.show(() => "b");
    progress.clear();
  });
  assertEquals(texts, []);
});

Deno.test("Progress shows at most ten lines a second in place of each other, and erases the last", () => {
  const texts = collect((progress, at) => {
    for (let time = 0; time <= 1250; time += 50) {
      at(time);
      progress.show(() => `${time}`);
    }
    progress.clear();
    progress.clear();
  });
  assertEquals(texts, ["\r\x1b[K1000", "\r\x1b[K1100", "\r\x1b[K1200", "\r\x1b[K"]);
});

Deno.test("Progress replaces control characters, which a terminal obeys", () => {
  const texts = collect((progress, at) => {
    at(1000);
    progress.show(() => "a\x1b[2J\nb\x9b1m");
  });
  assertEquals(texts, ["\r\x1b[Ka?[2J?b?1m"]);
});

Deno.test("Progress truncates the line to the width of a terminal", () => {
  const texts = collect((progress, at) => {
    at(1000);
    progress.show(() => "x".repeat(200));
  });
  assertEquals(texts, ["\r\x1b[K" + "x".repeat(79)]);
});
