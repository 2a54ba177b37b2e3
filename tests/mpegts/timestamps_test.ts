import { assert, assertEquals } from "@std/assert";
import {
  computePcrs,
  countPcrs,
  mayNeedPcrs,
  PCR_HZ,
  separateTsTimes,
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

const separated: [what: string, times: number[], next: number, expected: number[]][] = [
  ["leaves times that differ", [0, 120, 40, 80], 160, [0, 10_800, 3600, 7200]],
  ["delays times that are equal, in their order", [0, 0.004, 0.002, 40], 80, [0, 2, 1, 3600]],
  ["delays what is due meanwhile", [0, 0.001, 0.002, 0.02], 40, [0, 1, 2, 3]],
  ["advances what is presented with the next sample", [0, 39.999, 39.998], 40, [0, 3599, 3598]],
  ["keeps times after the next sample", [0, 80, 40], 60, [0, 7200, 3600]],
  ["needs no next sample", [0, 40, 40], Infinity, [0, 3600, 3601]],
];

for (const [what, milliseconds, next, expected] of separated) {
  Deno.test(`separateTsTimes() ${what}`, () => {
    const [times, after] = [milliseconds.map((time) => time * 1000), next * 1000];
    const separated = separateTsTimes(times, after, 1e6);
    assertEquals([...separated].map((time) => time - 900_000), expected);
  });
}
