/** What a presentation is made of before it is cut: tracks and texts, each with what the operator said of it. */

import { getInitEntryType } from "../codecs/codec.ts";
import type { Codec, Description } from "../codecs/codec.ts";
import { findCodec } from "../codecs/mod.ts";
import type { Movie, Track } from "../mp4/movie.ts";
import { toPrintable } from "../mp4/box.ts";
import { readBytes } from "../storage/source.ts";
import type { Source } from "../storage/source.ts";
import type { TrackIndex } from "../package/track_index.ts";
import { applyEditList } from "./edit_list.ts";
import type { EditWindow } from "./edit_list.ts";
import { readSubtitleTrack } from "./subtitle_input.ts";
import type { SubtitleInput } from "./subtitle_input.ts";
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
  /** What the package says of its tables, where they are these. */
  readonly index?: TrackIndex;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

/** Bytes of a track's first sample that a codec may look at. */
const SAMPLE_PEEK = 4096;

/** Handlers of tracks that a viewer sees or hears; others (hints, time codes) are passed over without a word. */
const VIEWED = new Set(["vide", "soun", "pict"]);
const TEXTS = new Set(["text", "sbtl", "subt", "subp", "clcp"]);

/** A track as a piece, whatever it holds: see `readMediaTrack` and `readSubtitleTrack`. */
export async function readTrack(
  wishes: TrackOptions,
  from: { source: Source; movie: Movie; track: Track },
): Promise<TrackInput | string | undefined> {
  return await (isSubtitleTrack(from.track) ? readSubtitleTrack : readMediaTrack)(wishes, from);
}

export function isSubtitleTrack({ handler }: Track): boolean {
  return TEXTS.has(handler);
}

/**
 * A track of pictures or sound as a piece; where AMS cannot play it, why, as the rest of a sentence; nothing where nobody would miss it.
 *
 * @throws MediaError when its configuration is broken
 */
export async function readMediaTrack(
  wishes: TrackOptions,
  { source, movie, track }: { source: Source; movie: Movie; track: Track },
): Promise<MediaInput | string | undefined> {
  if (!VIEWED.has(track.handler)) return undefined;
  if (track.samples.count === 0) return "it holds no sample";
  const entry = track.entries[track.samples.description(0)];
  if (!entry) return "it has no sample entry";
  const codec = findCodec(entry);
  if (!codec) return `AMS does not know its codec "${toPrintable(entry.type)}"`;
  const edit = applyEditList(track, movie.timescale);
  const peek = codec.needsSample?.(entry) ? await readFirstBytes(source, track, 0) : undefined;
  const description = codec.describe(entry, peek);
  for (const other of track.entries) getInitEntryType(codec, other); // an init has them all: they must be readable
  const { type } = description;
  const warnings = edit.warning ? [`${wishes.file}: track ${track.id}: ${edit.warning}`] : [];
  return { type, options: wishes, source, track, codec, description, edit, warnings };
}

/** The first bytes of a sample: what a codec or a look for open GOPs needs of the media itself. */
export async function readFirstBytes(
  source: Source,
  track: Track,
  index: number,
): Promise<Uint8Array> {
  const { offsets, sizes } = track.samples.readSamplesUncached(index, index + 1);
  return await readBytes(source, offsets[0]!, Math.min(SAMPLE_PEEK, sizes[0]!));
}
