/** What AMS knows of a codec: everything that is particular to it, also what each protocol calls it. */

import type { SampleEntry } from "../mp4/sample_entry.ts";

/** What a viewer gets out of a track, as its configuration says. */
export type Description = VideoDescription | AudioDescription | ImageDescription;

export interface VideoDescription {
  readonly type: "video";
  /** RFC 6381: `avc1.64001F`. */
  readonly codec: string;
  /** Codecs that a device with more abilities may use instead, in RFC 6381 form (Dolby Vision). */
  readonly supplementalCodec?: string;
  /** With it, the brand (ISO/IEC 14496-12 §4.3) that says what other devices see: `db1p` HDR10, `db2g` SDR, `db4g` and `db4h` HLG. */
  readonly supplementalBrand?: string;
  /** In pixels as coded, cropping applied. */
  readonly width: number;
  readonly height: number;
  /** Width to height of a pixel: [1, 1] when square or unsaid. */
  readonly pixelAspect: readonly [width: number, height: number];
  readonly interlaced: boolean;
  /** ISO/IEC 23091-2 code points; left out where the stream doesn't say. */
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
  /** Channels that come out of a speaker set, LFE counted. */
  readonly channels: number;
  /** In Hz, as decoded (with SBR: the doubled one). */
  readonly sampleRate: number;
  /** ISO/IEC 23091-3 ChannelConfiguration, where the layout is one of those. */
  readonly channelConfiguration?: number;
  /** How DASH says the channels; unless a codec's own scheme is expected, from `channelConfiguration`. */
  readonly dashChannels: { readonly schemeIdUri: string; readonly value: string };
  /** EC-3 with joint object coding (Atmos): number of objects (ETSI TS 103 420). */
  readonly objects?: number;
}

export interface ImageDescription {
  readonly type: "image";
  readonly codec: string;
  readonly width: number;
  readonly height: number;
}

/** How a sync sample may be used to start: all that follows decodes, or leading pictures don't. */
export type RandomAccess = "closed" | "open";

export interface Codec {
  /** One word, the same for all entries: renditions of one family may share a switching set. */
  readonly family: string;
  /** Fourccs of the sample entries. */
  readonly entries: readonly string[];
  /** For `mp4a`, which several codecs share: objectTypeIndication of its esds (mp4ra.org). */
  readonly objectTypes?: readonly number[];
  /** True when `describe` wants the first bytes (up to 4 KB) of the track's first sample as well: the entry doesn't say enough. */
  needsSample?(entry: SampleEntry): boolean;
  /**
   * @throws MediaError when the configuration is missing, reserved or cut off
   */
  describe(entry: SampleEntry, firstSample?: Uint8Array): Description;
  /** The sample entry's type in an init, where it is not the file's own: `hvc1` for a `hev1` whose configuration
   * holds all parameter sets. */
  initEntryType?(entry: SampleEntry): string;
  /** The box that an ISO sample entry must have of it, where QuickTime's has none; undefined where it has. */
  missingConfiguration?(entry: SampleEntry, description: Description): Uint8Array | undefined;
  /** What the first bytes of a sync sample say of it; not there where every sync sample is closed. */
  randomAccess?(entry: SampleEntry, sample: Uint8Array): RandomAccess;
  /** How MPEG-2 transport streams carry it; not there where they can't. */
  readonly mpegTs?: MpegTsMapping;
  /** How Smooth Streaming carries it; not there where it can't. */
  readonly smooth?: SmoothMapping;
}

/** A codec in Smooth Streaming ([MS-SSTR] 2.2.2.5). */
export interface SmoothMapping {
  readonly fourCC: string;
  /** AudioTag: the wFormatTag of WAVEFORMATEX; audio only. */
  readonly audioTag?: number;
  /** PacketSize is that of the track's packets, which all have it; left out: of a sample that comes out, in all channels. */
  readonly hasConstantPacketSize?: boolean;
  /** CodecPrivateData: all that a decoder is set up by; undefined for a configuration that it can't say. */
  codecPrivateData(entry: SampleEntry, description: Description): Uint8Array | undefined;
  /** Bytes of a NAL unit's length, where it is not 4. */
  nalUnitLength?(entry: SampleEntry): number;
}

/** Type of an entry of a track of that codec in an init; an entry of another codec keeps its own. */
export function getInitEntryType(codec: Codec, entry: SampleEntry): string {
  const own = codec.entries.includes(entry.type);
  return own && codec.initEntryType ? codec.initEntryType(entry) : entry.type;
}

/** A codec in MPEG-2 transport streams (13818-1). */
export interface MpegTsMapping {
  /** stream_type (13818-1 §2.4.4.9, ATSC A/53, RFC 8216bis §3.1.3). */
  readonly streamType: number;
  /** stream_id of PES packets (13818-1 §2.4.3.7). */
  readonly streamId: number;
  /** False for a configuration that it can't say; not there where it can say all. */
  isSupported?(entry: SampleEntry): boolean;
  /** Bytes that a sample grows by, as far as the entry tells: each, and each sync sample on top. */
  overhead(entry: SampleEntry): { readonly sample: number; readonly sync: number };
  /** Descriptors of the stream in the PMT; empty where none is needed. */
  descriptors?(entry: SampleEntry): Uint8Array;
  /** File name extension of a packed audio segment (RFC 8216bis §3.1.4), with its content type; audio only. */
  readonly packed?: { readonly extension: string; readonly type: string };
  /**
   * Makes a function that turns a sample, as MP4 has it, into what a transport stream has: Annex B NAL units, ADTS frames.
   * The sample's bytes may be written over.
   *
   * @throws MediaError when the configuration doesn't say what that takes
   */
  createConverter(entry: SampleEntry): (sample: Uint8Array, sync: boolean) => readonly Uint8Array[];
}
