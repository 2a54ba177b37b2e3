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
  expect("its epoch", view.epoch, broadcast.epoch);
  expect("its target duration", view.targetDuration, contents.targets.get(broadcast.number));
  const isNewest = contents.periods.at(-1)!.broadcast.number === broadcast.number;
  const isLive = isNewest && !contents.over.has(broadcast.number);
  if (view.isLive !== isLive) expect("whether it is live", view.isLive, isLive);
  const expected = expectPeriods(served, window);
  const listed = describeBroadcast(view);
  for (const period of expected) {
    const found = listed.find(({ number }) => number === period.number);
    if (!found) reportAt(period.number)("missing segment", "the period is not listed");
    else checkPeriod(found, period, { reportAt, mayGrow: view.isLive });
  }
  for (const { number } of listed) {
    const isKnown = expected.some((period) => period.number === number);
    if (isKnown || view.isLive && number > expected.at(-1)!.number) continue; // it began meanwhile
    reportAt(number)("unknown segment", "the period is listed");
  }
}

interface PeriodCheck extends Pick<ViewInputs, "reportAt"> {
  /** True if segments may have been appended since the archive was read. */
  readonly mayGrow: boolean;
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
  { number, reportAt, mayGrow }: PeriodCheck & { readonly number: number },
): void {
  const report = reportAt(number, expected.name);
  const shift = got.firstOrdinal - expected.firstOrdinal;
  const hasSlid = mayGrow && shift > 0; // the window
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
  if (got.segments.length > count && !mayGrow) {
    report("unknown segment", `${got.segments.length - count} are listed at the end`);
  }
}
