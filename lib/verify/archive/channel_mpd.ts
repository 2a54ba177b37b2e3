/** Compares the MPD of a channel (ISO/IEC 23009-1) with what is listed. */

import { MediaError } from "../../errors.ts";
import type { Broadcast, BroadcastPeriod } from "../../presentation/broadcast.ts";
import { tryRead } from "../build.ts";
import { fillTemplate, readTimeline } from "../manifests/segment_template.ts";
import { checkUrl } from "../manifests/segment_list.ts";
import { type Element, getAttribute, getChildren, readRoot } from "../readers/xml_elements.ts";
import { isExpectedPeak } from "./expected_bandwidth.ts";
import type { ExpectedPeriod, ExpectedRendition } from "./expected_broadcast.ts";
import type { ManifestCheck } from "./manifest_check.ts";
import { checkTimes } from "./listed_times.ts";

export function checkChannelMpd(broadcast: Broadcast, check: ManifestCheck): void {
  const { expected, builder, generators, reportAt } = check;
  const report = reportAt(0);
  const text = builder.generate(() => generators.mpd(broadcast), report);
  const root = text === undefined
    ? undefined
    : tryRead(() => readRoot(text, "MPD"), report, "manifest");
  if (!text || !root) return;
  check.tally.bytes += text.length;
  checkRoot(root, broadcast, check);
  const periods = getChildren(root, "Period");
  const ids = periods.map((period) => getAttribute(period, "id"));
  const expectedIds = expected.map(({ number }) => `p${number}`);
  if (ids.join() !== expectedIds.join()) {
    report("period", `got Periods ${ids.join(", ")}, expected ${expectedIds.join(", ")}`);
  }
  for (const [i, period] of expected.entries()) {
    const element = periods[ids.indexOf(`p${period.number}`)];
    if (element) checkPeriod(element, { period, served: broadcast.periods[i]!, broadcast }, check);
  }
}

function checkRoot(
  root: Element,
  { epoch, isLive, periods }: Broadcast,
  check: ManifestCheck,
): void {
  const report = check.reportAt(0);
  const type = isLive ? "dynamic" : "static";
  const got = getAttribute(root, "type");
  if (got !== type) report("manifest", `its type is '${got}', expected ${type}`);
  const start = parseUtc(getAttribute(root, "availabilityStartTime"));
  if (start !== epoch) report("broadcast", `availabilityStartTime is ${start}, expected ${epoch}`);
  if (isLive || check.expected.length === 0) return;
  const last = check.expected.at(-1)!;
  const { ticks, timescale } = periods.at(-1)!.presentation.duration;
  const end = (last.start - epoch) / 1e6 + ticks / timescale;
  const duration = tryRead(
    () => parseSeconds(getAttribute(root, "mediaPresentationDuration")),
    report,
    "manifest",
  );
  if (duration !== undefined && Math.abs(duration - end) > MAX_ROUNDING) {
    report("duration", `it is ${duration} s, expected ${end}`);
  }
}

/** In seconds: times are rounded to the microsecond. */
const MAX_ROUNDING = 1.5e-6;

interface PeriodElement {
  readonly period: ExpectedPeriod;
  readonly served: BroadcastPeriod;
  readonly broadcast: Broadcast;
}

function checkPeriod(
  element: Element,
  { period, served, broadcast }: PeriodElement,
  check: ManifestCheck,
): void {
  const report = check.reportAt(period.number);
  const start = tryRead(() => parseSeconds(getAttribute(element, "start")), report, "manifest");
  const expected = (period.start - broadcast.epoch) / 1e6;
  if (start !== undefined && Math.abs(start - expected) > MAX_ROUNDING) {
    report("period", `it starts at ${start} s, expected ${expected}`);
  }
  const seen = new Map<string, readonly [member: Element, set: Element]>();
  for (const set of getChildren(element, "AdaptationSet")) {
    for (const member of getChildren(set, "Representation")) {
      const id = getAttribute(member, "id");
      if (seen.has(id)) check.reportAt(period.number, id)("repeated rendition", "there are two");
      seen.set(id, [member, set]);
    }
  }
  for (const rendition of period.renditions) {
    const found = seen.get(rendition.name);
    if (found) checkRendition(found, { rendition, period, served }, check);
    else {
      check.reportAt(period.number, rendition.name)(
        "missing rendition",
        "there is no Representation of it",
      );
    }
    seen.delete(rendition.name);
  }
  for (const id of seen.keys()) {
    check.reportAt(period.number, id)("unknown rendition", "the Representation has no rendition");
  }
}

function checkRendition(
  [member, set]: readonly [member: Element, set: Element],
  { rendition, period, served }: {
    rendition: ExpectedRendition;
    period: ExpectedPeriod;
    served: BroadcastPeriod;
  },
  check: ManifestCheck,
): void {
  const { name, timescale, segments } = rendition;
  const report = check.reportAt(period.number, name);
  const bandwidth = Number(getAttribute(member, "bandwidth"));
  const expected = check.findBandwidth(period.number, name);
  if (expected && !isExpectedPeak(bandwidth, expected)) {
    report("bandwidth", `got ${bandwidth}, expected ${expected.peak} bit/s`);
  }
  const [template] = [
    ...getChildren(member, "SegmentTemplate"),
    ...getChildren(set, "SegmentTemplate"),
  ];
  if (!template) return report("manifest", "SegmentTemplate is missing");
  const got = Number(getAttribute(template, "timescale") || 1);
  if (got !== timescale) report("timescale", `got ${got}, expected ${timescale}`);
  const timeline = tryRead(() => readTimeline(template), report, "manifest") ?? [];
  check.tally.segments += timeline.length;
  const listed = timeline.map(({ time, duration }) => ({ time, end: time + duration }));
  checkTimes(listed, segments, (i) => check.reportAt(period.number, name, i));
  const { presentation } = served;
  const init = fillTemplate(template, "initialization", { id: name });
  checkUrl(init, { kind: "init", rendition: name }, { presentation, report });
  for (const [i, { time }] of timeline.entries()) {
    const url = fillTemplate(template, "media", { id: name, time });
    const at = check.reportAt(period.number, name, i);
    const target = { kind: "cmaf", rendition: name, time };
    if (!checkUrl(url, target, { presentation, report: at })) return;
  }
}

/** @throws MediaError */
function parseSeconds(duration: string): number {
  const value = /^PT(\d+(?:\.\d+)?)S$/.exec(duration)?.[1];
  if (value === undefined) throw new MediaError(`Cannot read the duration '${duration}'`);
  return Number(value);
}

/** In µs; NaN if it is none. */
function parseUtc(text: string): number {
  const [, seconds, fraction = ""] = /^(.*T[0-9:]{8})(?:\.(\d{1,6}))?Z$/.exec(text) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, "0"));
}
