import { assertEquals } from "@std/assert";
import {
  checkPesTimes,
  computeTsTimes,
  toExpectedTsTime,
  TS_ZERO,
  unwrap,
  WRAP,
} from "../../../lib/verify/expected/ts_times.ts";
import type { SourceSamples, SourceTrack } from "../../../lib/verify/expected/source_track.ts";

Deno.test("toExpectedTsTime() converts to 90 kHz and adds 10 s", () => {
  assertEquals([toExpectedTsTime(0, 48000), toExpectedTsTime(1024, 48000)], [900_000, 901_920]);
});

interface Times {
  decode: number[];
  presentation: number[];
  mediaTime?: number;
  delay?: number;
  timescale: number;
}

const samples: [what: string, times: Times, dts: number[], pts: number[]][] = [
  [
    "B-frames",
    { decode: [0, 40, 80], presentation: [0, 80, 40], mediaTime: 40, timescale: 1000 },
    [896_400, 900_000, 903_600],
    [900_000, 907_200, 903_600],
  ],
  ["a delay", { decode: [0], presentation: [500], delay: 500, timescale: 1000 }, [945_000], [
    945_000,
  ]],
  [
    "samples of a tenth of a tick",
    { decode: [0, 1, 2], presentation: [0, 1, 2], timescale: 900_000 },
    [900_000, 900_001, 900_002],
    [900_000, 900_001, 900_002],
  ],
];

for (
  const [what, { decode, presentation, mediaTime = 0, delay = 0, timescale }, dts, pts] of samples
) {
  Deno.test(`computeTsTimes() computes the times of ${what}`, () => {
    const track = { rendition: { timing: { mediaTime, delay } }, timescale };
    const columns = { count: decode.length, decodeTimes: decode, presentationTimes: presentation };
    const times = computeTsTimes(
      track as unknown as SourceTrack,
      columns as unknown as SourceSamples,
    );
    assertEquals([[...times.dts], [...times.pts]], [dts, pts]);
  });
}

const hidden: [what: string, times: number[], next: number, pts: number[]][] = [
  ["after the start of an edit", [0, 1, 2, 3, 36_000], 72_000, [0, 1, 2, 3, 3600]],
  ["before the next edit", [0, 35_999, 35_998], 36_000, [0, 3599, 3598]],
  ["at the end", [0, 35_998, 35_999], NaN, [0, 3600, 3601]],
];

for (const [what, presentationTimes, next, pts] of hidden) {
  Deno.test(`computeTsTimes() presents no two samples that an edit hides together: ${what}`, () => {
    const count = presentationTimes.length;
    const source = {
      rendition: { timing: { mediaTime: 0, delay: 0 } },
      timescale: 900_000,
      edited: { compressedCounts: [0, 1], presentationTime: () => next },
      end: Number.isNaN(next) ? count : count + 1,
    };
    const decodeTimes = presentationTimes.map((_, i) => -10 * (count - i));
    const columns = { first: 0, count, decodeTimes, presentationTimes };
    const times = computeTsTimes(
      source as unknown as SourceTrack,
      columns as unknown as SourceSamples,
    );
    assertEquals([...times.pts].map((time) => time - TS_ZERO), pts);
  });
}

const times: [time: number, near: number, expected: number][] = [
  [5, 0, 5],
  [5, WRAP, WRAP + 5],
  [WRAP - 1, 0, -1],
  [0, 3 * WRAP - 7, 3 * WRAP],
];

for (const [time, near, expected] of times) {
  Deno.test(`unwrap() places ${time} next to ${near}`, () => {
    assertEquals(unwrap(time, near), expected);
  });
}

Deno.test("checkPesTimes() reports PTS and DTS modulo 2^33", () => {
  const findings: string[] = [];
  const report = (rule: string, message: string) => findings.push(`${rule}: ${message}`);
  const expected = { pts: WRAP + TS_ZERO, dts: TS_ZERO };
  checkPesTimes({ pts: TS_ZERO, dts: TS_ZERO }, expected, report);
  checkPesTimes({ pts: TS_ZERO, dts: 0 }, expected, report);
  assertEquals(findings, ["DTS: got 0, expected 900000 (90 kHz)"]);
});
