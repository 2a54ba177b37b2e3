import { parseFileName } from "../input/file_name.ts";
import type { TrackInput } from "../input/track_input.ts";
import { parseLanguage, toBcp47, toIso6392 } from "../language.ts";
import type { SegmentedTrack } from "./segmenter.ts";
import type { SegmentedSubtitles } from "./subtitle_segmenter.ts";

type Input = TrackInput | SegmentedTrack | SegmentedSubtitles;

const UNDETERMINED = "und";

const REMEDY = "name it with amspackager -l, such as -l fr";

/** Returns the operator's language, else the file's, else that of its name, else `und`, as BCP 47. */
export function getLanguage(input: Input): string {
  return findLanguage(input) ?? UNDETERMINED;
}

/**
 * Returns a warning if neither the operator nor the file declares the language of audio or subtitles.
 *
 * @param remedy what the operator can do
 */
export function warnUnknownLanguage(input: Input, remedy = REMEDY): string[] {
  const { type, options: { file }, track } = input;
  const isLocalized = type === "audio" || type === "text";
  if (!isLocalized || findLanguage(input) !== undefined) return [];
  const kind = type === "text" ? "subtitle" : type;
  return [
    track
      ? `${file}: the language of ${kind} track ${track.id} is unknown; ${remedy}`
      : `${file}: the language of the subtitles is unknown; ${remedy}, or in the name of the file, such as film.fr.vtt`,
  ];
}

function findLanguage(input: Input): string | undefined {
  const own = findFileLanguage(input);
  const { language, file } = input.options;
  if (language === undefined) return own ?? (parseFileName(file).language || undefined);
  const isSame = own !== undefined && toIso6392(own) === toIso6392(language);
  return isSame && isIso6392(language) ? own : toBcp47(language);
}

/** Three letters have no region or script, so those of the file remain. */
function isIso6392(language: string): boolean {
  return /^[a-z]{3}$/.test(language) && language !== UNDETERMINED;
}

function findFileLanguage(input: Input): string | undefined {
  const tag = parseLanguage(input.type === "text" ? input.fileLanguage : input.track.language);
  return tag === UNDETERMINED ? undefined : tag;
}
