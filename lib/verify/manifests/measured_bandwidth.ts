/** Bandwidth as measured in segments (RFC 8216 §4.3.4.2). */

import type { SubtitleRendition } from "../../presentation/presentation.ts";
import type { RenditionMeasurements } from "../measurements.ts";

/** In bit/s. */
export interface MeasuredBandwidth {
  readonly peak: number;
  readonly average: number;
}

/** What manifests may declare. */
export interface DeclaredBandwidth extends MeasuredBandwidth {
  /** In encrypted video 1 % and 20 kbit/s less than was measured, otherwise equal. */
  readonly min: MeasuredBandwidth;
  /** With the boxes that manifests estimate in encrypted video. */
  readonly max: MeasuredBandwidth;
}

const MAX_SHORTFALL = 0.01;
const MAX_SHORTFALL_BPS = 20_000;

/**
 * A key frame is declared with the boxes of as many subsamples as a frame of the first segment has, or the padding of `aes-128`, for
 * each possible key frame. In bytes.
 */
const MAX_BOXES = 320;
const MAX_KEY_FRAMES_PER_SECOND = 2;

/** Peaks of key frames are at least their average: frames that are shown for long are in no run. */
function raisePeak({ peak, average }: MeasuredBandwidth): MeasuredBandwidth {
  return { peak: Math.max(peak, average), average };
}

/** Declares exactly what was measured. */
export function toExactBandwidth(measured: MeasuredBandwidth): DeclaredBandwidth {
  return { ...measured, min: measured, max: measured };
}

export interface SizedSpan {
  readonly bytes: number;
  /** Bytes that manifests may declare, if more. */
  readonly maxBytes?: number | undefined;
  readonly seconds: number;
}

/** Bounds the run time for very short segments. */
const MAX_RUN = 64;

export type CountedBytes = "cmaf" | "mpegts" | "keyFrames" | "tsKeyFrames";

/** @returns undefined if a segment could not be read */
export function measureBandwidth(
  measurements: RenditionMeasurements,
  counted: CountedBytes,
  targetSeconds: number,
): DeclaredBandwidth | undefined {
  const isSegments = counted === "cmaf" || counted === "mpegts";
  const spans = isSegments
    ? listSegments(measurements, counted)
    : listKeyFrames(measurements, counted);
  if (!spans) return undefined;
  const measure = (spans: readonly SizedSpan[]) =>
    isSegments ? measureSpans(spans, targetSeconds) : raisePeak(measureSpans(spans, targetSeconds));
  const measured = measure(spans);
  if (!measurements.isEstimated) return toExactBandwidth(measured);
  const allowed = spans.map((span) => allowSpan(span, counted));
  const min = measure(allowed.map(({ min }) => min));
  const lower = (rate: number) => Math.max(0, rate * (1 - MAX_SHORTFALL) - MAX_SHORTFALL_BPS);
  return {
    ...measured,
    min: { peak: lower(min.peak), average: lower(min.average) },
    max: measure(allowed.map(({ max }) => max)),
  };
}

/** Returns the least and the most bytes for which manifests may declare the bandwidth. */
function allowSpan(
  { bytes, maxBytes = bytes, seconds }: SizedSpan,
  counted: CountedBytes,
): { readonly min: SizedSpan; readonly max: SizedSpan } {
  if (counted === "cmaf" || counted === "mpegts") {
    return { min: { bytes, seconds }, max: { bytes: maxBytes, seconds } };
  }
  const excess = MAX_BOXES * Math.max(1, Math.ceil(seconds * MAX_KEY_FRAMES_PER_SECOND));
  return { min: { bytes, seconds }, max: { bytes: bytes + excess, seconds } };
}

/** @returns undefined if a segment could not be built */
export function measureWebvttBandwidth(
  { webvttSizes }: RenditionMeasurements,
  { times, timescale }: SubtitleRendition,
  { format, targetSeconds }: { format: "fmp4" | "ts"; targetSeconds: number },
): DeclaredBandwidth | undefined {
  const spans: SizedSpan[] = [];
  for (let i = 0; i < times.length - 1; i++) {
    const bytes = webvttSizes[format][i];
    if (bytes === undefined) return undefined;
    spans.push({ bytes, seconds: (times[i + 1]! - times[i]!) / timescale });
  }
  return toExactBandwidth(measureSpans(spans, targetSeconds));
}

/** @param targetSeconds target duration */
export function measureSpans(
  spans: readonly SizedSpan[],
  targetSeconds: number,
): MeasuredBandwidth {
  return { peak: computePeak(spans, targetSeconds), average: computeRate(sum(spans)) };
}

function listSegments(
  { init, cmaf, tsSizes }: RenditionMeasurements,
  counted: "cmaf" | "mpegts",
): SizedSpan[] | undefined {
  const spans: SizedSpan[] = [];
  for (const [i, segment] of cmaf.entries()) {
    const bytes = counted === "mpegts" ? tsSizes[i] : segment?.bytes;
    if (!segment || bytes === undefined || !init) return undefined;
    const seconds = (segment.decodeEnd - segment.decodeStart) / init.timescale;
    spans.push({ bytes, seconds, maxBytes: counted === "cmaf" ? segment.maxBytes : undefined });
  }
  return spans;
}

/** A key frame is shown until the next one, the last until the end. */
function listKeyFrames(
  measurements: RenditionMeasurements,
  counted: "keyFrames" | "tsKeyFrames",
): SizedSpan[] | undefined {
  const { init, cmaf, [counted]: frames } = measurements;
  const end = cmaf.reduce((latest, segment) => Math.max(latest, segment?.presentationEnd ?? 0), 0);
  const spans: SizedSpan[] = [];
  for (const [i, { time, bytes }] of frames.entries()) {
    if (bytes === undefined || !init) return undefined;
    spans.push({ bytes, seconds: ((frames[i + 1]?.time ?? end) - time) / init.timescale });
  }
  return spans;
}

/** Runs last 0.5 to 1.5 target durations; single segments count if there is no such run. */
function computePeak(spans: readonly SizedSpan[], target: number): number {
  const rates: number[] = [];
  for (const [first] of spans.entries()) {
    for (let end = first + 1; end <= Math.min(spans.length, first + MAX_RUN); end++) {
      const run = sum(spans.slice(first, end));
      if (run.seconds > 1.5 * target) break;
      if (run.seconds >= 0.5 * target) rates.push(computeRate(run));
    }
  }
  const counted = rates.length > 0 ? rates : spans.map(computeRate);
  return counted.reduce((max, rate) => Math.max(max, rate), 0);
}

function sum(spans: readonly SizedSpan[]): SizedSpan {
  let [bytes, seconds] = [0, 0];
  for (const span of spans) {
    bytes += span.bytes;
    seconds += span.seconds;
  }
  return { bytes, seconds };
}

function computeRate({ bytes, seconds }: SizedSpan): number {
  return seconds > 0 ? Math.ceil(8 * bytes / seconds) : 0;
}

/** EXT-X-TARGETDURATION in seconds. */
export function computeTargetDuration(renditions: Iterable<RenditionMeasurements>): number {
  let longest = 0;
  for (const { cmaf, init } of renditions) {
    for (const segment of cmaf) {
      if (segment && init) {
        longest = Math.max(longest, (segment.decodeEnd - segment.decodeStart) / init.timescale);
      }
    }
  }
  return Math.max(1, Math.round(Math.ceil(longest * 1e6) / 1e6));
}
