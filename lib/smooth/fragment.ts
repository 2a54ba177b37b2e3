/** Fragments of Smooth Streaming ([MS-SSTR] 2.2.4): moof and mdat, in ticks of 100 ns. */

import { ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { mdatHeader } from "../mp4/fragment.ts";
import { SYNC_FLAGS } from "../mp4/samples/sample_table.ts";
import type { Samples } from "../mp4/samples/sample_table.ts";
import { smoothMoof } from "../mp4/smooth_fragment.ts";
import type { SmoothFragment } from "../mp4/smooth_fragment.ts";
import type { MediaRendition, SubtitleRendition } from "../presentation/presentation.ts";
import { SMOOTH_TIMESCALE } from "./streams.ts";
import type { SmoothStream } from "./streams.ts";
import { formatTtml } from "../subtitles/ttml/format.ts";
import { rescale } from "../time.ts";
import { toSampleRanges } from "../storage/read_plan.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

/** Each rendition is a track of its own. */
const TRACK_ID = 1;

/** What a trun of version 1 can say: durations of 32 bits, composition offsets of 31 and a sign. In ticks. */
const MOST_DURATION = 2 ** 32 - 1;
const MOST_OFFSET = 2 ** 31 - 1;

/**
 * @param index of the fragment in `stream`
 * @throws MediaError when a sample lasts for longer than 429 s, or is presented 215 s from when it is decoded
 */
export function planSmoothFragment(
  { times }: SmoothStream,
  rendition: MediaRendition | SubtitleRendition,
  index: number,
): SegmentPlan {
  const span = { index, time: times[index]!, end: times[index + 1]! };
  return rendition.type === "text" ? textFragment(rendition, span) : mediaFragment(rendition, span);
}

/** A fragment's place in its stream. */
interface Span {
  readonly index: number;
  readonly time: number;
  readonly end: number;
}

/**
 * Smooth has no edit list: a player takes the fragment's time for when its first sample is decoded, and adds the composition
 * offset. What ends before time zero (priming) is left out, and nothing else.
 */
function mediaFragment(rendition: MediaRendition, { index, time }: Span): SegmentPlan {
  const { track, timeline, source, type } = rendition;
  const end = timeline.samples[index + 1]!;
  const first = type === "audio"
    ? firstHeard(rendition, timeline.samples[index]!, end)
    : timeline.samples[index]!;
  const samples = track.samples.readSamples(first, end);
  const { sizes, flags } = samples;
  const columns = inTicks(rendition, { first, samples, index, time });
  return {
    type: type === "video" ? "video/mp4" : "audio/mp4",
    header: head({ sequence: index + 1, trackId: TRACK_ID, time, ...columns, sizes, flags }),
    ranges: toSampleRanges(source, samples),
  };
}

/** The first packet that ends after time zero. */
function firstHeard({ timing }: MediaRendition, first: number, end: number): number {
  for (let i = first; i < end - 1; i++) {
    const duration = timing.decodeTime(i + 1) - timing.decodeTime(i);
    if (timing.presentationTime(i) + duration > 0) return i;
  }
  return end - 1;
}

/**
 * Columns of a trun, in ticks. Each time is rounded by itself, as in the manifest, so nothing adds up to a drift: a sample
 * is presented at `time` and the durations before it and its offset, to the tick. Decode times count from where the
 * fragment starts: without reordering all offsets come out as 0, and the durations lead to the next fragment's time.
 */
function inTicks(
  { timing, timeline, file }: MediaRendition,
  { first, samples, index, time }: { first: number; samples: Samples; index: number; time: number },
): Pick<SmoothFragment, "duration" | "durations" | "compositionOffsets"> {
  const own = timing.runFields(first, samples);
  const count = own.durations.length;
  const [durations, compositionOffsets] = [new Uint32Array(count), new Int32Array(count)];
  const ticks = (value: number) => rescale(value, timing.timescale, SMOOTH_TIMESCALE);
  const start = timeline.times[index]!;
  const decodeStart = timing.decodeTime(first) - timing.mediaTime;
  let elapsed = 0; // before this sample, in the rendition's timescale
  let duration = 0; // the same, in ticks
  for (let i = 0; i < count; i++) {
    const presented = ticks(decodeStart + elapsed + own.compositionOffsets[i]!);
    compositionOffsets[i] = fitting(presented - time - duration, MOST_OFFSET, file);
    elapsed += own.durations[i]!;
    const next = ticks(start + elapsed) - ticks(start);
    durations[i] = fitting(next - duration, MOST_DURATION, file);
    duration = next;
  }
  return { duration, durations, compositionOffsets };
}

function fitting(ticks: number, most: number, file: string): number {
  if (Math.abs(ticks) <= most) return ticks;
  const seconds = [ticks, most].map((value) => Math.round(value / SMOOTH_TIMESCALE));
  const why = `over ${seconds[1]} s from one sample to another: ${seconds[0]}`;
  throw new MediaError(`Cannot say in Smooth Streaming ${why}`, "MEDIA_UNSUPPORTED").inFile(file);
}

/** One sample: a document, whose times count from the fragment's. How long it is for, tfxd says. */
function textFragment(
  { webvtt, language }: SubtitleRendition,
  { index, time, end }: Span,
): SegmentPlan {
  const inMilliseconds = {
    start: time * 1000 / SMOOTH_TIMESCALE,
    end: end * 1000 / SMOOTH_TIMESCALE,
  };
  const document = new TextEncoder().encode(formatTtml(webvtt, { ...inMilliseconds, language }));
  const moof = head({
    sequence: index + 1,
    trackId: TRACK_ID,
    time,
    duration: end - time,
    sizes: Uint32Array.of(document.length),
    durations: Uint32Array.of(Math.min(end - time, MOST_DURATION)),
    compositionOffsets: Int32Array.of(0),
    flags: Uint32Array.of(SYNC_FLAGS),
  });
  const bytes = new Uint8Array(moof.length + document.length);
  bytes.set(moof);
  bytes.set(document, moof.length);
  return { type: "application/mp4", header: bytes, ranges: [] };
}

/** moof, and the header of the mdat. */
function head(fragment: SmoothFragment): Uint8Array {
  const w = new ByteWriter(160 + 17 * fragment.sizes.length);
  const size = fragment.sizes.reduce((sum, bytes) => sum + bytes, 0);
  smoothMoof(w, fragment, size);
  mdatHeader(w, size);
  return w.finish();
}
