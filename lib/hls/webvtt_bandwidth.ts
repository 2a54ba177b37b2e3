/** Bandwidth of WebVTT segments, computed without building them. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { computeBandwidths } from "../presentation/bandwidth.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import type { Presentation, SubtitleRendition } from "../presentation/presentation.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import type { Cue } from "../subtitles/cue.ts";
import { measureWebvttCue } from "../subtitles/webvtt.ts";
import type { SegmentFormat } from "./m3u8.ts";
import { formatSegmentHeader } from "./webvtt_segment.ts";

/** Compute the bandwidths of the segments that are listed next to those of a format. Values of `DerivedValues`. */
export const COMPUTE_WEBVTT_BANDWIDTHS: Record<SegmentFormat, ComputeBandwidths> = {
  fmp4: createComputation("fmp4"),
  ts: createComputation("ts"),
};

type ComputeBandwidths = (presentation: Presentation, name: string) => Bandwidths;

function createComputation(format: SegmentFormat): ComputeBandwidths {
  return ({ renditions, targetDuration }, name) => {
    const rendition = renditions.get(name) as SubtitleRendition;
    return computeBandwidths(computeWebvttSizes(rendition, format), targetDuration);
  };
}

/** Line feeds between header, blocks and cues, and at the end. */
const SEPARATOR_BYTES = 2;
const END_BYTES = 1;

/** Computes the sizes of what `planWebvttSegment()` plans. */
export function computeWebvttSizes(
  { webvtt: { header, blocks, cues }, times, timescale }: SubtitleRendition,
  format: SegmentFormat,
): SegmentSize[] {
  const count = times.length - 1;
  const starts = times.subarray(0, count).map((time) => time * 1000 / timescale);
  const added = new Float64Array(count + 1); // bytes that start or end to count in a segment
  const add = ([first, last]: readonly [number, number], bytes: number) => {
    added[first]! += SEPARATOR_BYTES + bytes;
    added[last + 1]! -= SEPARATOR_BYTES + bytes;
  };
  for (const cue of cues) add(findSegments(cue, starts), measureWebvttCue(cue));
  for (const { type, text, before } of blocks) {
    const next = cues[before];
    const segments = next ? findSegments(next, starts) : [count - 1, count - 1] as const;
    add(type === "note" ? segments : [0, count - 1], countBytes(text));
  }
  let bytes = countBytes(`WEBVTT${formatSegmentHeader(header, format)}`) + END_BYTES;
  return Array.from(starts, (_, i) => ({
    bytes: bytes += added[i]!,
    seconds: (times[i + 1]! - times[i]!) / timescale,
  }));
}

/** Returns the first and the last segment that shows the cue. */
function findSegments({ start, end }: Cue, starts: Float64Array): [first: number, last: number] {
  const first = Math.max(0, binarySearchLessOrEqual(starts, start));
  const last = binarySearchLessOrEqual(starts, end);
  return [first, Math.max(first, starts[last] === end ? last - 1 : last)];
}

function countBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
