/** What AMS knows of a form of text in MP4: how its samples become cues. */

import type { SampleEntry } from "../mp4/sample_entry.ts";
import type { Tx3gGeometry } from "../subtitles/tx3g.ts";
import type { Webvtt } from "../subtitles/webvtt.ts";

/** A sample, read; times in milliseconds of the presentation. */
export interface SubtitleSample {
  readonly start: number;
  readonly end: number;
  /** What to add to times of the track to have those of the presentation. */
  readonly timeOffset: number;
  readonly entry: SampleEntry;
  readonly bytes: Uint8Array;
}

/** What a track of text says. */
export interface DecodedSubtitles {
  readonly webvtt: Webvtt;
  /** BCP 47; "" where the samples don't say. */
  readonly language: string;
  /** All of it is to be shown also where subtitles are off. */
  readonly forced: boolean;
  /** RFC 6381, of what DASH and HLS carry as it is: `stpp.ttml.im1t`; undefined: only its cues go out. */
  readonly codec?: string | undefined;
  /** It shows pictures, of which there are no cues. */
  readonly hasImages?: boolean | undefined;
}

export interface SubtitleCodec {
  /** Fourccs of the sample entries. */
  readonly entries: readonly string[];
  /** As people call it. */
  readonly name: string;
  /** Why AMS can't use samples of this entry, as the rest of a sentence; undefined where it can. */
  findUnsupported?(entry: SampleEntry): string | undefined;
  /**
   * @param samples in the order of their times
   * @throws MediaError when one is not as its form has it
   */
  decode(
    entry: SampleEntry,
    samples: readonly SubtitleSample[],
    place: Tx3gGeometry,
  ): DecodedSubtitles;
}
