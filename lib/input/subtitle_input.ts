import { MediaError } from "../errors.ts";
import { hasIso6391Code } from "../language.ts";
import type { Track } from "../mp4/movie.ts";
import type { Role } from "../package/role.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { MAX_TEXT_SIZE } from "../subtitles/charset.ts";
import { getCuesEnd } from "../subtitles/cue.ts";
import { readSubtitleFile } from "../subtitles/subtitle_file.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import type { EditWindow } from "./edit_list.ts";
import type { TrackOptions } from "./track_options.ts";

export interface SubtitleInput {
  readonly type: "text";
  readonly options: TrackOptions;
  /** BCP 47, from the content or the name of the file, or "". */
  readonly fileLanguage: string;
  readonly fileLabel?: string | undefined;
  readonly fileRole?: Role | undefined;
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

/** Returns `fr` for `sub.fr.vtt`, `pt-BR` for `sub.pt-BR.srt`; "" without a language tag. */
export function getLanguageFromFileName(file: string): string {
  const tag = /\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[^.]*$/.exec(file)?.[1] ?? "";
  return hasIso6391Code(tag) ? tag : "";
}

/**
 * Reads a subtitle file.
 *
 * @throws MediaError if the file exceeds `MAX_TEXT_SIZE` or is in none of the supported formats
 */
export async function readSubtitleInput(
  options: TrackOptions,
  source: Source,
): Promise<SubtitleInput> {
  if (source.size > MAX_TEXT_SIZE) {
    throw new MediaError(
      `Cannot read subtitles of ${source.size} bytes, expected at most ${MAX_TEXT_SIZE}`,
    );
  }
  const { file } = options;
  const nameLanguage = getLanguageFromFileName(file);
  const content = await readBytes(source, 0, source.size);
  const language = options.language ?? nameLanguage;
  const { format, webvtt, bytes, warnings, ...own } = readSubtitleFile(content, {
    name: file,
    language,
  });
  return {
    type: "text",
    options,
    fileLanguage: nameLanguage || own.language,
    fileRole: own.forced ? "forced" : undefined,
    format,
    webvttBytes: bytes,
    webvtt,
    end: getCuesEnd(webvtt.cues),
    warnings: warnings.map((warning) => `${file}: ${warning}`),
  };
}
