/** Reads media as a player with the keys does: clear media unchanged. */

import type { Report } from "../findings.ts";
import type { SourceSamples } from "../expected/source_track.ts";
import type { MovieFragment } from "../readers/fragment.ts";

/** Decryption of a rendition. Each method reports what is wrong with the encryption. */
export interface MediaDecryption {
  /** Returns the init segment without its protection. */
  init(bytes: Uint8Array, report: Report): Uint8Array;
  /** Returns a segment that is encrypted as a whole; undefined if it cannot be decrypted. */
  segment(bytes: Uint8Array, whole: WholeSegment, report: Report): Uint8Array | undefined;
  /**
   * Decrypts samples in place.
   *
   * @returns bytes that the manifest may declare in addition to the segment's
   */
  samples(bytes: Uint8Array, encrypted: EncryptedFragment, report: Report): number;
}

export interface WholeSegment {
  /** Media sequence number in the playlist of the whole asset. */
  readonly sequence: number;
  readonly samples: SourceSamples;
}

export interface EncryptedFragment {
  readonly fragment: MovieFragment;
  /** Source samples from the first of the fragment on. */
  readonly samples: SourceSamples;
  readonly format: "CMAF" | "CMAF key frames" | "Smooth";
}

export const CLEAR_MEDIA: MediaDecryption = {
  init: (bytes) => bytes,
  segment: (bytes) => bytes,
  samples: () => 0,
};
