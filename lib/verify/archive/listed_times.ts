import type { Report } from "../findings.ts";

export interface ListedTime {
  readonly time: number;
  readonly end: number;
}

/** Compares segments that a manifest lists with those that there are, one by one. */
export function checkTimes(
  listed: readonly ListedTime[],
  expected: readonly ListedTime[],
  reportAt: (segment: number) => Report,
): void {
  const known = new Map(expected.map(({ time, end }) => [time, end]));
  const found = new Set(listed.map(({ time }) => time));
  for (const [i, { time }] of expected.entries()) {
    if (!found.has(time)) reportAt(i)("missing segment", `none is listed with start ${time}`);
  }
  for (const [i, { time, end }] of listed.entries()) {
    const report = reportAt(i);
    const expectedEnd = known.get(time);
    if (expectedEnd === undefined) report("unknown segment", `there is none with start ${time}`);
    else if (end !== expectedEnd) report("duration", `ends at ${end}, expected ${expectedEnd}`);
    const before = listed[i - 1]?.time;
    if (before !== undefined && time <= before) {
      report("order", `start ${time} is not after that of the previous segment`);
    }
  }
}
