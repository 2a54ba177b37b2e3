import { findSubtitleCodec } from "../codecs/mod.ts";
import { describeUnsupportedCodec } from "../codecs/unsupported_codec.ts";
import type { DecodedSubtitles } from "../codecs/subtitle_codec.ts";
import { parseLanguage } from "../language.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import type { Source } from "../storage/source.ts";
import { getCuesEnd } from "../subtitles/cue.ts";
import type { Tx3gGeometry } from "../subtitles/tx3g.ts";
import { formatWebvtt } from "../subtitles/webvtt.ts";
import { isChapterTrack } from "./chapters.ts";
import { type EditWindow, readEditList } from "./edit_list.ts";
import type { StppInput, SubtitleInput } from "./subtitle_input.ts";
import { readSubtitleSamples } from "./subtitle_samples.ts";
import { getFileLabel, getFileRole } from "./track_metadata.ts";
import type { TrackOptions } from "./track_options.ts";

/**
 * Reads a subtitle track. Returns the reason, as the end of a sentence, if it is not supported; undefined for chapters.
 *
 * @throws MediaError if the track is broken
 */
export async function readSubtitleTrack(
  options: TrackOptions,
  { source, movie, track }: { source: Source; movie: Movie; track: Track },
): Promise<SubtitleInput | string | undefined> {
  if (isChapterTrack(movie, track)) return undefined;
  if (track.samples.count === 0) return "it contains no sample";
  const entry = track.entries[track.samples.description(0)];
  if (!entry) return "it has no sample entry";
  const codec = findSubtitleCodec(entry);
  if (!codec) return describeUnsupportedCodec(entry);
  const unsupported = codec.findUnsupported?.(entry);
  if (unsupported) return unsupported;
  const edits = readEditList(track, movie.timescale);
  const samples = (await readSubtitleSamples(source, track, edits))
    .filter((sample) => codec.entries.includes(sample.entry.type));
  const decoded = codec.decode(entry, samples, getGeometry(movie, track));
  const stpp = toStppInput(decoded, { source, track, edits });
  if (decoded.hasImages && !stpp && decoded.webvtt.cues.length === 0) {
    return "it contains images only";
  }
  return {
    type: "text",
    options,
    fileLanguage: track.language === "und"
      ? parseLanguage(decoded.language) ?? "und"
      : track.language,
    fileLabel: getFileLabel(track),
    fileRole: decoded.forced ? "forced" : getFileRole(track),
    format: `track ${track.id}: text ${codec.name}`,
    webvttBytes: new TextEncoder().encode(formatWebvtt(decoded.webvtt)),
    webvtt: decoded.webvtt,
    end: getCuesEnd(decoded.webvtt.cues),
    track,
    stpp,
    warnings: getWarnings(decoded, edits, stpp).map((warning) =>
      `${options.file}: track ${track.id}: ${warning}`
    ),
  };
}

/** Subtitles are positioned on the first video track with a size. */
function getGeometry({ tracks }: Movie, { geometry = NO_GEOMETRY }: Track): Tx3gGeometry {
  const videos = tracks.filter(({ handler }) => handler === "vide");
  const video = videos.find(({ geometry = NO_GEOMETRY }) => geometry.width > 0);
  return { track: geometry, video: video?.geometry ?? geometry };
}

const NO_GEOMETRY = { x: 0, y: 0, width: 0, height: 0 };

/** TTML documents contain times of the track, which the edit list must not change. */
function toStppInput(
  { codec, hasImages = false, webvtt }: DecodedSubtitles,
  { source, track, edits }: { source: Source; track: Track; edits: readonly EditWindow[] },
): StppInput | undefined {
  const isStpp = track.entries.every(({ type }) => type === "stpp");
  const [edit] = edits as [EditWindow];
  if (!codec || !isStpp || edits.length > 1 || edit.start !== edit.delay) return undefined;
  return { codec, onlyImages: hasImages && webvtt.cues.length === 0, source, track, edit };
}

function getWarnings(
  { webvtt, codec, hasImages = false }: DecodedSubtitles,
  [edit]: readonly EditWindow[],
  stpp: StppInput | undefined,
): string[] {
  const moved = "its edit list changes the times in its documents, so it is served as WebVTT only";
  return [
    ...edit?.warning ? [edit.warning] : [],
    ...webvtt.warnings,
    ...webvtt.cues.length === 0 && !hasImages ? ["it contains no cue"] : [],
    ...codec && !stpp ? [moved] : [],
  ];
}
