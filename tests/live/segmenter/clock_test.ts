import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type FirstMedia,
  LagMonitor,
  MediaClock,
  SystemClock,
  toMicroseconds,
  unwrapTime,
} from "../../../lib/live/segmenter/clock.ts";

const SECOND = 1e6;
const UTC = 1.7e9 * SECOND;
const at = (seconds: number, step = 0) => ({
  utc: UTC + (seconds + step) * SECOND,
  monotonic: seconds * SECOND,
});

const starts: [name: string, first: FirstMedia, basis: string, utc: number][] = [
  ["media time within an hour of UTC", { time: UTC - 3e9, duration: 1 }, "media", UTC - 3e9],
  [
    "prft",
    { time: 0, duration: 1, reference: { utc: UTC - 5e6, time: 21000 } },
    "prft",
    UTC - 5e6 - 21000,
  ],
  ["the arrival less the duration", { time: 7e6, duration: 2e6 }, "arrival", UTC - 2e6],
  ["media time ahead by 9 s", { time: UTC + 9e6, duration: 0 }, "media", UTC + 9e6],
  ["the arrival, times in the future", { time: UTC + 11e6, duration: 1e6 }, "arrival", UTC - 1e6],
  ["the arrival, times an hour off", { time: UTC - 3601e6, duration: 0 }, "arrival", UTC],
];

for (const [name, first, basis, utc] of starts) {
  Deno.test(`MediaClock starts with ${name}`, () => {
    const clock = new MediaClock(first, at(0));
    assertEquals([clock.basis, clock.toUtc(first.time)], [basis, utc]);
  });
}

for (const ppm of [200, -200]) {
  Deno.test(`MediaClock stays within 2.5 s of arrival over 100 hours at ${ppm} ppm`, () => {
    const clock = new MediaClock({ time: 0, duration: 2 * SECOND }, at(2));
    let corrections = 0;
    for (let real = 2; real < 360_000; real += 2) {
      const media = real * (1 + ppm / 1e6) * SECOND;
      if (clock.record(media, at(real))) {
        corrections++;
        clock.correct();
      }
      assertEquals(Math.abs(at(real).utc - clock.toUtc(media)) < 2.5 * SECOND, true);
    }
    assertEquals(corrections, 35); // of 2 s and a little more each: 72 s of drift
  });
}

Deno.test("LagMonitor.record() ignores late fragments while others are in time", () => {
  const monitor = new LagMonitor();
  for (let s = 0; s < 600; s++) {
    assertEquals(monitor.record(s % 7 === 0 ? 0.1e6 : 30e6, s * SECOND), 0);
  }
});

Deno.test("LagMonitor.record() reports a movement that lasts a minute, once", () => {
  const monitor = new LagMonitor();
  const moved = Array.from({ length: 400 }, (_, s) => {
    const expected = s > 280 ? 3e6 : 0; // what was reported is corrected
    return monitor.record((s < 200 ? 0 : 3e6) - (s > 280 ? expected : 0), s * SECOND);
  });
  assertEquals(moved.filter((movement) => movement !== 0), [3e6]);
});

for (const step of [3600, -3600, 1.5]) {
  Deno.test(`SystemClock.check() notices a step of ${step} s, once`, () => {
    const clock = new SystemClock();
    const steps = [0, 1, 2, 3].map((s) => clock.check(at(s, s >= 2 ? step : 0)));
    assertEquals(steps, [0, 0, step * SECOND, 0]);
  });
}

Deno.test("SystemClock.check() ignores slewing", () => {
  const clock = new SystemClock();
  for (let s = 0; s < 3600; s += 60) assertEquals(clock.check(at(s, s * 500e-6)), 0);
});

Deno.test("MediaClock.step() is applied by correct()", () => {
  const clock = new MediaClock({ time: 0, duration: 0 }, at(0));
  clock.step(3600e6);
  assertEquals([clock.needsCorrection, clock.toUtc(0)], [true, UTC]);
  clock.correct();
  assertEquals([clock.needsCorrection, clock.toUtc(0)], [false, UTC + 3600e6]);
});

Deno.test("unwrapTime() finds the time nearest to what is expected", () => {
  const wrap = 2n ** 32n;
  const cases: [time: bigint, expected: bigint, unwrapped: bigint][] = [
    [5n, 0n, 5n],
    [5n, wrap - 10n, wrap + 5n],
    [wrap - 10n, wrap + 5n, wrap - 10n],
    [7n, 5n * wrap, 5n * wrap + 7n],
    [0n, wrap / 2n, 0n],
    [3n, 3n * wrap + wrap / 2n, 3n],
  ];
  for (const [time, expected, unwrapped] of cases) {
    assertEquals(unwrapTime(time, expected), unwrapped);
  }
});

Deno.test("toMicroseconds() converts times above 2^53", () => {
  assertEquals(toMicroseconds(17_000_000_001_234_567n, 10_000_000), 1_700_000_000_123_457);
  assertEquals(toMicroseconds(-213_333n, 10_000_000), -21_333);
  assertAlmostEquals(toMicroseconds(27_200_000_000_336n, 16000), 1.7e15 + 21000);
});
