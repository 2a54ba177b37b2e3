import { assertEquals } from "@std/assert";
import {
  checkPesTimes,
  toExpectedTsTime,
  TS_ZERO,
  unwrap,
  WRAP,
} from "../../../lib/verify/expected/ts_times.ts";

Deno.test("toExpectedTsTime() converts to 90 kHz and adds 10 s", () => {
  assertEquals([toExpectedTsTime(0, 48000), toExpectedTsTime(1024, 48000)], [900_000, 901_920]);
});

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
