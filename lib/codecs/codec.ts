/** The codec interface: configuration, codec string, and mapping to MPEG-TS and Smooth Streaming. */

import type { SampleEntry } from "../mp4/sample_entry.ts";

export type Description = VideoDescription | AudioDescription | ImageDescription;

export interface VideoDescription {
  readonly type: "video";
  /** RFC 6381: `avc1.64001F`. */
  readonly codec: string;
  /** Codec string of an enhanced decoding of the same samples (Dolby Vision). */
  readonly supplementalCodec?: string;
  /** Brand (ISO/IEC 14496-12 §4.3) that signals the compatible base layer: `db1p` HDR10, `db2g` SDR, `db4g` and `db4h` HLG. */
  readonly supplementalBrand?: string;
  /** Coded pixels, cropping applied. */
  readonly width: number;
  readonly height: number;
  /** Pixel aspect ratio; [1, 1] if unknown. */
  readonly pixelAspect: readonly [width: number, height: number];
  readonly interlaced: boolean;
  /** ISO/IEC 23091-2 code points; undefined if nothing is specified. */
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
  /** Decoded rate in Hz (with SBR, the doubled rate). */
  readonly sampleRate: number;
  /** ChannelConfiguration (ISO/IEC 23091-3); undefined for other layouts. */
  readonly channelConfiguration?: number;
  /** DASH AudioChannelConfiguration. */
  readonly dashChannels: { readonly schemeIdUri: string; readonly value: string };
  /** Atmos (ETSI TS 103 420). */
  readonly objects?: number;
}

export interface ImageDescription {
  readonly type: "image";
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** "open": leading pictures after the sync sample cannot be decoded when playback starts there. */
export type RandomAccess = "closed" | "open";

export interface Codec {
  /** Renditions of one family may share a switching set. */
  readonly family: string;
  readonly entries: readonly string[];
  /** Values of objectTypeIndication in `esds` (mp4ra.org), for sample entry types that several codecs share. */
  readonly objectTypes?: readonly number[];
  /** Returns true if `describe` also needs the first bytes (up to 4 KB) of the track's first sample. */
  needsSample?(entry: SampleEntry): boolean;
  /** @throws MediaError if the configuration is missing, reserved or truncated */
  describe(entry: SampleEntry, firstSample?: Uint8Array): Description;
  /** Returns the sample entry type for init segments: `hvc1` for a `hev1` whose configuration contains all parameter sets. */
  initEntryType?(entry: SampleEntry): string;
  /** Builds the configuration box that an ISO sample entry requires if QuickTime's lacks it, else returns undefined. */
  missingConfiguration?(entry: SampleEntry, description: Description): Uint8Array | undefined;
  /** Classifies a sync sample by its first bytes. Undefined if all sync samples of the codec are closed. */
  randomAccess?(entry: SampleEntry, sample: Uint8Array): RandomAccess;
  /** Undefined if MPEG-TS does not support the codec. */
  readonly mpegTs?: MpegTsMapping;
  /** Undefined if Smooth Streaming does not support the codec. */
  readonly smooth?: SmoothMapping;
}

/** Mapping of a codec to Smooth Streaming ([MS-SSTR] 2.2.2.5). */
export interface SmoothMapping {
  readonly fourCC: string;
  /** AudioTag: wFormatTag of WAVEFORMATEX. Audio only. */
  readonly audioTag?: number;
  /** True if PacketSize is the track's constant packet size; else it is the size of one decoded sample of all channels. */
  readonly hasConstantPacketSize?: boolean;
  /** Builds CodecPrivateData, the decoder configuration. Undefined if Smooth Streaming cannot signal it. */
  codecPrivateData(entry: SampleEntry, description: Description): Uint8Array | undefined;
  /** NALUnitLengthField: size of NAL unit lengths in bytes. */
  nalUnitLength?(entry: SampleEntry): number;
}

/** Returns the sample entry type for init segments. Entries of other codecs in the same track are preserved. */
export function getInitEntryType(codec: Codec, entry: SampleEntry): string {
  const own = codec.entries.includes(entry.type);
  return own && codec.initEntryType ? codec.initEntryType(entry) : entry.type;
}

/** Mapping of a codec to MPEG-2 transport streams (13818-1). */
export interface MpegTsMapping {
  /** stream_type (13818-1 §2.4.4.9, ATSC A/53, RFC 8216bis §3.1.3). */
  readonly streamType: number;
  /** stream_id of PES packets (13818-1 §2.4.3.7). */
  readonly streamId: number;
  /** Returns false for configurations that MPEG-TS cannot signal. Undefined if it supports all. */
  isSupported?(entry: SampleEntry): boolean;
  /** Returns the bytes added to each sample, and additionally to each sync sample. */
  overhead(entry: SampleEntry): { readonly sample: number; readonly sync: number };
  /** Builds the descriptors of the stream in the PMT. */
  descriptors?(entry: SampleEntry): Uint8Array;
  /** File name extension and content type of packed audio segments (RFC 8216bis §3.1.4). Audio only. */
  readonly packed?: { readonly extension: string; readonly type: string };
  /**
   * Creates a function that converts MP4 samples to elementary stream data: Annex B NAL units, ADTS frames. It may
   * overwrite the sample's bytes.
   *
   * @throws MediaError if the configuration is incomplete
   */
  createConverter(entry: SampleEntry): (sample: Uint8Array, sync: boolean) => readonly Uint8Array[];
}
