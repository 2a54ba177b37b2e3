/** Codec interface. */

import type { SampleEntry } from "../mp4/sample_entry.ts";

export type Description = VideoDescription | AudioDescription | ImageDescription;

export interface VideoDescription {
  readonly type: "video";
  /** RFC 6381: `avc1.64001F`. */
  readonly codec: string;
  /** Dolby Vision. */
  readonly supplementalCodec?: string;
  /** Brand (ISO/IEC 14496-12 §4.3): `db1p` HDR10, `db2g` SDR, `db4g` and `db4h` HLG. */
  readonly supplementalBrand?: string;
  readonly width: number;
  readonly height: number;
  /** [1, 1] if unknown. */
  readonly pixelAspect: readonly [width: number, height: number];
  readonly interlaced: boolean;
  /** ISO/IEC 23091-2; undefined if unspecified. */
  readonly colour?: {
    readonly primaries: number;
    readonly transfer: number;
    readonly matrix: number;
    readonly fullRange: boolean;
  };
}

export interface AudioDescription {
  readonly type: "audio";
  readonly codec: string;
  /** Including LFE. */
  readonly channels: number;
  /** Decoded rate in Hz. */
  readonly sampleRate: number;
  readonly channelConfiguration?: number;
  readonly dashChannels: { readonly schemeIdUri: string; readonly value: string };
  /** Atmos (ETSI TS 103 420). */
  readonly objects?: number;
  /** For init segments, from the first sample: the file has none. */
  readonly configuration?: ConfigurationBox;
}

export interface ImageDescription {
  readonly type: "image";
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** "open": leading pictures cannot be decoded when playback starts at the sync sample. */
export type RandomAccess = "closed" | "open";

/** "intra": neither refers to others nor lets playback start, since later frames may refer to frames before it. */
export type FrameType = "key" | "intra" | "inter";

/** Bytes `[start, end)` of a sample. */
export interface SampleRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the bytes of a sample that Common Encryption encrypts (ISO/IEC 23001-7 §9.5 and §10), in order and before rounding by
 * the scheme. Parameter sets and reference frames of earlier samples count, so samples must follow each other from a sync sample on.
 *
 * @throws MediaError if a header cannot be read or exceeds its unit
 */
export type ProtectedRangeFinder = (sample: Uint8Array) => readonly SampleRange[];

/** "samples": whole samples, without subsamples. */
export type SampleProtection = "samples" | ((entry: SampleEntry) => ProtectedRangeFinder);

export type FrameClassifier = (sample: Uint8Array) => FrameType | undefined;

export interface Codec {
  /** Renditions of a family may share a switching set. */
  readonly family: string;
  /** Brand of files with this codec (AV1-ISOBMFF §2.1). */
  readonly brand?: string;
  readonly entries: readonly string[];
  /** objectTypeIndication in `esds` (mp4ra.org), if codecs share a sample entry type. */
  readonly objectTypes?: readonly number[];
  /** Returns true if `describe` needs the first sample, of which it receives up to 4 KB. */
  needsSample?(entry: SampleEntry): boolean;
  /** @throws MediaError if the configuration is missing, reserved or truncated */
  describe(entry: SampleEntry, firstSample?: Uint8Array): Description;
  /** Returns `hvc1` for a `hev1` whose configuration contains all parameter sets. */
  initEntryType?(entry: SampleEntry): string;
  /** Builds a configuration box for init segments, if that of the file is missing or less explicit than players require. */
  initConfiguration?(entry: SampleEntry, description: Description): ConfigurationBox | undefined;
  /** Classifies a sync sample by its first bytes; undefined if all are closed. */
  randomAccess?(entry: SampleEntry, sample: Uint8Array): RandomAccess;
  /** Returns true if every sample is a sync sample, whatever the file declares. */
  isAllSync?(entry: SampleEntry): boolean;
  /** Creates a function that classifies a sample by its first bytes; undefined if they do not suffice. */
  createFrameClassifier?(entry: SampleEntry): FrameClassifier;
  /** True if each sample may be a single frame, such as 48,000 a second, in tables of few rows. */
  readonly hasFrameSamples?: boolean;
  /** What Common Encryption encrypts; undefined if only `aes-128` can protect the codec. */
  readonly protection?: SampleProtection;
  /**
   * Samples that decoders need before one (14496-12 §10.1), in init and media segments: `seconds` of them, by default as many as the
   * file declares.
   */
  readonly preRoll?: { readonly seconds?: number };
  /** HLS, where it differs from DASH: CODECS, and whether segments may be fMP4. */
  readonly hls?: { readonly codec: string; readonly inFmp4: boolean };
  readonly mpegTs?: MpegTsMapping;
  readonly smooth?: SmoothMapping;
}

/** A box in a sample entry. */
export interface ConfigurationBox {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Smooth Streaming ([MS-SSTR] 2.2.2.5). */
export interface SmoothMapping {
  readonly fourCC: string;
  readonly audioTag?: number;
  /** PacketSize is that of the track, else of one decoded sample of all channels. */
  readonly hasConstantPacketSize?: boolean;
  /** Returns undefined if Smooth Streaming cannot signal the configuration. */
  codecPrivateData(entry: SampleEntry, description: Description): Uint8Array | undefined;
  nalUnitLength?(entry: SampleEntry): number;
}

/** Returns the type for init segments, unchanged for other codecs in the track. */
export function getInitEntryType(codec: Codec, entry: SampleEntry): string {
  const own = codec.entries.includes(entry.type);
  return own && codec.initEntryType ? codec.initEntryType(entry) : entry.type;
}

/** MPEG-2 transport streams (ISO/IEC 13818-1; stream types also RFC 8216bis §3.1.3). */
export interface MpegTsMapping {
  readonly streamType: number;
  readonly streamId: number;
  /** Returns false if MPEG-TS cannot signal the configuration. */
  isSupported?(entry: SampleEntry): boolean;
  /** Bytes added to each sample, and additionally to each sync sample. */
  overhead(entry: SampleEntry): { readonly sample: number; readonly sync: number };
  /** Packed audio segments (RFC 8216bis §3.1.4). */
  readonly packed?: { readonly extension: string; readonly type: string };
  /**
   * Creates a converter to Annex B or ADTS, which may overwrite the sample.
   *
   * @throws MediaError if the configuration is incomplete
   */
  createConverter(entry: SampleEntry): (sample: Uint8Array, sync: boolean) => readonly Uint8Array[];
}
