/** Init segments (CMAF header, 23000-19 §7.3.1). */

import { ByteWriter } from "../bytes.ts";
import { isIso6391, toIso6392 } from "../language.ts";
import { buildInitEntry } from "../codecs/init_entry.ts";
import { buildCommonPssh } from "../drm/common_pssh.ts";
import { toKidBytes } from "../drm/key_id.ts";
import { CENC_IV_SIZE } from "../drm/sample_iv.ts";
import { ftyp } from "../mp4/file_type.ts";
import { getOrientation, UPRIGHT } from "../mp4/matrix.ts";
import { moov } from "../mp4/moov.ts";
import type { Track } from "../mp4/movie.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { protectEntry, type TrackEncryption } from "../mp4/protection.ts";
import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { InitTrack } from "../mp4/trak.ts";
import type { CbcsEncryption, CencEncryption } from "../presentation/encryption.ts";
import type { SampleTiming } from "../presentation/sample_timing.ts";
import { getDisplaySize } from "../presentation/video_size.ts";
import type { MediaRendition, StppTrack, SubtitleRendition } from "../presentation/presentation.ts";
import { formatWebvttHeader } from "../subtitles/webvtt.ts";
import { wvttEntry } from "../subtitles/wvtt.ts";
import { TRACK_ID } from "./fragment_writer.ts";

const BRANDS = ["cmfc", "iso6", "dash", "mp41"];

/** What an init segment describes. */
export interface InitSource
  extends
    Pick<MediaRendition, "type" | "language" | "codec" | "description" | "encryption" | "stored"> {
  readonly track: Pick<Track, "matrix" | "entries" | "rollDistance"> & {
    readonly samples: Pick<SampleTable, "allSync">;
  };
  readonly timing: Pick<SampleTiming, "timescale" | "mediaTime">;
}

/** Declares the encryption of samples. Segments that are encrypted as a whole have a clear init segment. */
export function buildInit(rendition: InitSource): Uint8Array {
  const { type, track, timing, language, codec, encryption, stored } = rendition;
  if (stored) return stored.init;
  const pssh = encryption && encryption.scheme !== "aes-128"
    ? buildCommonPssh(encryption.kids)
    : undefined;
  return writeInit({ language, brand: codec.brand, pssh }, {
    type: type === "audio" ? "audio" : "video",
    timescale: timing.timescale,
    mediaTime: timing.mediaTime,
    ...getDisplaySize(rendition),
    orientation: getOrientation(track.matrix),
    entries: track.entries.map((entry) => buildEntry(rendition, entry)),
    rollDistance: track.rollDistance,
    hasNonSyncSamples: type === "video" && !track.samples.allSync,
  });
}

function buildEntry(rendition: InitSource, entry: SampleEntry): Uint8Array {
  const { type, encryption } = rendition;
  const clear = buildInitEntry(rendition, entry);
  if (!encryption || encryption.scheme === "aes-128") return clear;
  return protectEntry(clear, {
    type: type === "audio" ? "enca" : "encv",
    scheme: encryption.scheme,
    encryption: describeTrackEncryption(encryption),
  });
}

function describeTrackEncryption(encryption: CencEncryption | CbcsEncryption): TrackEncryption {
  const kid = toKidBytes(encryption.key.kid);
  if (encryption.scheme === "cenc") return { kid, ivSize: CENC_IV_SIZE };
  const { iv, pattern } = encryption;
  return { kid, ivSize: 0, constantIv: iv, pattern };
}

export function buildWvttInit({ webvtt, timescale, language }: SubtitleRendition): Uint8Array {
  return writeInit({ language }, {
    ...SUBTITLE_TRACK,
    type: "text",
    timescale,
    entries: [wvttEntry(formatWebvttHeader(webvtt))],
  });
}

export function buildStppInit({ track, timing }: StppTrack, language: string): Uint8Array {
  const { timescale } = timing;
  const entries = track.entries.map(({ bytes }) => bytes);
  return writeInit({ language }, { ...SUBTITLE_TRACK, type: "subtitle", timescale, entries });
}

const SUBTITLE_TRACK = { mediaTime: 0, width: 0, height: 0, orientation: UPRIGHT } as const;

function writeInit(
  { language, brand, pssh }: {
    language: string;
    brand?: string | undefined;
    pssh?: Uint8Array | undefined;
  },
  track: Omit<InitTrack, "id" | "language" | "extendedLanguage">,
): Uint8Array {
  const w = new ByteWriter(2048);
  ftyp(w, brand ? [...BRANDS, brand] : BRANDS);
  moov(w, {
    ...track,
    id: TRACK_ID,
    language: toIso6392(language),
    extendedLanguage: isIso6391(language) || language === "und" ? "" : language,
  }, pssh);
  return w.finish();
}
