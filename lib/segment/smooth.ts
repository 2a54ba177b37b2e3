/** Fragments of Smooth Streaming ([MS-SSTR] 2.2.4): moof and mdat, in ticks of 100 ns. */

import { ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { mdatHeader } from "../mp4/fragment.ts";
import { SYNC_FLAGS } from "../mp4/sample_table.ts";
import { smoothMoof } from "../mp4/smooth_fragment.ts";
import type { MediaRendition, TextRendition } from "../presentation/presentation.ts";
import { TICKS } from "../presentation/smooth_streams.ts";
import type { SmoothStream } from "../presentation/smooth_streams.ts";
import { formatTtml } from "../text/ttml.ts";
import { rescale } from "../time.ts";
import { sampleRanges } from "./plan.ts";
import type { SegmentPlan } from "./plan.ts";

/** Each rendition is a track of its own. */
const TRACK_ID = 1;

/** Composition offsets are signed, of 32 bits. In ticks. */
const MOST_OFFSET = 2 ** 31 - 1;

/** @param index of the fragment in `stream` */
export function smoothFragment(
  { times }: SmoothStream,
  rendition: MediaRendition | TextRendition,
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
  const { track, timing, timeline, source, type } = rendition;
  const ticks = (value: number) => rescale(value, timing.timescale, TICKS);
  const end = timeline.samples[index + 1]!;
  const first = type === "audio"
    ? firstHeard(rendition, timeline.samples[index]!, end)
    : timeline.samples[index]!;
  const samples = track.samples.samples(first, end);
  const count = end - first;
  const start = ticks(timing.decodeTime(first));
  const durations = new Uint32Array(count);
  const compositionOffsets = new Int32Array(count);
  let decoded = 0;
  for (let i = 0; i < count; i++) {
    const next = ticks(timing.decodeTime(first + i + 1)) - start;
    durations[i] = next - decoded;
    compositionOffsets[i] = fitting(ticks(timing.presentationTime(first + i)) - time - decoded);
    decoded = next;
  }
  const { sizes, flags } = samples;
  return {
    type: type === "video" ? "video/mp4" : "audio/mp4",
    head: head({
      sequence: index + 1,
      trackId: TRACK_ID,
      time,
      duration: decoded,
      sizes,
      durations,
      compositionOffsets,
      flags,
    }),
    ranges: sampleRanges(source, samples),
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

function fitting(offset: number): number {
  if (Math.abs(offset) <= MOST_OFFSET) return offset;
  throw new MediaError(
    `Cannot present a sample ${offset} ticks after it is decoded`,
    "MEDIA_UNSUPPORTED",
  );
}

/** One sample: a document, whose times count from the fragment's. */
function textFragment(
  { text: { cues }, language }: TextRendition,
  { index, time, end }: Span,
): SegmentPlan {
  const [start, stop] = [time, end].map((value) => value * 1000 / TICKS);
  const document = new TextEncoder().encode(
    formatTtml(cues, { start: start!, end: stop!, language }),
  );
  const moof = head({
    sequence: index + 1,
    trackId: TRACK_ID,
    time,
    duration: end - time,
    sizes: Uint32Array.of(document.length),
    durations: Uint32Array.of(end - time),
    compositionOffsets: Int32Array.of(0),
    flags: Uint32Array.of(SYNC_FLAGS),
  });
  const bytes = new Uint8Array(moof.length + document.length);
  bytes.set(moof);
  bytes.set(document, moof.length);
  return { type: "application/mp4", head: bytes, ranges: [] };
}

/** moof, and the header of the mdat. */
function head(fragment: Parameters<typeof smoothMoof>[1]): Uint8Array {
  const w = new ByteWriter(128 + 17 * fragment.sizes.length);
  smoothMoof(w, fragment);
  mdatHeader(w, fragment.sizes.reduce((sum, size) => sum + size, 0));
  return w.finish();
}
