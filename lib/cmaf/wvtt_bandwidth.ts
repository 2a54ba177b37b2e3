import { binarySearchLessOrEqual } from "../binary_search.ts";
import { MediaError } from "../errors.ts";
import type { Cue } from "../subtitles/cue.ts";
import type { WvttSpan } from "../subtitles/wvtt_samples.ts";
import { computePeakBandwidth } from "../presentation/bandwidth.ts";
import type { Presentation, SubtitleRendition } from "../presentation/presentation.ts";
import { computeHeaderSize } from "./fragment_writer.ts";
import { buildWvttRun } from "./wvtt_samples.ts";

/** Sum over all segments; a cue counts in each segment that shows it, with its boxes. */
const MAX_CHARACTERS = 2 ** 27;

const BOX_CHARACTERS = 16;

/** A sample repeats all cues that it shows, so that segments of overlapping cues grow with the square of these. */
const MAX_REPETITIONS = 32;

/** Few cues may be repeated more often. */
const INITIAL_BYTES = 2 ** 20;

/**
 * Computes the peak bandwidth in bit/s. A segment with the same cues throughout as the one before it has the same size, and is
 * not built.
 *
 * @throws MediaError if the cues exceed `MAX_CHARACTERS` or `MAX_REPETITIONS`, and as `buildWvttRun()`
 */
export function computeWvttBandwidth(
  rendition: SubtitleRendition,
  { targetDuration }: Presentation,
): number {
  const { times, timescale } = rendition;
  checkSize(rendition);
  let left = INITIAL_BYTES + MAX_REPETITIONS * sum(rendition.webvtt.cues.map(measureCue));
  let last: Measured | undefined;
  const segments = groupCuesBySegment(rendition).map((cues, i) => {
    const span = { start: times[i]!, end: times[i + 1]!, timescale };
    const isConstant = cues.every((cue) => spansSegment(cue, span));
    if (!last || !isConstant || !hasSameCues(last.cues, cues)) {
      const { run, bytes } = buildWvttRun(rendition, i, cues);
      left -= bytes.length;
      if (left < 0) throw createSizeError(rendition, "shown in too many samples");
      last = {
        cues: isConstant ? cues : undefined,
        bytes: computeHeaderSize([run]) + bytes.length,
      };
    }
    return { bytes: last.bytes, seconds: (span.end - span.start) / timescale };
  });
  return computePeakBandwidth(segments, targetDuration);
}

/** The last segment that was built. `cues` is undefined if one starts or ends within it. */
interface Measured {
  readonly cues: readonly Cue[] | undefined;
  readonly bytes: number;
}

function spansSegment({ start, end }: Cue, span: WvttSpan): boolean {
  const toMilliseconds = 1000 / span.timescale;
  return start <= span.start * toMilliseconds && end >= span.end * toMilliseconds;
}

function hasSameCues(a: readonly Cue[] | undefined, b: readonly Cue[]): boolean {
  return a?.length === b.length && b.every((cue, i) => cue === a[i]);
}

function checkSize(rendition: SubtitleRendition): void {
  const { webvtt: { cues }, times, timescale } = rendition;
  const duration = times.at(-1)! / timescale * 1000;
  const mean = duration / (times.length - 1);
  const characters = sum(cues.map((cue) => {
    const shown = Math.max(0, Math.min(cue.end, duration) - cue.start);
    return (1 + shown / mean) * measureCue(cue);
  }));
  if (characters > MAX_CHARACTERS) throw createSizeError(rendition, "shown in too many segments");
}

function createSizeError({ file }: SubtitleRendition, why: string): MediaError {
  const message = `Cannot write wvtt: its cues are ${why}`;
  return new MediaError(message, "MEDIA_UNSUPPORTED").inFile(file);
}

function measureCue({ id, settings, text }: Cue): number {
  return BOX_CHARACTERS + id.length + settings.length + text.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function groupCuesBySegment({ webvtt, times, timescale }: SubtitleRendition): Cue[][] {
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
