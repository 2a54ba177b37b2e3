import { assert, assertEquals } from "@std/assert";
import {
  computePcrs,
  countPcrs,
  mayNeedPcrs,
  PCR_HZ,
  toPcr,
  toTsTime,
} from "../../lib/mpegts/timestamps.ts";

const times: [time: number, timescale: number, expected: number][] = [
  [0, 1000, 900_000],
  [-1024, 48000, 898_080],
  [1001, 30000, 903_003],
];

for (const [time, timescale, expected] of times) {
  Deno.test(`toTsTime() converts ${time}/${timescale} to ${expected}`, () => {
    assertEquals(toTsTime(time, timescale), expected);
  });
}

/** Duration of an access unit in seconds, and the PCRs within it. */
const durations: [seconds: number, count: number][] = [
  [0.04, 0],
  [0.09, 0],
  [0.1, 1],
  [1, 11],
  [3600, 1000],
];

for (const [seconds, count] of durations) {
  Deno.test(`computePcrs() returns ${count} PCRs within ${seconds} s`, () => {
    const dts = toTsTime(0, 1);
    const next = dts + seconds * PCR_HZ;
    const pcrs = computePcrs(dts, next);
    assertEquals([pcrs.length, countPcrs(dts, next)], [count, count]);
    const all = [toPcr(dts), ...pcrs, toPcr(next)];
    assert(all.slice(1).every((pcr, i) => pcr > all[i]!));
    assertEquals(mayNeedPcrs(seconds * 1000, 1000), seconds >= 0.09); // rounding may add one
  });
}
