import type { SoakResult } from "./run.ts";

const MAX_MB = 600;
const MAX_P99_MS = 1000;

/** A machine that runs other tests is too slow for bounds of time. */
const MIN_TIMED_MINUTES = 10;

/** Returns a line for each bound that is exceeded. */
export function findExceeded(
  { faults, p99Ms, peaks, leaks, visits }: SoakResult,
  minutes: number,
): string[] {
  const idle = Object.entries(visits).filter(([, count]) => count === 0).map(([kind]) => kind);
  return [
    ...faults.slice(0, 10),
    ...idle.map((kind) => `No ${kind} client was served`),
    ...peaks.filter((peak) => peak > MAX_MB).map((peak) => `Memory: ${peak} MB`),
    ...leaks.filter((count) => count > 0).map((count) => `${count} sockets were not closed`),
    ...minutes >= MIN_TIMED_MINUTES && p99Ms > MAX_P99_MS ? [`p99: ${p99Ms} ms`] : [],
  ];
}
