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

/**
 * Computes the peak bandwidth in bit/s. A segment with the same cues throughout as the one before it has the same size, and is
 * not built.
 *
 * @throws MediaError if the cues exceed `MAX_CHARACTERS`, and as `buildWvttRun()`
 */
export function computeWvttBandwidth(
  rendition: SubtitleRendition,
  { targetDuration }: Presentation,
): number {
  const { times, timescale } = rendition;
  checkSize(rendition);
  let last: Measured | undefined;
  const segments = groupCuesBySegment(rendition).map((cues, i) => {
    const span = { start: times[i]!, end: times[i + 1]!, timescale };
    const isConstant = cues.every((cue) => spansSegment(cue, span));
    if (!last || !isConstant || !hasSameCues(last.cues, cues)) {
      const { run, bytes } = buildWvttRun(rendition, i, cues);
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

function checkSize({ webvtt: { cues }, times, timescale, file }: SubtitleRendition): void {
  const duration = times.at(-1)! / timescale * 1000;
  const mean = duration / (times.length - 1);
  const characters = cues.reduce((sum, { start, end, id, settings, text }) => {
    const shown = Math.max(0, Math.min(end, duration) - start);
    const length = BOX_CHARACTERS + id.length + settings.length + text.length;
    return sum + (1 + shown / mean) * length;
  }, 0);
  if (characters <= MAX_CHARACTERS) return;
  const message = "Cannot write wvtt: its cues are shown in too many segments";
  throw new MediaError(message, "MEDIA_UNSUPPORTED").inFile(file);
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
