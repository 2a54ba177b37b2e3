/** The samples of a segment of cues as WebVTT in MP4. */

import { MediaError } from "../errors.ts";
import type { Cue } from "../text/cue.ts";
import { wvttSamples } from "../text/wvtt_samples.ts";
import type { WvttSamples } from "../text/wvtt_samples.ts";
import type { TextRendition } from "./presentation.ts";

/**
 * @param index of the segment between the boundaries of `rendition`
 * @param cues all, or those alone that are shown in the segment
 * @throws MediaError, which names the file, when so many are shown at once that samples grow beyond reason
 */
export function wvttSegmentSamples(
  { text, times, timescale, file }: TextRendition,
  index: number,
  cues: readonly Cue[] = text.cues,
): WvttSamples {
  try {
    return wvttSamples(cues, { start: times[index]!, end: times[index + 1]!, timescale });
  } catch (error) {
    throw error instanceof MediaError ? error.of(file) : error;
  }
}
