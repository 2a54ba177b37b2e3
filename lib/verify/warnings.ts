/** Warns of properties of the source that cause playback problems. */

import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { warnLengths } from "../presentation/length_warnings.ts";
import { describeUnsupportedInSmooth } from "../smooth/streams.ts";
import { explainUnsupportedFormat } from "../presentation/segment_protection.ts";
import { describeOmittedSystems } from "../hls/keys.ts";
import { describeUnsupportedInHls } from "../hls/support.ts";
import { describeUnsupportedInTs } from "../hls/mpegts_support.ts";
import type { RenditionMeasurements, SegmentMeasurements } from "./measurements.ts";
import type { Findings, Report } from "./findings.ts";
import { isMedia } from "./manifests/manifest_context.ts";

const MAX_TARGET_DURATIONS = 1.5;

/** Players stall or skip if the first sample is presented later. */
const MAX_START_SECONDS = 0.1;

const MAX_LENGTH_DIFFERENCE_SECONDS = 0.5;

export function addWarnings(
  presentation: Presentation,
  measurements: ReadonlyMap<string, RenditionMeasurements>,
  findings: Findings,
): void {
  const report = findings.at({ format: "source", rendition: "" });
  const measured = new Set(warnLengths(presentation.renditions.values())); // the rules below measure them
  for (const warning of presentation.warnings) {
    if (!measured.has(warning)) report("warning", warning);
  }
  for (const sentence of describeAllUnsupported(presentation)) report("unsupported", sentence);
  const media = [...presentation.renditions.values()].filter(isMedia);
  for (const rendition of media) {
    const report = findings.at({ format: "source", rendition: rendition.name });
    const { cmaf } = measurements.get(rendition.name)!;
    const segments = cmaf.filter((segment) => segment !== undefined);
    if (rendition.type === "image" || segments.length === 0) continue;
    warnOfLongSegments(rendition, segments, { target: presentation.segmentDuration, report });
    warnOfStarts(rendition, segments, report);
    warnOfGaps(rendition, report);
  }
  warnOfLengths(media, measurements, report);
}

/** Omits formats that the protection does not support, which are not offered at all. */
function describeAllUnsupported(presentation: Presentation): string[] {
  const isOffered = (format: "mpegts" | "smooth") =>
    explainUnsupportedFormat(presentation, format) === undefined;
  return [
    describeUnsupportedInHls(presentation),
    describeOmittedSystems(presentation),
    isOffered("mpegts") ? describeUnsupportedInTs(presentation) : "",
    isOffered("smooth") ? describeUnsupportedInSmooth(presentation) : "",
  ].filter(Boolean);
}

function warnOfLongSegments(
  { timing: { timescale } }: MediaRendition,
  segments: readonly SegmentMeasurements[],
  { target, report }: { target: number; report: Report },
): void {
  const seconds = segments.map(({ decodeStart, decodeEnd }) =>
    (decodeEnd - decodeStart) / timescale
  );
  const long = seconds.filter((length) => length > MAX_TARGET_DURATIONS * target);
  if (long.length === 0) return;
  const longest = seconds.reduce((a, b) => Math.max(a, b));
  const start = segments[seconds.indexOf(longest)]!.earliestPresentation / timescale;
  report(
    "long segment",
    `${long.length} of ${seconds.length} segments are much longer than ${target} s; ` +
      `the longest starts at ${round(start)} s and lasts ${round(longest)} s`,
  );
}

function warnOfStarts(
  { type, timing: { timescale } }: MediaRendition,
  segments: readonly SegmentMeasurements[],
  report: Report,
): void {
  const first = Math.max(0, segments[0]!.earliestPresentation) / timescale;
  if (first > MAX_START_SECONDS) {
    report("late start", `the first sample is presented at ${round(first)} s`);
  }
  const index = segments.findIndex(({ startsWithSync }) => !startsWithSync);
  if (index < 0) return;
  const sample = type === "video" ? "key frame" : "sync sample";
  report("key frame", `segment ${index + 1} does not start with a ${sample}`);
}

/** A gap exceeds the usual duration by both limits; it is noticed later in video than in audio. */
const GAP = { audio: { times: 1.5, seconds: 0.005 }, video: { times: 5, seconds: 0.5 } };

const BATCH_SAMPLES = 4096;

function warnOfGaps({ type, timing, track }: MediaRendition, report: Report): void {
  const { times, seconds } = type === "audio" ? GAP.audio : GAP.video;
  const factor = timing.timescale / track.timescale;
  const usual = medianDuration(
    track.samples.readSamples(timing.first, Math.min(timing.end, timing.first + BATCH_SAMPLES))
      .durations,
  );
  const limit = Math.max(times * usual, usual + seconds * track.timescale);
  for (let first = timing.first; first < timing.end; first += BATCH_SAMPLES) {
    const end = Math.min(timing.end, first + BATCH_SAMPLES);
    const { durations } = track.samples.readSamples(first, end);
    for (const [i, duration] of durations.entries()) {
      const index = first + i;
      if (duration <= limit || index === timing.end - 1) continue;
      const time = round(timing.presentationTime(index) / timing.timescale);
      const actual = round(duration * factor / timing.timescale);
      const expected = round(usual / track.timescale);
      report("gap", `a sample at ${time} s lasts ${actual} s, others ${expected} s`, index);
    }
  }
}

function medianDuration(durations: Uint32Array): number {
  return durations.slice().sort()[durations.length >> 1] ?? 0;
}

function warnOfLengths(
  media: readonly MediaRendition[],
  measurements: ReadonlyMap<string, RenditionMeasurements>,
  report: Report,
): void {
  const ends = media.filter(({ type }) => type !== "image").map((rendition) => {
    const end = measurements.get(rendition.name)!.cmaf.reduce(
      (end, segment) => Math.max(end, segment?.presentationEnd ?? 0),
      0,
    );
    return { name: rendition.name, seconds: end / rendition.timing.timescale };
  });
  if (ends.length < 2) return;
  ends.sort((a, b) => a.seconds - b.seconds);
  const [shortest, longest] = [ends[0]!, ends.at(-1)!];
  if (longest.seconds - shortest.seconds <= MAX_LENGTH_DIFFERENCE_SECONDS) return;
  const [first, last] = [shortest, longest].map(({ seconds }) => round(seconds));
  report("length", `${shortest.name} ends at ${first} s, ${longest.name} at ${last} s`);
}

function round(seconds: number): number {
  return Number(seconds.toFixed(3));
}
