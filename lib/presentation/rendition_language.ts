/** The language of a rendition. */

import { toBcp47, toIso6392 } from "../language.ts";
import type { TrackInput } from "../input/track_input.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";

/** Language of a track for which neither the operator nor the file declares one. */
const DEFAULT_LANGUAGE = "eng";

/**
 * Returns the BCP 47 tag of the operator's language, else of the file's. A more specific tag of the file is preserved: `pt-BR` in
 * the file and `por` in the package give `pt-BR`.
 */
export function getLanguage(input: TrackInput | SegmentedTrack | SegmentedSubtitles): string {
  const own = input.type === "text" ? input.fileLanguage : input.track.language;
  const code = input.options.language ?? (own === "und" || own === "" ? DEFAULT_LANGUAGE : own);
  return toIso6392(own) === toIso6392(code) ? toBcp47(own) : toBcp47(code);
}
