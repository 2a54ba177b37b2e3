/** What players stumble over, though it is as in the files: for the operator to decide. */

import type { MediaRendition, Presentation } from "../presentation/presentation.ts";
import { unsupportedInSmooth } from "../smooth/streams.ts";
import { unsupportedInTs } from "../hls/mpegts_support.ts";
import type { RenditionMeasurements, SegmentMeasurements } from "./measurements.ts";
import type { Findings, Report } from "./findings.ts";
import { isMedia } from "./manifests/manifest_context.ts";

/** A segment of so many target durations and more is told of. */
const LONG = 1.5;

/** A first sample that comes later than this leaves players waiting, or skipping. In seconds. */
const LATE = 0.1;

/** Renditions whose ends are further apart than this are told of. In seconds. */
const UNLIKE = 0.5;

export function addWarnings(
  presentation: Presentation,
  measurements: ReadonlyMap<string, RenditionMeasurements>,
  findings: Findings,
): void {
  const whole = findings.at({ format: "source", rendition: "" });
  for (const warning of presentation.warnings) whole("warning", warning);
  for (const sentence of [unsupportedInTs(presentation), unsupportedInSmooth(presentation)]) {
    if (sentence) whole("unsupported", sentence);
  }
  const media = [...presentation.renditions.values()].filter(isMedia);
  for (const rendition of media) {
    const report = findings.at({ format: "source", rendition: rendition.name });
    const { cmaf } = measurements.get(rendition.name)!;
    const segments = cmaf.filter((segment) => segment !== undefined);
    if (rendition.type === "image" || segments.length === 0) continue;
    longSegments(rendition, segments, { target: presentation.segmentDuration, report });
    starts(rendition, segments, report);
    gaps(rendition, report);
  }
  lengths(media, measurements, whole);
}

function longSegments(
  { timing: { timescale } }: MediaRendition,
  segments: readonly SegmentMeasurements[],
  { target, report }: { target: number; report: Report },
): void {
  const seconds = segments.map(({ start, end }) => (end - start) / timescale);
  const long = seconds.filter((length) => length > LONG * target);
  if (long.length === 0) return;
  const longest = seconds.reduce((a, b) => Math.max(a, b));
  const where = round(segments[seconds.indexOf(longest)]!.earliest / timescale);
  report(
    "long segment",
    `${long.length} of ${seconds.length} segments are much longer than ${target} s; ` +
      `the longest, at ${where} s, lasts ${round(longest)} s`,
  );
}

function starts(
  { type, timing: { timescale } }: MediaRendition,
  segments: readonly SegmentMeasurements[],
  report: Report,
): void {
  const first = Math.max(0, segments[0]!.earliest) / timescale;
  if (first > LATE) report("late start", `its first sample is shown at ${round(first)} s`);
  const unsure = segments.findIndex(({ sync }) => !sync);
  if (unsure >= 0) {
    const what = type === "video" ? "no key frame" : "a packet that needs those before it";
    report("key frame", `segment ${unsure + 1} starts with ${what}`);
  }
}

/** A sample that lasts this much longer than the others leaves a hole: sound at once, pictures when they stand for long. */
const HOLE = { audio: { times: 1.5, seconds: 0.005 }, video: { times: 5, seconds: 0.5 } };

/** Samples that are looked at together. */
const STRETCH = 4096;

/** In sound a hole is silence that nobody made; in pictures, one that stands still. */
function gaps({ type, timing, track }: MediaRendition, report: Report): void {
  const { times, seconds } = type === "audio" ? HOLE.audio : HOLE.video;
  const factor = timing.timescale / track.timescale;
  const usual = usualDuration(
    track.samples.readSamples(timing.first, Math.min(timing.end, timing.first + STRETCH)).durations,
  );
  const most = Math.max(times * usual, usual + seconds * track.timescale);
  for (let first = timing.first; first < timing.end; first += STRETCH) {
    const end = Math.min(timing.end, first + STRETCH);
    const { durations } = track.samples.readSamples(first, end);
    for (const [i, duration] of durations.entries()) {
      const index = first + i;
      if (duration <= most || index === timing.end - 1) continue;
      const at = round(timing.presentationTime(index) / timing.timescale);
      const lasts = round(duration * factor / timing.timescale);
      report(
        "gap",
        `at ${at} s a sample lasts ${lasts} s, not ${round(usual / track.timescale)} s`,
        index,
      );
    }
  }
}

/** In the middle of them all. */
function usualDuration(durations: Uint32Array): number {
  return durations.slice().sort()[durations.length >> 1] ?? 0;
}

/** Pictures without sound at the end, or the other way round. */
function lengths(
  media: readonly MediaRendition[],
  measurements: ReadonlyMap<string, RenditionMeasurements>,
  report: Report,
): void {
  const ends = media.filter(({ type }) => type !== "image").map((rendition) => {
    const last = measurements.get(rendition.name)!.cmaf.reduce(
      (end, segment) => Math.max(end, segment?.shownEnd ?? 0),
      0,
    );
    return { name: rendition.name, seconds: last / rendition.timing.timescale };
  });
  if (ends.length < 2) return;
  ends.sort((a, b) => a.seconds - b.seconds);
  const [shortest, longest] = [ends[0]!, ends.at(-1)!];
  if (longest.seconds - shortest.seconds <= UNLIKE) return;
  report(
    "length",
    `${shortest.name} ends at ${round(shortest.seconds)} s, ${longest.name} at ${
      round(longest.seconds)
    } s`,
  );
}

function round(seconds: number): number {
  return Number(seconds.toFixed(3));
}
