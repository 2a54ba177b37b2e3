/** Compares what a server lists of a channel with the records of its archive. */

import type { Broadcast } from "../../presentation/broadcast.ts";
import type { Report } from "../findings.ts";
import type { ArchiveContents, PeriodContents } from "./archive_contents.ts";
import {
  describeBroadcast,
  type ExpectedPeriod,
  type ExpectedRendition,
  expectPeriods,
} from "./expected_broadcast.ts";

export interface ViewInputs {
  readonly contents: ArchiveContents;
  /** Oldest first, at least one. */
  readonly served: readonly PeriodContents[];
  /** Reports what concerns a period; 0: the broadcast. */
  readonly reportAt: (period: number, rendition?: string, segment?: number) => Report;
}

/** @param window in seconds; undefined: all is listed */
export function checkView(
  view: Broadcast,
  window: number | undefined,
  { contents, served, reportAt }: ViewInputs,
): void {
  const { broadcast } = served.at(-1)!;
  const report = reportAt(0);
  const expect = (name: string, got: unknown, expected: unknown) => {
    if (got !== expected) report("broadcast", `${name} is ${got}, expected ${expected}`);
  };
  const expected = expectPeriods(served, window);
  const listed = describeBroadcast(view);
  const isNext = (listed[0]?.number ?? 0) > expected.at(-1)!.number;
  if (isNext && view.epoch > broadcast.epoch) return; // another broadcast has begun meanwhile
  expect("its epoch", view.epoch, broadcast.epoch);
  expect("its target duration", view.targetDuration, contents.targets.get(broadcast.number));
  const isNewest = contents.periods.at(-1)!.broadcast.number === broadcast.number;
  const isLive = isNewest && !contents.over.has(broadcast.number);
  if (view.isLive && !isLive) expect("whether it is live", view.isLive, isLive); // it may have ended meanwhile
  const hasGrown = isLive && isNewer(listed.at(-1), expected.at(-1)!);
  const [first, last] = [listed[0]?.number ?? 0, expected.at(-1)!.number];
  for (const period of expected) {
    const found = listed.find(({ number }) => number === period.number);
    if (found) checkPeriod(found, period, { reportAt, hasGrown });
    else if (!hasGrown || period.number > first) { // others have left the window
      reportAt(period.number)("missing segment", "the period is not listed");
    }
  }
  for (const { number } of listed) {
    const isKnown = expected.some((period) => period.number === number);
    if (isKnown || hasGrown && number > last) continue;
    reportAt(number)("unknown segment", "the period is listed");
  }
}

/** Returns true if a period has more segments, or follows the other one. */
function isNewer(period: ExpectedPeriod | undefined, other: ExpectedPeriod): boolean {
  if (!period || period.number !== other.number) return (period?.number ?? 0) > other.number;
  return period.renditions.some((rendition) => {
    const known = other.renditions.find(({ name }) => name === rendition.name);
    return known !== undefined && getEnd(rendition) > getEnd(known);
  });
}

/** Returns the ordinal of the next segment. */
function getEnd({ firstOrdinal, segments }: ExpectedRendition): number {
  return firstOrdinal + segments.length;
}

interface PeriodCheck extends Pick<ViewInputs, "reportAt"> {
  /** True if segments were appended since the archive was read. */
  readonly hasGrown: boolean;
}

function checkPeriod(got: ExpectedPeriod, expected: ExpectedPeriod, check: PeriodCheck): void {
  const { number, start } = expected;
  if (got.start !== start) {
    check.reportAt(number)("period", `it starts at ${got.start}, expected ${start}`);
  }
  for (const rendition of expected.renditions) {
    const found = got.renditions.find(({ name }) => name === rendition.name);
    if (found) checkRendition(found, rendition, { ...check, number });
    else check.reportAt(number, rendition.name)("missing rendition", "it is not listed");
  }
}

function checkRendition(
  got: ExpectedRendition,
  expected: ExpectedRendition,
  { number, reportAt, hasGrown }: PeriodCheck & { readonly number: number },
): void {
  const report = reportAt(number, expected.name);
  const shift = got.firstOrdinal - expected.firstOrdinal;
  const hasSlid = hasGrown && shift > 0; // the window
  if (shift !== 0 && !hasSlid) {
    const message = `the first segment has ${got.firstOrdinal}, expected ${expected.firstOrdinal}`;
    report("ordinal", message);
  }
  for (const [i, segment] of expected.segments.entries()) {
    const found = got.segments[i - shift];
    const at = reportAt(number, expected.name, i);
    if (!found) {
      if (i >= shift) at("missing segment", "it is not listed");
      continue;
    }
    for (const key of ["time", "end", "decodeTime", "decodeEnd"] as const) {
      if (found[key] === segment[key]) continue;
      const rule = key.startsWith("decode") ? "decode time" : "presentation time";
      at(rule, `${key} is ${found[key]}, expected ${segment[key]}`);
    }
  }
  const count = expected.segments.length - shift;
  if (got.segments.length > count && !hasGrown) {
    report("unknown segment", `${got.segments.length - count} are listed at the end`);
  }
}
