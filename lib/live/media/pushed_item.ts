/** What publishers push, whatever the protocol. */

import type { Prft } from "../../mp4/prft.ts";
import type { LiveInit } from "./live_init.ts";
import type { LiveFragment } from "./live_samples.ts";

export type PushedItem = PushedInit | PushedFragment | PushedEnd;

export interface PushedInit {
  readonly kind: "init";
  readonly init: LiveInit;
}

/** A complete fragment. */
export interface PushedFragment {
  readonly kind: "fragment";
  readonly init: LiveInit;
  /** One for each traf with samples. */
  readonly tracks: readonly LiveFragment[];
  /** From the prft before the moof. */
  readonly prft: Prft | undefined;
}

/** The stream ends in an orderly way: an mfra box, or a styp with brand `lmsg` (23009-1 §7.3.1). */
export interface PushedEnd {
  readonly kind: "end";
}

/** Reads what a publisher sends, as it arrives. After an error only `takeItems()` may be called. */
export interface ItemReader {
  /** Bytes in memory of what is not complete yet. */
  readonly heldBytes: number;
  /** True if all bytes so far belong to complete items: nothing is lost if the body ends here. */
  readonly isBetweenFragments: boolean;
  /**
   * Takes the next bytes of the body, and returns what they complete. Samples refer to memory of their own, not to `bytes`.
   *
   * @throws MediaError, IngestError
   */
  push(bytes: Uint8Array): PushedItem[];
  /**
   * Ends the body.
   *
   * @throws MediaError if it is incomplete
   */
  finish(): PushedItem[];
  /** Returns what is complete, after an error, or when publishing is to end at once. */
  takeItems(): PushedItem[];
}
