/** Init segments that encoders push: ftyp and moov. */

import { hash } from "node:crypto";
import { ByteReader } from "../../bytes.ts";
import type { Codec } from "../../codecs/codec.ts";
import { mjpeg } from "../../codecs/mjpeg.ts";
import { findCodec } from "../../codecs/mod.ts";
import { describeUnsupportedCodec } from "../../codecs/unsupported_codec.ts";
import { MediaError } from "../../errors.ts";
import { applyEditList } from "../../input/edit_list.ts";
import { type Moov, readMoov, type Trex } from "../../mp4/moov.ts";
import type { Track } from "../../mp4/movie.ts";
import { readAnnouncedBandwidths } from "./announced_bandwidth.ts";

/** What ffmpeg needs to write fragmented MP4 with exact times (docs/live-encoders.md). */
const FRAGMENTED = "-movflags +frag_keyframe+delay_moov+default_base_moof";

/** By track_ID, such as `video`, `audio`, `video-1`. */
export type TrackNames = ReadonlyMap<number, string>;

export interface LiveInit {
  /** Audio and video tracks by track_ID, in the order of the moov. */
  readonly tracks: ReadonlyMap<number, LiveTrack>;
  /** track_IDs of all tracks, also of those that are left out. */
  readonly trackIds: ReadonlySet<number>;
  readonly trexes: ReadonlyMap<number, Trex>;
  /** Body of the moov, from which `readLiveInit()` restores the init after a restart. */
  readonly moov: Uint8Array;
  /** Equal for init segments that describe the same tracks in the same way. */
  readonly key: string;
  /** What follows the name of the stream in those of renditions, by track_ID; absent: the position in the moov decides. */
  readonly names?: TrackNames;
  /** SMIL of Smooth Streaming ([MS-SSTR] has none; IIS Live Smooth Streaming ingest), with bit rates; "" if absent. */
  readonly liveManifest: string;
  /** Sentences about tracks that are left out. */
  readonly warnings: readonly string[];
}

export interface LiveTrack {
  readonly type: "video" | "audio";
  readonly codec: Codec;
  readonly track: Track;
  /** Bit rate that the encoder announces, in bit/s. */
  readonly bandwidth?: number;
  /** Presentation time of a sample that is composed at 0, through the edit list, in ticks. */
  readonly shift: number;
}

const TYPES: Readonly<Record<string, LiveTrack["type"]>> = { vide: "video", soun: "audio" };

interface InitContext {
  readonly liveManifest?: string;
  readonly names?: TrackNames | undefined;
}

/**
 * Reads the body of a moov.
 *
 * @throws MediaError if a box is invalid, the moov contains samples, or no track is audio or video that AMS supports
 */
export function readLiveInit(
  moovBody: Uint8Array,
  { liveManifest = "", names }: InitContext = {},
): LiveInit {
  const warnings: string[] = [];
  const context = { size: Number.MAX_SAFE_INTEGER, name: "", warnings };
  const moov = readMoov(new ByteReader(moovBody), context);
  const bandwidths = readBandwidths(moov, liveManifest, warnings);
  const tracks = new Map<number, LiveTrack>();
  for (const track of moov.tracks) {
    const live = toLiveTrack(track, moov);
    const bandwidth = bandwidths.get(track.id);
    if (typeof live !== "string") tracks.set(track.id, { ...live, ...bandwidth && { bandwidth } });
    else warnings.push(`Track ${track.id} is left out: ${live}`);
  }
  if (tracks.size === 0) {
    const reason = warnings.join(". ") || "there is no track";
    throw new MediaError(`Cannot find audio or video in moov: ${reason}`, "MEDIA_UNSUPPORTED");
  }
  return {
    tracks,
    trackIds: new Set(moov.tracks.map(({ id }) => id)),
    trexes: moov.trexes,
    moov: moovBody,
    key: buildKey(moov, names),
    ...names && { names },
    liveManifest,
    warnings,
  };
}

/** A moov with a broken announcement can be played. */
function readBandwidths(
  moov: Moov,
  liveManifest: string,
  warnings: string[],
): ReadonlyMap<number, number> {
  try {
    return readAnnouncedBandwidths(moov, liveManifest);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    warnings.push(`The bit rates that the encoder announces are not used: ${error.message}`);
    return new Map();
  }
}

/** Returns the reason, as the end of a sentence, if a track is left out. */
function toLiveTrack(track: Track, { timescale }: Moov): LiveTrack | string {
  const type = TYPES[track.handler];
  if (!type) return "it is neither audio nor video";
  const [entry] = track.entries;
  if (!entry) return "it has no sample entry";
  const codec = findCodec(entry);
  if (!codec) return describeUnsupportedCodec(entry);
  if (codec === mjpeg) return "images are not supported in channels";
  if (track.samples.count > 0) {
    throw new MediaError(
      `Cannot store the ${track.samples.count} samples of track ${track.id} in moov, expected fragmented MP4, as of ffmpeg with ${FRAGMENTED}`,
      "MEDIA_UNSUPPORTED",
    );
  }
  const { start, delay } = applyEditList(track, timescale);
  return { type, codec, track, shift: delay - start };
}

/** A digest: the archive has it for each track. Creation times, which change at each start of an encoder, are no part of it. */
function buildKey({ timescale, tracks, trexes }: Moov, names: TrackNames | undefined): string {
  const described = JSON.stringify([
    timescale,
    tracks.map(({ id, handler, timescale, language, edits, entries, geometry, matrix }) => [
      ...[id, handler, timescale, language, geometry, matrix, trexes.get(id)],
      edits.map(({ duration, mediaTime, rate }) => [duration, mediaTime, rate]),
      entries.map(({ bytes }) => bytes.toHex()),
    ]),
    ...names ? [Object.fromEntries(names)] : [],
  ]);
  return hash("sha256", described);
}
