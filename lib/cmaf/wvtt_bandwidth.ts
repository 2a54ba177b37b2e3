/** How many bits a second cues take as WebVTT in MP4. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import { MediaError } from "../errors.ts";
import { getMdatHeaderSize, getMoofSize } from "../mp4/fragment.ts";
import type { Cue } from "../subtitles/cue.ts";
import type { WvttSpan } from "../subtitles/wvtt_samples.ts";
import { computePeakBandwidth } from "../presentation/bandwidth.ts";
import type { Presentation, SubtitleRendition } from "../presentation/presentation.ts";
import { STYP_SIZE } from "../presentation/segment_bytes.ts";
import { buildWvttRun } from "./wvtt_samples.ts";

/** More text than this, counted again in each segment that shows it, is in no real title. In characters. */
const MOST = 2 ** 27;

/**
 * The peak, in bit/s, as of media.
 *
 * @throws MediaError when cues are shown in so many segments, or so many at once, that they can't be written
 */
export function computeWvttBandwidth(
  rendition: SubtitleRendition,
  { targetDuration }: Presentation,
): number {
  const { times, timescale } = rendition;
  checkAmount(rendition);
  let last: Measured | undefined;
  const segments = cuesBySegment(rendition).map((cues, i) => {
    const span = { start: times[i]!, end: times[i + 1]!, timescale };
    const still = cues.every((cue) => isThroughout(cue, span));
    if (!last || !still || !sameCues(last.cues, cues)) {
      const { run, bytes } = buildWvttRun(rendition, i, cues);
      const head = STYP_SIZE + getMoofSize([run]) + getMdatHeaderSize(bytes.length);
      last = { cues: still ? cues : undefined, bytes: head + bytes.length };
    }
    return { bytes: last.bytes, seconds: (span.end - span.start) / timescale };
  });
  return computePeakBandwidth(segments, targetDuration);
}

/** A segment, and the cues that it shows from its start to its end; undefined where one comes or goes within. */
interface Measured {
  readonly cues: readonly Cue[] | undefined;
  readonly bytes: number;
}

function isThroughout({ start, end }: Cue, span: WvttSpan): boolean {
  const toMilliseconds = 1000 / span.timescale;
  return start <= span.start * toMilliseconds && end >= span.end * toMilliseconds;
}

function sameCues(a: readonly Cue[] | undefined, b: readonly Cue[]): boolean {
  return a?.length === b.length && b.every((cue, i) => cue === a[i]);
}

function checkAmount({ webvtt: { cues }, times, timescale, file }: SubtitleRendition): void {
  const duration = times.at(-1)! / timescale * 1000;
  const mean = duration / (times.length - 1);
  const amount = cues.reduce((sum, { start, end, text }) => {
    const shown = Math.max(0, Math.min(end, duration) - start);
    return sum + (1 + shown / mean) * text.length;
  }, 0);
  if (amount <= MOST) return;
  const why = "Cannot write wvtt: its cues are shown in too many segments";
  throw new MediaError(why, "MEDIA_UNSUPPORTED").inFile(file);
}

/** The cues that each segment shows: so each is looked at where it is, and nowhere else. */
function cuesBySegment({ webvtt, times, timescale }: SubtitleRendition): Cue[][] {
  const segments = Array.from({ length: times.length - 1 }, (): Cue[] => []);
  for (const cue of webvtt.cues) {
    const start = cue.start * timescale / 1000;
    for (
      let i = Math.max(0, binarySearchLessOrEqual(times, start));
      i < segments.length;
      i++
    ) {
      if (times[i]! * 1000 / timescale > cue.end) break;
      segments[i]!.push(cue);
    }
  }
  return segments;
}
