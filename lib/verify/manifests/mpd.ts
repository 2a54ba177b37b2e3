/** Compares an MPD (ISO/IEC 23009-1) with the segments that it lists. */

import { parse } from "@libs/xml/parse";
import type { Description } from "../../codecs/codec.ts";
import { MediaError } from "../../errors.ts";
import type { DashTextFormat } from "../../dash/text.ts";
import type {
  MediaRendition,
  Rendition,
  SubtitleRendition,
} from "../../presentation/presentation.ts";
import { findDependentSegments } from "../measurements.ts";
import type { Report } from "../findings.ts";
import { checkStarts, checkUrl } from "./segment_list.ts";
import {
  getPresentationEnd,
  getSegmentBoundaries,
  getSegmentStarts,
  isMedia,
} from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { measureBandwidth } from "./measured_bandwidth.ts";
import { tryRead } from "../build.ts";
import { getAttribute, getChild, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { Rule } from "../rules.ts";

/** @returns false for an MPD with wvtt segments of a presentation without subtitles */
export function checkMpd(context: ManifestContext, format: DashTextFormat): boolean {
  const { presentation, builder, tally } = context;
  const hasSubtitles = [...presentation.renditions.values()].some(({ type }) => type === "text");
  if (format === "wvtt" && !hasSubtitles) return false;
  const report = context.reportAt();
  const text = builder.generate(() => builder.generators.mpd(presentation, format), report);
  const period = text === undefined
    ? undefined
    : tryRead(() => readPeriod(text), report, "manifest");
  if (!text || !period) return true;
  tally.bytes += text.length;
  const seen = new Set<string>();
  for (const set of getChildren(period.element, "AdaptationSet")) {
    const members = getChildren(set, "Representation");
    for (const member of members) checkRepresentation(member, set, { context, seen, format });
    checkAlignment(set, members, context);
  }
  for (const name of presentation.renditions.keys()) {
    if (!seen.has(name)) {
      context.reportAt(name)("missing rendition", "there is no Representation of it");
    }
  }
  checkDurations(period, context);
  return true;
}

interface Period {
  readonly element: Element;
  /** mediaPresentationDuration in seconds. */
  readonly duration: number;
  /** minBufferTime in seconds. */
  readonly buffer: number;
}

function readPeriod(text: string): Period {
  const root = getChild(parse(text) as unknown as Element, "MPD");
  return {
    element: getChild(root, "Period"),
    duration: parseSeconds(getAttribute(root, "mediaPresentationDuration")),
    buffer: parseSeconds(getAttribute(root, "minBufferTime")),
  };
}

/** Parses an xs:duration that consists of seconds. */
function parseSeconds(duration: string): number {
  const value = /^PT(\d+(?:\.\d+)?)S$/.exec(duration)?.[1];
  if (value === undefined) throw new MediaError(`Cannot read the duration '${duration}'`);
  return Number(value);
}

function checkRepresentation(
  element: Element,
  set: Element,
  { context, seen, format }: {
    context: ManifestContext;
    seen: Set<string>;
    format: DashTextFormat;
  },
): void {
  const id = getAttribute(element, "id");
  const rendition = context.presentation.renditions.get(id);
  const report = context.reportAt(id);
  if (!rendition) return report("unknown rendition", "the Representation has no rendition");
  if (seen.has(id)) report("repeated rendition", "there are two Representations of it");
  seen.add(id);
  const [template] = [
    ...getChildren(element, "SegmentTemplate"),
    ...getChildren(set, "SegmentTemplate"),
  ];
  if (isMedia(rendition) && !template) report("manifest", "SegmentTemplate is missing");
  else if (isMedia(rendition)) checkMedia(element, template!, { rendition, context });
  else if (isSubtitles(rendition)) {
    checkSubtitles(element, template, { rendition, context, format });
  }
}

function isSubtitles(rendition: Rendition): rendition is SubtitleRendition {
  return rendition.type === "text";
}

interface SubtitleContext {
  readonly rendition: SubtitleRendition;
  readonly context: ManifestContext;
  readonly format: DashTextFormat;
}

/** Subtitles are one WebVTT file, or segments of TTML or wvtt. */
function checkSubtitles(
  element: Element,
  template: Element | undefined,
  subtitles: SubtitleContext,
): void {
  const { rendition, context, format } = subtitles;
  const isStpp = rendition.stpp && (format === "vtt" || rendition.stpp.onlyImages);
  if (isStpp || format === "wvtt") {
    if (!template) {
      return context.reportAt(rendition.name)("manifest", "SegmentTemplate is missing");
    }
    const { times } = isStpp ? rendition.stpp!.timeline : rendition;
    return checkSubtitleSegments(template, { ...subtitles, times, kind: isStpp ? "cmaf" : "wvtt" });
  }
  const [url = ""] = getChildren(element, "BaseURL").map((base) =>
    typeof base === "string" ? base : String((base as Element)["#text"] ?? "")
  );
  const { presentation } = context;
  const report = context.reportAt(rendition.name);
  checkUrl(url, { kind: "text", rendition: rendition.name }, { presentation, report });
  context.tally.segments++;
}

function checkSubtitleSegments(
  template: Element,
  { rendition: { name }, context, times, kind }: SubtitleContext & {
    times: Float64Array;
    kind: "cmaf" | "wvtt";
  },
): void {
  const { presentation, tally } = context;
  const report = context.reportAt(name);
  const timeline = tryRead(() => readTimeline(template), report, "manifest") ?? [];
  tally.segments += timeline.length;
  checkStarts(
    timeline.map(({ time }) => time),
    [...times.subarray(0, -1)],
    (index, rule, message) => {
      context.reportAt(name, index)(rule, message);
    },
  );
  const end = timeline.at(-1) ? timeline.at(-1)!.time + timeline.at(-1)!.duration : 0;
  if (end !== times.at(-1)) report("duration", `ends at ${end}, expected ${times.at(-1)}`);
  const fill = (attributeName: string, time: number) =>
    getAttribute(template, attributeName).replaceAll("$RepresentationID$", name)
      .replaceAll("$Time$", String(time));
  const init = kind === "cmaf" ? "init" : "wvttInit";
  checkUrl(fill("initialization", 0), { kind: init, rendition: name }, { presentation, report });
  for (const { time } of timeline) {
    if (!checkUrl(fill("media", time), { kind, rendition: name, time }, { presentation, report })) {
      return;
    }
  }
}

function checkMedia(
  element: Element,
  template: Element,
  { rendition, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { name, type } = rendition;
  const report = context.reportAt(name);
  const measurements = context.measurements.get(name)!;
  const timeline = tryRead(() => readTimeline(template), report, "manifest") ?? [];
  context.tally.segments += timeline.length;
  checkTimeline(timeline, { rendition, context });
  checkUrls(template, timeline, { rendition, context });
  const timescale = Number(getAttribute(template, "timescale") || 1);
  const expected = measurements.init?.timescale ?? rendition.timing.timescale;
  if (timescale !== expected) report("timescale", `got ${timescale}, expected ${expected}`);
  checkDescription(element, measurements.init?.description, { rendition, report });
  if (type === "image") return;
  const measured = measureBandwidth(measurements, "cmaf", context.target);
  const bandwidth = Number(getAttribute(element, "bandwidth"));
  if (measured && Math.abs(bandwidth - measured.peak) > 1) {
    report("bandwidth", `got ${bandwidth}, expected ${measured.peak} bit/s`);
  }
}

/** Compares the attributes by which players choose with the init segment. */
function checkDescription(
  element: Element,
  description: Description | undefined,
  { rendition, report }: { rendition: MediaRendition; report: Report },
): void {
  if (!description) return;
  const expect = (rule: Rule, name: string, expected: string | number) => {
    const got = getAttribute(element, name);
    if (got !== String(expected)) report(rule, `got ${name}="${got}", expected "${expected}"`);
  };
  expect("codec", "codecs", description.codec);
  if (description.type === "audio") {
    return expect("rate", "audioSamplingRate", description.sampleRate);
  }
  const { width, height } = description;
  const upright = rendition.track.rotation % 180 === 0;
  expect("size", "width", upright ? width : height);
  expect("size", "height", upright ? height : width);
}

interface TimelineEntry {
  readonly time: number;
  readonly duration: number;
}

/** Expands a SegmentTimeline. An S without `t` starts where the previous one ends (§5.3.9.6). */
function readTimeline(template: Element): TimelineEntry[] {
  let time = 0;
  return getChildren(getChild(template, "SegmentTimeline"), "S").flatMap((s) => {
    if (s["@t"] !== undefined) time = Number(s["@t"]);
    const duration = Number(s["@d"]);
    return Array.from({ length: 1 + Number(s["@r"] ?? 0) }, () => {
      const segment = { time, duration };
      time += duration;
      return segment;
    });
  });
}

function checkTimeline(
  timeline: readonly TimelineEntry[],
  { rendition, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { name } = rendition;
  const starts = getSegmentStarts(context, rendition);
  checkStarts(timeline.map(({ time }) => time), starts, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  const ends = getSegmentBoundaries(context, rendition).slice(1);
  for (const [i, { time, duration }] of timeline.entries()) {
    const at = starts.indexOf(time, Math.max(0, i - 1));
    if (at < 0 || time + duration === ends[at]) continue;
    context.reportAt(name, at)("duration", `ends at ${time + duration}, expected ${ends[at]}`);
  }
}

function checkUrls(
  template: Element,
  timeline: readonly TimelineEntry[],
  { rendition: { name, type }, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { presentation } = context;
  const kind = type === "image" ? "image" : "cmaf";
  const fill = (attributeName: string, time = 0) =>
    getAttribute(template, attributeName).replaceAll("$RepresentationID$", name)
      .replaceAll("$Time$", String(time));
  if (type !== "image") {
    const target = { kind: "init", rendition: name };
    checkUrl(fill("initialization"), target, { presentation, report: context.reportAt(name) });
  }
  for (const [i, { time }] of timeline.entries()) {
    const report = context.reportAt(name, i);
    const url = fill("media", time);
    if (!checkUrl(url, { kind, rendition: name, time }, { presentation, report })) return;
  }
}

/** Checks segmentAlignment and startWithSAP, on which players rely when they switch. */
function checkAlignment(set: Element, members: readonly Element[], context: ManifestContext): void {
  const named = members.map((member) =>
    context.presentation.renditions.get(getAttribute(member, "id"))
  );
  const renditions = named.filter((rendition) => rendition !== undefined).filter(isMedia);
  const starts = renditions.map((rendition) =>
    getSegmentStarts(context, rendition).map((time) => time / rendition.timing.timescale)
  );
  if (getAttribute(set, "segmentAlignment") === "true") {
    for (const [i, own] of starts.entries()) {
      const at = own.findIndex((time, index) =>
        !(Math.abs(time - starts[0]![index]!) <= TOLERANCE)
      );
      if (at < 0 && own.length === starts[0]!.length) continue;
      context.reportAt(renditions[i]!.name)(
        "alignment",
        `segmentAlignment is true, but segment ${at + 1} differs`,
      );
    }
  }
  if (getAttribute(set, "startWithSAP") !== "1") return;
  for (const { name } of renditions) {
    const message = "needs the previous one, despite startWithSAP";
    for (const index of findDependentSegments(context.measurements.get(name)!)) {
      context.reportAt(name, index)("key frame", message);
    }
  }
}

/** Between starts of segments that count as equal: 1 ms. In seconds. */
const TOLERANCE = 0.0010001;

/** Checks that the declared duration includes all media, and that minBufferTime covers a segment. */
function checkDurations({ duration, buffer }: Period, context: ManifestContext): void {
  const report = context.reportAt();
  for (const rendition of context.presentation.renditions.values()) {
    if (!isMedia(rendition) || rendition.type === "image") continue;
    const { timescale } = rendition.timing;
    const end = getPresentationEnd(context, rendition) / timescale;
    if (duration < end - 1e-6) {
      report("duration", `it is ${duration} s, but ${rendition.name} ends at ${end} s`);
    }
    const starts = [
      ...getSegmentStarts(context, rendition),
      getPresentationEnd(context, rendition),
    ];
    const longest = starts.slice(1).reduce((max, time, i) => Math.max(max, time - starts[i]!), 0);
    if (buffer < longest / timescale - 1e-6) {
      report(
        "minBufferTime",
        `it is ${buffer} s, but a segment of ${rendition.name} lasts ${longest / timescale} s`,
      );
    }
  }
}
