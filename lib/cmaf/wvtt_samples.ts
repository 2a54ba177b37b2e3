import { MediaError } from "../errors.ts";
import type { FragmentRun } from "../mp4/moof.ts";
import { SYNC_FLAGS } from "../mp4/samples/sample_table.ts";
import type { Cue } from "../subtitles/cue.ts";
import { buildWvttSamples } from "../subtitles/wvtt_samples.ts";
import type { WvttSamples } from "../subtitles/wvtt_samples.ts";
import type { SubtitleRendition } from "../presentation/presentation.ts";

export interface WvttRun {
  readonly run: FragmentRun;
  /** All samples, contiguous. */
  readonly bytes: Uint8Array;
}

/**
 * Builds the samples of a segment.
 *
 * @param cues all cues, or only those that the segment shows
 * @throws MediaError, with the file name, if too many cues are shown at once
 */
export function buildWvttRun(
  rendition: SubtitleRendition,
  index: number,
  cues: readonly Cue[] = rendition.webvtt.cues,
): WvttRun {
  const { durations, sizes, bytes } = buildSamples(rendition, index, cues);
  const run: FragmentRun = {
    descriptionIndex: 1,
    time: rendition.times[index]!,
    sizes,
    durations,
    compositionOffsets: new Uint32Array(sizes.length),
    flags: new Uint32Array(sizes.length).fill(SYNC_FLAGS),
  };
  return { run, bytes };
}

function buildSamples(
  { times, timescale, file }: SubtitleRendition,
  index: number,
  cues: readonly Cue[],
): WvttSamples {
  try {
    return buildWvttSamples(cues, { start: times[index]!, end: times[index + 1]!, timescale });
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}
