import { toBcp47, toIso6392 } from "../language.ts";
import type { TrackInput } from "../input/track_input.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";

const DEFAULT_LANGUAGE = "eng";

/** Returns the operator's language, else the file's, as BCP 47. A tag of the file that is more specific takes precedence. */
export function getLanguage(input: TrackInput | SegmentedTrack | SegmentedSubtitles): string {
  const own = input.type === "text" ? input.fileLanguage : input.track.language;
  const code = input.options.language ?? (own === "und" || own === "" ? DEFAULT_LANGUAGE : own);
  return toIso6392(own) === toIso6392(code) ? toBcp47(own) : toBcp47(code);
}
