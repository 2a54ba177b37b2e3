/** The interface of subtitle codecs in MP4: converts samples to cues. */

import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { Tx3gGeometry } from "../subtitles/tx3g.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";

/** Sample of a subtitle track. Times are presentation times in milliseconds. */
export interface SubtitleSample {
  readonly start: number;
  readonly end: number;
  /** Presentation time minus track time. */
  readonly timeOffset: number;
  readonly entry: SampleEntry;
  readonly bytes: Uint8Array;
}

/** Decoded content of a subtitle track. */
export interface DecodedSubtitles {
  readonly webvtt: Webvtt;
  /** BCP 47; "" if the samples declare none. */
  readonly language: string;
  /** All cues are forced: shown even if subtitles are off. */
  readonly forced: boolean;
  /** Codec string (RFC 6381) if DASH and HLS can carry the samples unchanged: `stpp.ttml.im1t`; undefined if only the cues are served. */
  readonly codec?: string | undefined;
  readonly hasImages?: boolean | undefined;
}

export interface SubtitleCodec {
  readonly entries: readonly string[];
  readonly name: string;
  /** Returns why samples of this entry are not supported, as a clause; undefined if they are. */
  findUnsupported?(entry: SampleEntry): string | undefined;
  /**
   * @param samples in presentation order
   * @throws MediaError if a sample is invalid
   */
  decode(
    entry: SampleEntry,
    samples: readonly SubtitleSample[],
    geometry: Tx3gGeometry,
  ): DecodedSubtitles;
}
