/** A text as a piece: a file of its own, or a track of an MP4. */

import { findSubtitleCodec } from "../codecs/mod.ts";
import type { DecodedSubtitles } from "../codecs/subtitle_codec.ts";
import { MediaError } from "../errors.ts";
import { hasIso6391Code } from "../language.ts";
import { toPrintable } from "../mp4/box.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import type { Role } from "../package/role.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import { MAX_TEXT_SIZE } from "../subtitles/charset.ts";
import { getCuesEnd } from "../subtitles/cue.ts";
import { readSubtitleFile } from "../subtitles/subtitle_file.ts";
import type { Tx3gGeometry } from "../subtitles/tx3g.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";
import { applyEditList } from "./edit_list.ts";
import type { EditWindow } from "./edit_list.ts";
import type { TrackOptions } from "./track_options.ts";
import { readSubtitleSamples } from "./subtitle_samples.ts";
import { getFileLabel, getFileRole } from "./track_metadata.ts";

export interface SubtitleInput {
  readonly type: "text";
  readonly options: TrackOptions;
  /** What the file itself says of its language: BCP 47, "" where it says none. */
  readonly fileLanguage: string;
  /** What the file itself calls it and says that it is for. */
  readonly fileLabel?: string | undefined;
  readonly fileRole?: Role | undefined;
  /** What it is, as people call it. */
  readonly format: string;
  readonly webvttBytes: Uint8Array;
  readonly webvtt: Webvtt;
  /** Where the last cue ends, in milliseconds. */
  readonly end: number;
  /** Undefined for a file of its own. */
  readonly track?: Track | undefined;
  /** TTML in MP4 that may go out as it is. */
  readonly stpp?: StppInput | undefined;
  readonly warnings: readonly string[];
}

export interface StppInput {
  /** RFC 6381: `stpp.ttml.im1t`. */
  readonly codec: string;
  /** It shows pictures, and no text. */
  readonly onlyImages: boolean;
  readonly source: Source;
  readonly track: Track;
  readonly edit: EditWindow;
}

/** `sub.fr.vtt` and `sub.pt-BR.srt` say their language; "" for a name that says none. */
export function getLanguageFromFileName(file: string): string {
  const tag = /\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.[^.]*$/.exec(file)?.[1] ?? "";
  return hasIso6391Code(tag) ? tag : "";
}

/** @throws MediaError when the file is too large for a text, or has none of its forms */
export async function readSubtitleInput(
  wishes: TrackOptions,
  source: Source,
): Promise<SubtitleInput> {
  if (source.size > MAX_TEXT_SIZE) {
    throw new MediaError(`Cannot read a text of ${source.size} bytes: ${MAX_TEXT_SIZE} at most`);
  }
  const { file } = wishes;
  const named = getLanguageFromFileName(file);
  const content = await readBytes(source, 0, source.size);
  const language = wishes.language ?? named;
  const { format, webvtt, bytes, warnings, ...own } = readSubtitleFile(content, {
    name: file,
    language,
  });
  return {
    type: "text",
    options: wishes,
    fileLanguage: named || own.language,
    fileRole: own.forced ? "forced" : undefined,
    format: format,
    webvttBytes: bytes,
    webvtt: webvtt,
    end: getCuesEnd(webvtt.cues),
    warnings: warnings.map((warning) => `${file}: ${warning}`),
  };
}

/**
 * A track of text as a piece; where AMS cannot play it, why, as the rest of a sentence; nothing for chapters, which are no
 * subtitles.
 *
 * @throws MediaError when it is broken
 */
export async function readSubtitleTrack(
  wishes: TrackOptions,
  { source, movie, track }: { source: Source; movie: Movie; track: Track },
): Promise<SubtitleInput | string | undefined> {
  if (movie.tracks.some(({ chapters = [] }) => chapters.includes(track.id))) return undefined;
  if (track.samples.count === 0) return "it holds no sample";
  const entry = track.entries[track.samples.description(0)];
  if (!entry) return "it has no sample entry";
  const codec = findSubtitleCodec(entry);
  if (!codec) return `AMS does not know its codec "${toPrintable(entry.type)}"`;
  const refused = codec.findUnsupported?.(entry);
  if (refused) return refused;
  const edit = applyEditList(track, movie.timescale);
  const samples = (await readSubtitleSamples(source, track, edit))
    .filter((sample) => codec.entries.includes(sample.entry.type));
  const read = codec.decode(entry, samples, placeOf(movie, track));
  const stpp = stppOf(read, { source, track, edit });
  if (read.hasImages && !stpp && read.webvtt.cues.length === 0) return "it holds pictures alone";
  return {
    type: "text",
    options: wishes,
    fileLanguage: track.language === "und" && hasIso6391Code(read.language)
      ? read.language
      : track.language,
    fileLabel: getFileLabel(track),
    fileRole: read.forced ? "forced" : getFileRole(track),
    format: `track ${track.id}: text ${codec.name}`,
    webvttBytes: new TextEncoder().encode(formatWebvtt(read.webvtt)),
    webvtt: read.webvtt,
    end: getCuesEnd(read.webvtt.cues),
    track,
    stpp,
    warnings: warningsOf(read, edit, stpp).map((warning) =>
      `${wishes.file}: track ${track.id}: ${warning}`
    ),
  };
}

/** The picture below a text is that of the first track that has one. */
function placeOf({ tracks }: Movie, { geometry = NOWHERE }: Track): Tx3gGeometry {
  const pictures = tracks.filter(({ handler }) => handler === "vide");
  const picture = pictures.find(({ geometry = NOWHERE }) => geometry.width > 0)?.geometry;
  return { track: geometry, video: picture ?? geometry };
}

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };

/** Its documents say times of the track, so these must be those of the presentation. */
function stppOf(
  { codec, hasImages = false, webvtt }: DecodedSubtitles,
  { source, track, edit }: { source: Source; track: Track; edit: EditWindow },
): StppInput | undefined {
  const isPlain = track.entries.every(({ type }) => type === "stpp");
  if (!codec || !isPlain || edit.start !== edit.delay) return undefined;
  return { codec, onlyImages: hasImages && webvtt.cues.length === 0, source, track, edit };
}

function warningsOf(
  { webvtt, codec, hasImages = false }: DecodedSubtitles,
  edit: EditWindow,
  stpp: StppInput | undefined,
): string[] {
  const moved = "its times are not those of its documents, so it goes out as WebVTT alone";
  return [
    ...edit.warning ? [edit.warning] : [],
    ...webvtt.warnings,
    ...webvtt.cues.length === 0 && !hasImages ? ["it holds no cue"] : [],
    ...codec && !stpp ? [moved] : [],
  ];
}
