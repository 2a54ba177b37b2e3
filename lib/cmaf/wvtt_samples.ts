/** A segment of cues as WebVTT in MP4: its samples, and what its fragment says of them. */

import { MediaError } from "../errors.ts";
import type { FragmentRun } from "../mp4/fragment.ts";
import { SYNC_FLAGS } from "../mp4/samples/sample_table.ts";
import type { Cue } from "../subtitles/cue.ts";
import { buildWvttSamples } from "../subtitles/wvtt_samples.ts";
import type { WvttSamples } from "../subtitles/wvtt_samples.ts";
import type { SubtitleRendition } from "../presentation/presentation.ts";

export interface WvttRun {
  readonly run: FragmentRun;
  /** The samples, one after the other. */
  readonly bytes: Uint8Array;
}

/**
 * @param index of the segment between the boundaries of `rendition`
 * @param cues all, or those alone that are shown in the segment
 * @throws MediaError, which names the file, when so many are shown at once that samples grow beyond reason
 */
export function buildWvttRun(
  rendition: SubtitleRendition,
  index: number,
  cues: readonly Cue[] = rendition.webvtt.cues,
): WvttRun {
  const { durations, sizes, bytes } = samplesOf(rendition, index, cues);
  const run: FragmentRun = {
    description: 1,
    time: rendition.times[index]!,
    sizes,
    durations,
    compositionOffsets: new Uint32Array(sizes.length),
    flags: new Uint32Array(sizes.length).fill(SYNC_FLAGS),
  };
  return { run, bytes };
}

function samplesOf(
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
