/** Fragments of Smooth Streaming ([MS-SSTR] 2.2.4): moof and mdat, in ticks of 100 ns. */

import type { ByteWriter } from "../bytes.ts";
import { writeBoxesAndMdat } from "../cmaf/fragment_writer.ts";
import { planProtectedFragment } from "../cmaf/protected.ts";
import { MediaError } from "../errors.ts";
import { SYNC_FLAGS } from "../mp4/samples/sample_table.ts";
import type { Samples } from "../mp4/samples/sample_table.ts";
import { computeSmoothMoofSize, smoothMoof } from "../mp4/smooth_moof.ts";
import type { SmoothFragment, Tfxd } from "../mp4/smooth_moof.ts";
import type { MediaRendition, SubtitleRendition } from "../presentation/presentation.ts";
import type { SegmentProtection } from "../presentation/segment_protection.ts";
import { SMOOTH_TIMESCALE } from "./streams.ts";
import type { SmoothStream } from "./streams.ts";
import { formatTtml } from "../subtitles/ttml/format.ts";
import { rescale } from "../time.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

const TRACK_ID = 1;

/** Limits of trun version 1: durations are uint32, composition offsets int32. */
const MAX_DURATION = 2 ** 32 - 1;
const MAX_OFFSET = 2 ** 31 - 1;

/** @throws MediaError if a sample is presented more than 214 s from its decode time, or after a sample of more than 643 s */
export function planSmoothFragment(
  { times }: SmoothStream,
  rendition: MediaRendition | SubtitleRendition,
  { index, protection }: { readonly index: number; readonly protection: SegmentProtection },
): SegmentPlan {
  const position = { index, time: times[index]!, end: times[index + 1]! };
  return rendition.type === "text"
    ? planSubtitles(rendition, position)
    : planMedia(rendition, position, protection);
}

interface FragmentPosition {
  readonly index: number;
  readonly time: number;
  readonly end: number;
}

/** A fragment of a live presentation. Times are in ticks. */
export interface LiveFragmentPosition {
  /** Index of the segment in the rendition's timeline. */
  readonly index: number;
  /** Time 0 of the rendition in the live presentation. */
  readonly origin: number;
  /** Ordinal among all fragments of the rendition. */
  readonly sequence: number;
  /** The fragments that follow. */
  readonly next: readonly Tfxd[];
}

/** @throws MediaError as `planSmoothFragment()` */
export function planLiveSmoothFragment(
  rendition: MediaRendition,
  { index, origin, sequence, next }: LiveFragmentPosition,
  protection: SegmentProtection,
): SegmentPlan {
  const { timeline, timing } = rendition;
  const time = rescale(timeline.times[index]!, timing.timescale, SMOOTH_TIMESCALE);
  return planMedia(rendition, { index, time, origin, sequence, next }, protection);
}

/**
 * Smooth has no edit list: a player presents a sample at the time of the fragment, plus the durations before it, plus
 * its composition offset. Samples that end before time zero (priming) are omitted.
 */
function planMedia(
  rendition: MediaRendition,
  { index, time, origin = 0, sequence = index + 1, next }:
    & Pick<FragmentPosition, "index" | "time">
    & Partial<LiveFragmentPosition>,
  { samples: encryption, segment }: SegmentProtection,
): SegmentPlan {
  if (segment) throw new TypeError(`Cannot encrypt Smooth Streaming with ${segment.scheme}`);
  const { track, timeline, source, type } = rendition;
  const end = timeline.samples[index + 1]!;
  const first = type === "audio"
    ? findFirstAudible(rendition, timeline.samples[index]!, end)
    : timeline.samples[index]!;
  const samples = track.samples.readSamples(first, end);
  const { offsets, sizes, flags } = samples;
  const columns = convertToTicks(rendition, { first, samples, index, time });
  const identity = { sequence, trackId: TRACK_ID, time: origin + time, next };
  const fragment = { ...identity, ...columns, sizes, flags };
  const mp4Type = type === "video" ? "video/mp4" : "audio/mp4";
  if (!encryption) {
    const header = writeSmoothFragment(fragment);
    return { type: mp4Type, header, ranges: toSampleRanges(source, samples) };
  }
  const descriptionIndex = track.samples.description(first) + 1;
  return planProtectedFragment({
    type: mp4Type,
    rendition,
    encryption,
    runs: [{ first, descriptionIndex, source, offsets, sizes }],
    writeHeader: ([run]) => writeSmoothFragment({ ...fragment, encryption: run!.encryption }),
  });
}

