import { assertEquals } from "@std/assert";
import { LatencyMonitor } from "../../../lib/storage/local/latency.ts";

type Responses = [elapsedMs: number, bytes?: number][];

function repeat(times: number, elapsedMs: number, bytes = 0): Responses {
  return Array.from({ length: times }, () => [elapsedMs, bytes]);
}

const KB = 1000;
const MB = 1_000_000;

const cases: [what: string, responses: Responses, slow: boolean][] = [
  ["nothing", [], false],
  ["memory", repeat(100, 0.1, 131 * KB), false],
  ["an SSD, cold", repeat(100, 1.5, 64 * KB), false],
  ["an SSD, cold, large segments", repeat(100, 9, 3 * MB), false],
  ["a file's first read, then memory", [[20], ...repeat(100, 0.1)], false],
  ["two late responses", [[40], [40], ...repeat(50, 1)], false],
  [
    "late responses far apart",
    repeat(10, 0.1).flatMap((one) => [one, [20], ...repeat(7, 0.1)]),
    false,
  ],
  ["a network, 20 ms away", repeat(3, 20), true],
  ["a network, large segments", repeat(3, 50, 3 * MB), true],
  ["a partially cached disk", [[12], [0.1], [11], [0.1], [0.1], [14]], true],
  ["a disk in standby", [[4000]], true],
  ["a large read from a disk, once", [[100, 12 * MB]], false],
  ["a fast device that was slow", [...repeat(3, 20), ...repeat(16, 1)], false],
  ["15 fast responses after slow ones", [...repeat(3, 20), ...repeat(15, 1)], true],
  [
    "a late response before the 16th fast one",
    [...repeat(3, 20), ...repeat(15, 1), [20], [1]],
    true,
  ],
  [
    "a device that becomes slow again",
    [...repeat(3, 20), ...repeat(16, 1), ...repeat(3, 20)],
    true,
  ],
];

for (const [what, responses, slow] of cases) {
  Deno.test(`LatencyMonitor.slow is ${slow} for ${what}`, () => {
    const monitor = new LatencyMonitor();
    for (const [elapsedMs, bytes = 0] of responses) monitor.record(elapsedMs, bytes);
    assertEquals(monitor.slow, slow);
  });
}

Deno.test("LatencyMonitor.slow stays true while an operation hangs", () => {
  const monitor = new LatencyMonitor();
  monitor.record(300, 0);
  for (let i = 0; i < 50; i++) monitor.record(1, 0, true);
  assertEquals(monitor.slow, true);
  monitor.record(1, 0);
  assertEquals(monitor.slow, false);
});
