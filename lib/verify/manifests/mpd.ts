/** An MPD (ISO/IEC 23009-1) as a client reads it, held against the segments. */

import { parse } from "@libs/xml/parse";
import type { Description } from "../../codecs/codec.ts";
import { MediaError } from "../../errors.ts";
import type { DashText } from "../../dash/text.ts";
import type {
  MediaRendition,
  Rendition,
  SubtitleRendition,
} from "../../presentation/presentation.ts";
import { dependent } from "../measurements.ts";
import type { Say } from "../findings.ts";
import { checkStarts, checkUrl } from "./segment_list.ts";
import { endOf, isMedia, startsOf } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { measure } from "./measured_bandwidth.ts";
import { readBack } from "../build.ts";
import { attribute, child, children } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import type { Rule } from "../rules.ts";

/** @returns false where there is no MPD of that form: one for segments of text is for those who want texts */
export function checkMpd(context: ManifestContext, form: DashText): boolean {
  const { presentation, bench, tally } = context;
  const texts = [...presentation.renditions.values()].filter(({ type }) => type === "text");
  if (form === "wvtt" && texts.length === 0) return false;
  const say = context.sayOf();
  const text = bench.make(() => bench.writers.mpd(presentation, form), say);
  const period = text === undefined ? undefined : readBack(() => readPeriod(text), say, "manifest");
  if (!text || !period) return true;
  tally.bytes += text.length;
  const seen = new Set<string>();
  for (const set of children(period.element, "AdaptationSet")) {
    const members = children(set, "Representation");
    for (const member of members) checkRepresentation(member, set, { context, seen, form });
    checkAlignment(set, members, context);
  }
  for (const name of presentation.renditions.keys()) {
    if (!seen.has(name)) context.sayOf(name)("missing rendition", "no Representation has its name");
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
  { context, seen, form }: { context: ManifestContext; seen: Set<string>; form: DashText },
): void {
  const id = attribute(element, "id");
  const rendition = context.presentation.renditions.get(id);
  const say = context.sayOf(id);
  if (!rendition) return say("unknown rendition", "there is none of this name");
  if (seen.has(id)) say("repeated rendition", "two Representations have its name");
  seen.add(id);
  const [template] = [...children(element, "SegmentTemplate"), ...children(set, "SegmentTemplate")];
  if (isMedia(rendition) && !template) say("manifest", "it has no SegmentTemplate");
  else if (isMedia(rendition)) checkMedia(element, template!, { rendition, context });
  else if (isText(rendition)) checkText(element, template, { rendition, context, form });
}

function isText(rendition: Rendition): rendition is SubtitleRendition {
  return rendition.type === "text";
}

interface TextContext {
  readonly rendition: SubtitleRendition;
  readonly context: ManifestContext;
  readonly form: DashText;
}

/** A text in one file, or in segments: of its documents, or of wvtt. */
function checkText(element: Element, template: Element | undefined, text: TextContext): void {
  const { rendition, context, form } = text;
  const documents = rendition.stpp && (form === "vtt" || rendition.stpp.onlyImages);
  if (documents || form === "wvtt") {
    if (!template) return context.sayOf(rendition.name)("manifest", "it has no SegmentTemplate");
    const { times } = documents ? rendition.stpp!.timeline : rendition;
    return checkTextSegments(template, { ...text, times, kind: documents ? "cmaf" : "wvtt" });
  }
  const [url = ""] = children(element, "BaseURL").map((base) =>
    typeof base === "string" ? base : String((base as Element)["#text"] ?? "")
  );
  const { presentation } = context;
  const say = context.sayOf(rendition.name);
  checkUrl(url, { kind: "text", rendition: rendition.name }, { presentation, say });
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
  const say = context.sayOf(name);
  const timeline = readBack(() => readTimeline(template), say, "manifest") ?? [];
  tally.segments += timeline.length;
  checkStarts(
    timeline.map(({ time }) => time),
    [...times.subarray(0, -1)],
    (index, rule, message) => {
      context.sayOf(name, index)(rule, message);
    },
  );
  const end = timeline.at(-1) ? timeline.at(-1)!.time + timeline.at(-1)!.duration : 0;
  if (end !== times.at(-1)) say("duration", `it ends at ${end} instead of ${times.at(-1)}`);
  const fill = (attributeName: string, time: number) =>
    attribute(template, attributeName).replaceAll("$RepresentationID$", name)
      .replaceAll("$Time$", String(time));
  const init = kind === "cmaf" ? "init" : "wvttInit";
  checkUrl(fill("initialization", 0), { kind: init, rendition: name }, { presentation, say });
  for (const { time } of timeline) {
    if (!checkUrl(fill("media", time), { kind, rendition: name, time }, { presentation, say })) {
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
  const say = context.sayOf(name);
  const facts = context.facts.get(name)!;
  const timeline = readBack(() => readTimeline(template), say, "manifest") ?? [];
  context.tally.segments += timeline.length;
  checkTimeline(timeline, { rendition, context });
  checkUrls(template, timeline, { rendition, context });
  const timescale = Number(attribute(template, "timescale") || 1);
  const expected = facts.init?.timescale ?? rendition.timing.timescale;
  if (timescale !== expected) say("timescale", `it is ${timescale} instead of ${expected}`);
  checkDescription(element, facts.init?.description, { rendition, say });
  if (type === "image") return;
  const measured = measure(facts, "cmaf", context.target);
  const bandwidth = Number(attribute(element, "bandwidth"));
  if (measured && Math.abs(bandwidth - measured.peak) > 1) {
    say("bandwidth", `it is ${bandwidth}, of the segments ${measured.peak} bit/s`);
  }
}

/** What a player chooses by is what the init says. */
function checkDescription(
  element: Element,
  description: Description | undefined,
  { rendition, say }: { rendition: MediaRendition; say: Say },
): void {
  if (!description) return;
  const tell = (rule: Rule, name: string, expected: string | number) => {
    const got = attribute(element, name);
    if (got !== String(expected)) say(rule, `${name} is '${got}', of the init ${expected}`);
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
  const starts = startsOf(context, rendition);
  checkStarts(timeline.map(({ time }) => time), starts, (index, rule, message) => {
    context.sayOf(name, index)(rule, message);
  });
  const ends = [...starts.slice(1), Math.max(endOf(context, rendition), starts.at(-1)! + 1)];
  for (const [i, { time, duration }] of timeline.entries()) {
    const at = starts.indexOf(time, Math.max(0, i - 1));
    if (at < 0 || time + duration === ends[at]) continue;
    context.sayOf(name, at)("duration", `it ends at ${time + duration} instead of ${ends[at]}`);
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
    checkUrl(fill("initialization"), wanted, { presentation, say: context.sayOf(name) });
  }
  for (const [i, { time }] of timeline.entries()) {
    const say = context.sayOf(name, i);
    const url = fill("media", time);
    if (!checkUrl(url, { kind, rendition: name, time }, { presentation, say })) return;
  }
}

/** What says that its segments start together must do so, or players switch to what isn't there. */
function checkAlignment(set: Element, members: readonly Element[], context: ManifestContext): void {
  const named = members.map((member) =>
    context.presentation.renditions.get(attribute(member, "id"))
  );
  const renditions = named.filter((rendition) => rendition !== undefined).filter(isMedia);
  const starts = renditions.map((rendition) =>
    startsOf(context, rendition).map((time) => time / rendition.timing.timescale)
  );
  if (attribute(set, "segmentAlignment") === "true") {
    for (const [i, own] of starts.entries()) {
      const at = own.findIndex((time, index) => !(Math.abs(time - starts[0]![index]!) <= NEAR));
      if (at < 0 && own.length === starts[0]!.length) continue;
      context.sayOf(renditions[i]!.name)(
        "alignment",
        `the set says so, yet segment ${at + 1} differs`,
      );
    }
  }
  if (attribute(set, "startWithSAP") !== "1") return;
  for (const { name } of renditions) {
    const message = "it needs the one before it, against startWithSAP";
    for (const index of dependent(context.facts.get(name)!)) {
      context.sayOf(name, index)("key frame", message);
    }
  }
}

/** Starts of segments that are taken for the same: a millisecond. In seconds. */
const NEAR = 0.0010001;

/** Nothing lies behind the end that is told, and a player that has buffered so much has a segment. */
function checkDurations({ duration, buffer }: Period, context: ManifestContext): void {
  const say = context.sayOf();
  for (const rendition of context.presentation.renditions.values()) {
    if (!isMedia(rendition) || rendition.type === "image") continue;
    const { timescale } = rendition.timing;
    const end = endOf(context, rendition) / timescale;
    if (duration < end - 1e-6) {
      say("duration", `it is ${duration} s, and ${rendition.name} ends at ${end} s`);
    }
    const starts = [...startsOf(context, rendition), endOf(context, rendition)];
    const longest = starts.slice(1).reduce((most, time, i) => Math.max(most, time - starts[i]!), 0);
    if (buffer < longest / timescale - 1e-6) {
      say(
        "minBufferTime",
        `it is ${buffer} s, and a segment of ${rendition.name} lasts ${longest / timescale} s`,
      );
    }
  }
}
