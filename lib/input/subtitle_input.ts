import { MediaError } from "../errors.ts";
import { toBcp47 } from "../language.ts";
import type { Track } from "../mp4/movie.ts";
import type { Role } from "../package/role.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { MAX_TEXT_SIZE } from "../subtitles/charset.ts";
import { getCuesEnd } from "../subtitles/cue.ts";
import { readSubtitleFile } from "../subtitles/subtitle_file.ts";
import type { SubtitleFile } from "../subtitles/subtitle_file.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import type { EditWindow } from "./edit_list.ts";
import { type FileNameTags, parseFileName } from "./file_name.ts";
import type { TrackOptions } from "./track_options.ts";

export interface SubtitleInput {
  readonly type: "text";
  readonly options: TrackOptions;
  /** BCP 47, from the content or the name of the file, or "". */
  readonly fileLanguage: string;
  readonly fileLabel?: string | undefined;
  readonly fileRole?: Role | undefined;
  /** True if the name of the file declares it. */
  readonly isFileDefault?: boolean;
  readonly format: string;
  readonly webvttBytes: Uint8Array;
  readonly webvtt: Webvtt;
  /** In milliseconds. */
  readonly end: number;
  /** Undefined for a subtitle file. */
  readonly track?: Track | undefined;
  readonly stpp?: StppInput | undefined;
  readonly warnings: readonly string[];
}

/** A track of TTML documents (ISO/IEC 14496-30 §5) that may be served unchanged. */
export interface StppInput {
  readonly codec: string;
  readonly onlyImages: boolean;
  readonly source: Source;
  readonly track: Track;
  readonly edit: EditWindow;
}

/**
 * Reads a subtitle file: one input, or one for each of its languages if `options` name none. Returns the reason, as the end of a
 * sentence, if it contains no subtitles.
 *
 * @throws MediaError if the file exceeds `MAX_TEXT_SIZE` or is in none of the supported formats
 */
export async function readSubtitleInputs(
  options: TrackOptions,
  source: Source,
): Promise<SubtitleInput[] | string> {
  if (source.size > MAX_TEXT_SIZE) {
    throw new MediaError(
      `Cannot read subtitles of ${source.size} bytes, expected at most ${MAX_TEXT_SIZE}`,
    );
  }
  const name = parseFileName(options.file);
  const content = await readBytes(source, 0, source.size);
  const language = options.language ?? name.language;
  const file = readSubtitleFile(content, { name: options.file, language });
  if (file.isThumbnails) return "its cues are URLs of thumbnails, not subtitles";
  return selectParts(file, options.language).map((part) => {
    const fileLanguage = file.parts.length > 0
      ? part.language || name.language
      : name.language || part.language;
    return toSubtitleInput(part, options, { ...name, language: fileLanguage });
  });
}

/** Returns all cues, with a warning, if the file contains several languages, but not the requested one. */
function selectParts(file: SubtitleFile, language: string | undefined): readonly SubtitleFile[] {
  const { parts, warnings } = file;
  if (parts.length === 0) return [file];
  if (language === undefined) {
    return parts.map((part, i) => i === 0 ? part : { ...part, warnings: [] });
  }
  const tags = parts.map((part) => toBcp47(part.language));
  const index = findLanguage(tags, toBcp47(language));
  if (index >= 0) return [parts[index]!];
  const warning = `contains ${tags.join(", ")}, but not ${toBcp47(language)}, so all are shown ` +
    "at once; name one of them as its language";
  return [{ ...file, warnings: [...warnings, warning] }];
}

/** Prefers the same tag to the same primary language. */
function findLanguage(tags: readonly string[], wanted: string): number {
  const index = tags.indexOf(wanted);
  const primary = (tag: string) => tag.split("-")[0];
  return index >= 0 ? index : tags.findIndex((tag) => primary(tag) === primary(wanted));
}

function toSubtitleInput(
  { format, webvtt, bytes, warnings, forced }: SubtitleFile,
  options: TrackOptions,
  { language, role, isDefault }: FileNameTags,
): SubtitleInput {
  const { file } = options;
  return {
    type: "text",
    options,
    fileLanguage: language,
    fileRole: role ?? (forced ? "forced" : undefined),
    isFileDefault: isDefault,
    format,
    webvttBytes: bytes,
    webvtt,
    end: getCuesEnd(webvtt.cues),
    warnings: warnings.map((warning) => `${file}: ${warning}`),
  };
}
