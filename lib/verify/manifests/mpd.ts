/** An MPD (ISO/IEC 23009-1) as a client reads it, held against the segments. */

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
import { getPresentationEnd, getSegmentStarts, isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { measureBandwidth } from "./measured_bandwidth.ts";
import { readBack } from "../build.ts";
import { attribute, child, children } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { Rule } from "../rules.ts";

/** @returns false where there is no MPD of that format: one for segments of text is for those who want texts */
export function checkMpd(context: ManifestContext, format: DashTextFormat): boolean {
  const { presentation, builder, tally } = context;
  const texts = [...presentation.renditions.values()].filter(({ type }) => type === "text");
  if (format === "wvtt" && texts.length === 0) return false;
  const report = context.reportAt();
  const text = builder.make(() => builder.generators.mpd(presentation, format), report);
  const period = text === undefined
    ? undefined
    : readBack(() => readPeriod(text), report, "manifest");
  if (!text || !period) return true;
  tally.bytes += text.length;
  const seen = new Set<string>();
  for (const set of children(period.element, "AdaptationSet")) {
    const members = children(set, "Representation");
    for (const member of members) checkRepresentation(member, set, { context, seen, format });
    checkAlignment(set, members, context);
  }
  for (const name of presentation.renditions.keys()) {
    if (!seen.has(name)) {
      context.reportAt(name)("missing rendition", "no Representation has its name");
    }
  }
  checkDurations(period, context);
  return true;
}

interface Period {
  readonly element: Element;
  /** mediaPresentationDuration and minBufferTime, in seconds. */
  readonly duration: number;
  readonly buffer: number;
}

function readPeriod(text: string): Period {
  const root = child(parse(text) as unknown as Element, "MPD");
  return {
    element: child(root, "Period"),
    duration: seconds(attribute(root, "mediaPresentationDuration")),
    buffer: seconds(attribute(root, "minBufferTime")),
  };
}

/** Of an xs:duration of seconds alone. */
function seconds(duration: string): number {
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
  const id = attribute(element, "id");
  const rendition = context.presentation.renditions.get(id);
  const report = context.reportAt(id);
  if (!rendition) return report("unknown rendition", "there is none of this name");
  if (seen.has(id)) report("repeated rendition", "two Representations have its name");
  seen.add(id);
  const [template] = [...children(element, "SegmentTemplate"), ...children(set, "SegmentTemplate")];
  if (isMedia(rendition) && !template) report("manifest", "it has no SegmentTemplate");
  else if (isMedia(rendition)) checkMedia(element, template!, { rendition, context });
  else if (isText(rendition)) checkText(element, template, { rendition, context, format });
}

function isText(rendition: Rendition): rendition is SubtitleRendition {
  return rendition.type === "text";
}

interface TextContext {
  readonly rendition: SubtitleRendition;
  readonly context: ManifestContext;
  readonly format: DashTextFormat;
}

/** A text in one file, or in segments: of its documents, or of wvtt. */
function checkText(element: Element, template: Element | undefined, text: TextContext): void {
  const { rendition, context, format } = text;
  const documents = rendition.stpp && (format === "vtt" || rendition.stpp.onlyImages);
  if (documents || format === "wvtt") {
    if (!template) return context.reportAt(rendition.name)("manifest", "it has no SegmentTemplate");
    const { times } = documents ? rendition.stpp!.timeline : rendition;
    return checkTextSegments(template, { ...text, times, kind: documents ? "cmaf" : "wvtt" });
  }
  const [url = ""] = children(element, "BaseURL").map((base) =>
    typeof base === "string" ? base : String((base as Element)["#text"] ?? "")
  );
  const { presentation } = context;
  const report = context.reportAt(rendition.name);
  checkUrl(url, { kind: "text", rendition: rendition.name }, { presentation, report });
  context.tally.segments++;
}

function checkTextSegments(
  template: Element,
  { rendition: { name }, context, times, kind }: TextContext & {
    times: Float64Array;
    kind: "cmaf" | "wvtt";
  },
): void {
  const { presentation, tally } = context;
  const report = context.reportAt(name);
  const timeline = readBack(() => readTimeline(template), report, "manifest") ?? [];
  tally.segments += timeline.length;
  checkStarts(
    timeline.map(({ time }) => time),
    [...times.subarray(0, -1)],
    (index, rule, message) => {
      context.reportAt(name, index)(rule, message);
    },
  );
  const end = timeline.at(-1) ? timeline.at(-1)!.time + timeline.at(-1)!.duration : 0;
  if (end !== times.at(-1)) report("duration", `it ends at ${end} instead of ${times.at(-1)}`);
  const fill = (attributeName: string, time: number) =>
    attribute(template, attributeName).replaceAll("$RepresentationID$", name)
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
  const timeline = readBack(() => readTimeline(template), report, "manifest") ?? [];
  context.tally.segments += timeline.length;
  checkTimeline(timeline, { rendition, context });
  checkUrls(template, timeline, { rendition, context });
  const timescale = Number(attribute(template, "timescale") || 1);
  const expected = measurements.init?.timescale ?? rendition.timing.timescale;
  if (timescale !== expected) report("timescale", `it is ${timescale} instead of ${expected}`);
  checkDescription(element, measurements.init?.description, { rendition, report });
  if (type === "image") return;
  const measured = measureBandwidth(measurements, "cmaf", context.target);
  const bandwidth = Number(attribute(element, "bandwidth"));
  if (measured && Math.abs(bandwidth - measured.peak) > 1) {
    report("bandwidth", `it is ${bandwidth}, of the segments ${measured.peak} bit/s`);
  }
}

/** What a player chooses by is what the init says. */
function checkDescription(
  element: Element,
  description: Description | undefined,
  { rendition, report }: { rendition: MediaRendition; report: Report },
): void {
  if (!description) return;
  const tell = (rule: Rule, name: string, expected: string | number) => {
    const got = attribute(element, name);
    if (got !== String(expected)) report(rule, `${name} is '${got}', of the init ${expected}`);
  };
  tell("codec", "codecs", description.codec);
  if (description.type === "audio") {
    return tell("rate", "audioSamplingRate", description.sampleRate);
  }
  const { width, height } = description;
  const upright = rendition.track.rotation % 180 === 0;
  tell("size", "width", upright ? width : height);
  tell("size", "height", upright ? height : width);
}

interface Timed {
  readonly time: number;
  readonly duration: number;
}

/** Written out: an S without t goes on where the one before it ends (§5.3.9.6). */
function readTimeline(template: Element): Timed[] {
  let time = 0;
  return children(child(template, "SegmentTimeline"), "S").flatMap((s) => {
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
  timeline: readonly Timed[],
  { rendition, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { name } = rendition;
  const starts = getSegmentStarts(context, rendition);
  checkStarts(timeline.map(({ time }) => time), starts, (index, rule, message) => {
    context.reportAt(name, index)(rule, message);
  });
  const ends = [
    ...starts.slice(1),
    Math.max(getPresentationEnd(context, rendition), starts.at(-1)! + 1),
  ];
  for (const [i, { time, duration }] of timeline.entries()) {
    const at = starts.indexOf(time, Math.max(0, i - 1));
    if (at < 0 || time + duration === ends[at]) continue;
    context.reportAt(name, at)("duration", `it ends at ${time + duration} instead of ${ends[at]}`);
  }
}

function checkUrls(
  template: Element,
  timeline: readonly Timed[],
  { rendition: { name, type }, context }: { rendition: MediaRendition; context: ManifestContext },
): void {
  const { presentation } = context;
  const kind = type === "image" ? "image" : "cmaf";
  const fill = (attributeName: string, time = 0) =>
    attribute(template, attributeName).replaceAll("$RepresentationID$", name)
      .replaceAll("$Time$", String(time));
  if (type !== "image") {
    const wanted = { kind: "init", rendition: name };
    checkUrl(fill("initialization"), wanted, { presentation, report: context.reportAt(name) });
  }
  for (const [i, { time }] of timeline.entries()) {
    const report = context.reportAt(name, i);
    const url = fill("media", time);
    if (!checkUrl(url, { kind, rendition: name, time }, { presentation, report })) return;
  }
}

/** What says that its segments start together must do so, or players switch to what isn't there. */
function checkAlignment(set: Element, members: readonly Element[], context: ManifestContext): void {
  const named = members.map((member) =>
    context.presentation.renditions.get(attribute(member, "id"))
  );
  const renditions = named.filter((rendition) => rendition !== undefined).filter(isMedia);
  const starts = renditions.map((rendition) =>
    getSegmentStarts(context, rendition).map((time) => time / rendition.timing.timescale)
  );
  if (attribute(set, "segmentAlignment") === "true") {
    for (const [i, own] of starts.entries()) {
      const at = own.findIndex((time, index) => !(Math.abs(time - starts[0]![index]!) <= NEAR));
      if (at < 0 && own.length === starts[0]!.length) continue;
      context.reportAt(renditions[i]!.name)(
        "alignment",
        `the set says so, yet segment ${at + 1} differs`,
      );
    }
  }
  if (attribute(set, "startWithSAP") !== "1") return;
  for (const { name } of renditions) {
    const message = "it needs the one before it, against startWithSAP";
    for (const index of findDependentSegments(context.measurements.get(name)!)) {
      context.reportAt(name, index)("key frame", message);
    }
  }
}

/** Starts of segments that are taken for the same: a millisecond. In seconds. */
const NEAR = 0.0010001;

/** Nothing lies behind the end that is told, and a player that has buffered so much has a segment. */
function checkDurations({ duration, buffer }: Period, context: ManifestContext): void {
  const report = context.reportAt();
  for (const rendition of context.presentation.renditions.values()) {
    if (!isMedia(rendition) || rendition.type === "image") continue;
    const { timescale } = rendition.timing;
    const end = getPresentationEnd(context, rendition) / timescale;
    if (duration < end - 1e-6) {
      report("duration", `it is ${duration} s, and ${rendition.name} ends at ${end} s`);
    }
    const starts = [
      ...getSegmentStarts(context, rendition),
      getPresentationEnd(context, rendition),
    ];
    const longest = starts.slice(1).reduce((most, time, i) => Math.max(most, time - starts[i]!), 0);
    if (buffer < longest / timescale - 1e-6) {
      report(
        "minBufferTime",
        `it is ${buffer} s, and a segment of ${rendition.name} lasts ${longest / timescale} s`,
      );
    }
  }
}
