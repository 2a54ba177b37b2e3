/** Compares an MPD (ISO/IEC 23009-1) with the segments that it lists. */

import { parse } from "@libs/xml/parse";
import { MediaError } from "../../errors.ts";
import type { DashTextFormat } from "../../dash/text.ts";
import { findMax, findMin } from "../../extremes.ts";
import type {
  MediaRendition,
  Rendition,
  SubtitleRendition,
} from "../../presentation/presentation.ts";
import { tryRead } from "../build.ts";
import { findDependentSegments } from "../measurements.ts";
import { getAttribute, getChild, getChildren } from "../readers/xml_elements.ts";
import type { Element } from "../readers/xml_elements.ts";
import { getPresentationEnd, getSegmentStarts, isMedia } from "./manifest_context.ts";
import type { ManifestContext } from "./manifest_context.ts";
import { checkMedia } from "./mpd_media.ts";
import { checkMpdTitle } from "./metadata_signalling.ts";
import { checkMpdProtection } from "./mpd_protection.ts";
import { checkMpdSignalling } from "./mpd_signalling.ts";
import { checkSubtitles, getListedTimes } from "./mpd_subtitles.ts";

/** @returns false for wvtt segments without subtitles */
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
  const sets = getChildren(period.element, "AdaptationSet");
  for (const set of sets) {
    const members = getChildren(set, "Representation");
    for (const member of members) checkRepresentation(member, set, { context, seen, format });
    checkAlignment(set, members, context);
  }
  for (const name of presentation.renditions.keys()) {
    if (!seen.has(name)) {
      context.reportAt(name)("missing rendition", "there is no Representation of it");
    }
  }
  checkMpdTitle(period.mpd, context);
  checkMpdSignalling(sets, context);
  checkMpdProtection(sets, context);
  checkDurations(period, context);
  checkSubtitleBuffer(period, context, format);
  return true;
}

interface Period {
  readonly mpd: Element;
  readonly element: Element;
  readonly durationSeconds: number;
  readonly minBufferSeconds: number;
}

function readPeriod(text: string): Period {
  const root = getChild(parse(text) as unknown as Element, "MPD");
  return {
    mpd: root,
    element: getChild(root, "Period"),
    durationSeconds: parseSeconds(getAttribute(root, "mediaPresentationDuration")),
    minBufferSeconds: parseSeconds(getAttribute(root, "minBufferTime")),
  };
}

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

const MAX_END_DIFFERENCE_SECONDS = 0.5;

/** In seconds. */
function measureEnd({ measurements }: ManifestContext, rendition: MediaRendition): number {
  const ends = measurements.get(rendition.name)!.cmaf.map((segment) => segment?.presentationEnd);
  return findMax(ends.map((end) => end ?? 0)) / rendition.timing.timescale;
}

/** Players rely on segmentAlignment and startWithSAP when they switch. */
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
        !(Math.abs(time - starts[0]![index]!) <= MAX_MISALIGNMENT_SECONDS)
      );
      if (at < 0 && own.length === starts[0]!.length) continue;
      context.reportAt(renditions[i]!.name)(
        "alignment",
        `segmentAlignment is true, but segment ${at + 1} differs`,
      );
    }
    const ends = renditions.map((rendition) => measureEnd(context, rendition));
    const [shortest, longest] = [findMin(ends), findMax(ends)];
    if (longest - shortest > MAX_END_DIFFERENCE_SECONDS) {
      context.reportAt(renditions[ends.indexOf(shortest)]!.name)(
        "alignment",
        `segmentAlignment is true, but one rendition ends at ${shortest} s, another at ${longest} s`,
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

const MAX_MISALIGNMENT_SECONDS = 0.0010001;

/** Durations are rounded up to the microsecond. */
const MAX_EXCESS_SECONDS = 2e-6;

function checkDurations(
  { durationSeconds, minBufferSeconds }: Period,
  context: ManifestContext,
): void {
  const report = context.reportAt();
  let latest = 0;
  for (const rendition of context.presentation.renditions.values()) {
    if (!isMedia(rendition) || rendition.type === "image") continue;
    const { timescale } = rendition.timing;
    const end = getPresentationEnd(context, rendition) / timescale;
    latest = Math.max(latest, end);
    if (durationSeconds < end - 1e-6) {
      report("duration", `it is ${durationSeconds} s, but ${rendition.name} ends at ${end} s`);
    }
    const starts = [
      ...getSegmentStarts(context, rendition),
      getPresentationEnd(context, rendition),
    ];
    const longest = starts.slice(1).reduce((max, time, i) => Math.max(max, time - starts[i]!), 0);
    if (minBufferSeconds < longest / timescale - 1e-6) {
      report(
        "minBufferTime",
        `it is ${minBufferSeconds} s, but a segment of ${rendition.name} lasts ${
          longest / timescale
        } s`,
      );
    }
  }
  if (latest > 0 && durationSeconds > latest + MAX_EXCESS_SECONDS) {
    report("duration", `it is ${durationSeconds} s, but the last rendition ends at ${latest} s`);
  }
}

/** In seconds: the longest segment of subtitles for which players have to wait. */
const MAX_SUBTITLE_BUFFER = 30;

function checkSubtitleBuffer(
  { minBufferSeconds }: Period,
  context: ManifestContext,
  format: DashTextFormat,
): void {
  for (const rendition of context.presentation.renditions.values()) {
    if (!isSubtitles(rendition)) continue;
    const { times, timescale } = getListedTimes(rendition, format);
    const longest = times.slice(1).reduce((max, time, i) => Math.max(max, time - times[i]!), 0) /
      timescale;
    if (minBufferSeconds >= Math.min(longest, MAX_SUBTITLE_BUFFER) - 1e-6) continue;
    context.reportAt(rendition.name)(
      "minBufferTime",
      `it is ${minBufferSeconds} s, but a segment lasts ${longest} s`,
    );
  }
}
