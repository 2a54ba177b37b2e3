import { assertEquals } from "@std/assert";
import { LatencyMonitor } from "../../../lib/storage/local/latency.ts";

type Answers = [took: number, bytes?: number][];

function repeat(times: number, took: number, bytes = 0): Answers {
  return Array.from({ length: times }, () => [took, bytes]);
}

const KB = 1000;
const MB = 1_000_000;

const cases: [what: string, answers: Answers, slow: boolean][] = [
  ["nothing", [], false],
  ["memory", repeat(100, 0.1, 131 * KB), false],
  ["an SSD, cold", repeat(100, 1.5, 64 * KB), false],
  ["an SSD, cold, large segments", repeat(100, 9, 3 * MB), false],
  ["a file's first read, then memory", [[20], ...repeat(100, 0.1)], false],
  ["two late answers", [[40], [40], ...repeat(50, 1)], false],
  [
    "late answers far apart",
    repeat(10, 0.1).flatMap((one) => [one, [20], ...repeat(7, 0.1)]),
    false,
  ],
  ["a network, 20 ms away", repeat(3, 20), true],
  ["a network, large segments", repeat(3, 50, 3 * MB), true],
  ["a disk that is half in memory", [[12], [0.1], [11], [0.1], [0.1], [14]], true],
  ["a disk that slept", [[4000]], true],
  ["a large read from a disk, once", [[100, 12 * MB]], false],
  ["a quick one that was slow", [...repeat(3, 20), ...repeat(16, 1)], false],
  ["one not yet quick again", [...repeat(3, 20), ...repeat(15, 1)], true],
  ["one that stumbles on the way back", [...repeat(3, 20), ...repeat(15, 1), [20], [1]], true],
  ["one that is slow again", [...repeat(3, 20), ...repeat(16, 1), ...repeat(3, 20)], true],
];

for (const [what, answers, slow] of cases) {
  Deno.test(`Pace.slow of ${what} is ${slow}`, () => {
    const pace = new LatencyMonitor();
    for (const [took, bytes = 0] of answers) pace.record(took, bytes);
    assertEquals(pace.slow, slow);
  });
}

Deno.test("Pace.slow stays true while something hangs", () => {
  const pace = new LatencyMonitor();
  pace.record(300, 0);
  for (let i = 0; i < 50; i++) pace.record(1, 0, true);
  assertEquals(pace.slow, true);
  pace.record(1, 0);
  assertEquals(pace.slow, false);
});
