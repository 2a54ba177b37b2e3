/** Subtitle codecs in MP4. */

import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { Tx3gGeometry } from "../subtitles/tx3g.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";

/** Times are presentation times in milliseconds. */
export interface SubtitleSample {
  readonly start: number;
  readonly end: number;
  /** Presentation time minus track time. */
  readonly timeOffset: number;
  readonly entry: SampleEntry;
  readonly bytes: Uint8Array;
}

export interface DecodedSubtitles {
  readonly webvtt: Webvtt;
  /** BCP 47; "" if undeclared. */
  readonly language: string;
  /** Shown even if subtitles are off. */
  readonly forced: boolean;
  /** `stpp.ttml.im1t` if DASH and HLS can carry the samples unchanged. */
  readonly codec?: string | undefined;
  readonly hasImages?: boolean | undefined;
}

export interface SubtitleCodec {
  readonly entries: readonly string[];
  readonly name: string;
  /** Returns a clause that states why the samples are not supported. */
  findUnsupported?(entry: SampleEntry): string | undefined;
  /**
   * Decodes samples in presentation order.
   *
   * @throws MediaError if a sample is invalid
   */
  decode(
    entry: SampleEntry,
    samples: readonly SubtitleSample[],
    geometry: Tx3gGeometry,
  ): DecodedSubtitles;
}
