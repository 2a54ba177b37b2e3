/** Input tracks: what a presentation is built from, before segmentation. */

import type { Codec, Description } from "../codecs/codec.ts";
import { readDolbyVision } from "../codecs/dolby_vision/configuration.ts";
import { buildInitEntry } from "../codecs/init_entry.ts";
import { findCodec } from "../codecs/mod.ts";
import { describeUnsupportedCodec } from "../codecs/unsupported_codec.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import { withPages } from "../mp4/samples/pages.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import type { TrackIndex } from "../package/track_index.ts";
import { isChapterTrack } from "./chapters.ts";
import { type EditWindow, readEditList } from "./edit_list.ts";
import { findEditRange } from "./edit_range.ts";
import { type EditedTrack, joinEdits } from "./edited_track.ts";
import { withPreRoll } from "./pre_roll.ts";
import { withTrackAspect } from "./pixel_aspect.ts";
import { describeTooMany } from "./sample_limit.ts";
import { isFileDefault } from "./track_metadata.ts";
import type { SubtitleInput } from "./subtitle_input.ts";
import { correctSyncSamples } from "./sync_samples.ts";
import { readSubtitleTrack } from "./subtitle_track.ts";
import type { TrackOptions } from "./track_options.ts";

export type TrackInput = MediaInput | SubtitleInput;

export interface MediaInput {
  readonly type: "video" | "audio" | "image";
  readonly options: TrackOptions;
  readonly source: Source;
  readonly track: Track;
  readonly codec: Codec;
  readonly description: Description;
  readonly edit: EditWindow;
  /** True for the audio that the file presents by default. */
  readonly isFileDefault?: boolean;
  /** True if another track refers to it as its chapters. */
  readonly isChapters?: boolean;
  /** From the package, if it was made from these sample tables. */
  readonly index?: TrackIndex;
  readonly warnings: readonly string[];
}

const MAX_PROBE_SIZE = 4096;

/** Tracks with other handlers (hints, time codes) are ignored without a warning. */
const MEDIA_HANDLERS = new Set(["vide", "soun", "pict"]);
const SUBTITLE_HANDLERS = new Set(["text", "sbtl", "subt", "subp", "clcp"]);

/** Reads a track of any type: see `readMediaTrack()` and `readSubtitleTrack()`. */
export async function readTrack(
  options: TrackOptions,
  from: { source: Source; movie: Movie; track: Track },
): Promise<TrackInput | string | undefined> {
  return await (isSubtitleTrack(from.track) ? readSubtitleTrack : readMediaTrack)(options, from);
}

export function isSubtitleTrack({ handler }: Track): boolean {
  return SUBTITLE_HANDLERS.has(handler);
}

/**
 * Reads a track. Returns the reason, as the end of a sentence, if it is not supported; undefined for other handlers.
 *
 * @throws MediaError if its codec configuration is broken
 */
export async function readMediaTrack(
  options: TrackOptions,
  { source, movie, track }: { source: Source; movie: Movie; track: Track },
): Promise<MediaInput | string | undefined> {
  if (!MEDIA_HANDLERS.has(track.handler)) return undefined;
  if (track.samples.count === 0) return "it contains no sample";
  const entry = track.entries[track.samples.description(0)];
  if (!entry) return "it has no sample entry";
  const codec = findCodec(entry);
  if (!codec) return describeUnsupportedCodec(entry);
  const excess = await describeTooMany(track, codec);
  if (excess) return excess;
  if (readDolbyVision(entry)?.hasBaseLayer === false) {
    return "it contains only the enhancement layer of Dolby Vision";
  }
  const edits = readEditList(track, movie.timescale);
  const first = await describeSample(source, track, { codec, entry, index: 0 });
  const { type } = first;
  const corrected = await correctSyncSamples(track, codec, source);
  const joined = await joinEdits(await withPreRoll(corrected.track, codec), edits, {
    type,
    movieTimescale: movie.timescale,
  });
  const description = await describePresented(source, joined, { codec, own: entry, type }) ?? first;
  for (const other of track.entries) buildInitEntry({ codec, description }, other); // throws: an init segment contains all of them
  const warnings = [joined.edit.warning, corrected.warning].filter(Boolean).map((sentence) =>
    `${options.file}: track ${track.id}: ${sentence}`
  );
  const isChapters = isChapterTrack(movie, track);
  return {
    type,
    options,
    source,
    track: withEqualSizes(joined.track, codec),
    codec,
    description,
    edit: joined.edit,
    isChapters,
    isFileDefault: isFileDefault(movie, track),
    warnings,
  };
}

function withEqualSizes(track: Track, { hasFrameSamples }: Codec): Track {
  const hasEqualSizes = hasFrameSamples && track.samples.sampleSize !== undefined;
  return hasEqualSizes ? { ...track, hasEqualSizes } : track;
}

async function describeSample(
  source: Source,
  track: Track,
  { codec, entry, index }: { codec: Codec; entry: SampleEntry; index: number },
): Promise<Description> {
  const probe = codec.needsSample?.(entry) ? await readFirstBytes(source, track, index) : undefined;
  return withTrackAspect(codec.describe(entry, probe), track, entry);
}

/** Describes the first sample that an edit list leaves, if it has another sample entry than that of the file. */
async function describePresented(
  source: Source,
  { track, edit }: EditedTrack,
  { codec, own, type }: { codec: Codec; own: SampleEntry; type: Description["type"] },
): Promise<Description | undefined> {
  if (track.entries.length === 1) return undefined;
  const [index, entry] = await withPages(() => {
    const { first, end } = findEditRange(track, edit, type);
    return [first, first < end ? track.entries[track.samples.description(first)] : undefined];
  });
  if (!entry || entry === own || findCodec(entry) !== codec) return undefined;
  const description = await describeSample(source, track, { codec, entry, index });
  return description.type === type ? description : undefined;
}

export async function readFirstBytes(
  source: Source,
  track: Track,
  index: number,
): Promise<Uint8Array> {
  const { offset, size } = await locateFirstBytes(track, index);
  return await readBytes(source, offset, size);
}

/** Returns the bytes that `readFirstBytes()` reads. */
export async function locateFirstBytes(
  track: Track,
  index: number,
): Promise<{ offset: number; size: number }> {
  const { offsets, sizes } = await withPages(() =>
    track.samples.readSamplesUncached(index, index + 1)
  );
  return { offset: offsets[0]!, size: Math.min(MAX_PROBE_SIZE, sizes[0]!) };
}