function findFirstAudible({ timing }: MediaRendition, first: number, end: number): number {
  for (let i = first; i < end - 1; i++) {
    const duration = timing.decodeTime(i + 1) - timing.decodeTime(i);
    if (timing.presentationTime(i) + duration > 0) return i;
  }
  return end - 1;
}

/**
 * Rounds each time by itself, as the manifest does, so that errors do not add up. After a sample that lasts too long, the next one is
 * decoded early, and lasts longer.
 */
function convertToTicks(
  rendition: MediaRendition,
  { first, samples, index, time }: { first: number; samples: Samples; index: number; time: number },
): Pick<SmoothFragment, "duration" | "durations" | "compositionOffsets"> {
  const { timing, timeline, file } = rendition;
  const own = timing.runFields(first, samples);
  const count = own.durations.length;
  const decodeEnd = findDecodeEnd(rendition, index);
  const [durations, compositionOffsets] = [new Uint32Array(count), new Int32Array(count)];
  const ticks = (value: number) => rescale(value, timing.timescale, SMOOTH_TIMESCALE);
  const start = timeline.times[index]!;
  const decodeStart = timing.decodeTime(first) - timing.mediaTime;
  let elapsed = 0;
  let duration = 0;
  for (let i = 0; i < count; i++) {
    const presented = ticks(decodeStart + elapsed + own.compositionOffsets[i]!);
    compositionOffsets[i] = requireRange(presented - time - duration, MAX_OFFSET, file);
    elapsed += own.durations[i]!;
    const next = ticks(start + elapsed) - ticks(start);
    const latest = i < count - 1 ? decodeEnd - (count - 1 - i) : Infinity; // leaves a tick for each sample
    durations[i] = Math.min(next - duration, latest - duration, MAX_DURATION);
    duration += durations[i]!;
  }
  return { duration: ticks(start + elapsed) - ticks(start), durations, compositionOffsets };
}

/**
 * Returns when all samples of a fragment are decoded, in ticks from its start; Infinity: whenever they are. Hidden samples at the start
 * of an edit make a fragment last longer than to the next one. ffmpeg drops frames that it would decode before earlier ones.
 */
function findDecodeEnd(
  { track, timing, timeline: { times } }: MediaRendition,
  index: number,
): number {
  if (!track.samples.hidden || index >= times.length - 2) return Infinity;
  const [start, next] = [times[index]!, times[index + 1]!]
    .map((time) => rescale(time, timing.timescale, SMOOTH_TIMESCALE)) as [number, number];
  return next - start;
}

function requireRange(ticks: number, max: number, file: string): number {
  if (Math.abs(ticks) <= max) return ticks;
  const [seconds, limit] = [ticks, max].map((value) => Math.round(value / SMOOTH_TIMESCALE));
  const expected = ticks < 0 ? `least -${limit}` : `most ${limit}`;
  throw new MediaError(
    `Cannot write a sample time of ${seconds} s in Smooth Streaming: expected at ${expected} s`,
    "MEDIA_UNSUPPORTED",
  ).inFile(file);
}

/** One sample: a TTML document whose times count from the start of the fragment. */
function planSubtitles(
  rendition: SubtitleRendition,
  { index, time, end }: FragmentPosition,
): SegmentPlan {
  const range = {
    start: time * 1000 / SMOOTH_TIMESCALE,
    end: end * 1000 / SMOOTH_TIMESCALE,
  };
  const document = formatDocument(rendition, range);
  const header = writeSmoothFragment({
    sequence: index + 1,
    trackId: TRACK_ID,
    time,
    duration: end - time,
    sizes: Uint32Array.of(document.length),
    durations: Uint32Array.of(Math.min(end - time, MAX_DURATION)),
    compositionOffsets: Int32Array.of(0),
    flags: Uint32Array.of(SYNC_FLAGS),
  }, document);
  return { type: "application/mp4", header, ranges: [] };
}

function formatDocument(
  { webvtt, language, file }: SubtitleRendition,
  range: { readonly start: number; readonly end: number },
): Uint8Array {
  try {
    return new TextEncoder().encode(formatTtml(webvtt, { ...range, language }));
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

function writeSmoothFragment(fragment: SmoothFragment, samples?: Uint8Array): Uint8Array {
  const dataSize = fragment.sizes.reduce((sum, bytes) => sum + bytes, 0);
  const size = computeSmoothMoofSize(fragment);
  const write = (w: ByteWriter) => smoothMoof(w, fragment, dataSize);
  return writeBoxesAndMdat({ size, dataSize, write }, samples);
}
