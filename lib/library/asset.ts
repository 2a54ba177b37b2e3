/** An open asset: a presentation, what was built of it, its media and their fingerprints. */

import type { AssetMedia } from "../presentation/asset_media.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { AssetResources } from "./asset_resources.ts";
import { computePresentationSize } from "./asset_size.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** Closes the media when it was dropped and all users have released it. */
export class Asset {
  readonly resources = new AssetResources();
  readonly derived: DerivedValues;
  checkedAt = 0;
  /** When files were checked since a request had an unknown version. */
  versionCheckedAt = -Infinity;
  #useCount = 0;
  #dropped = false;

  constructor(
    readonly file: string,
    readonly presentation: Presentation,
    readonly media: AssetMedia,
    readonly fingerprints: readonly Fingerprint[],
  ) {
    this.derived = new DerivedValues(presentation);
  }

  /** Memory with caches, in bytes. */
  get size(): number {
    const { media, presentation, resources } = this;
    return media.residentBytes() + computePresentationSize(presentation) + resources.size;
  }

  /** Returns false if the asset is closed; otherwise the caller must `release` it. */
  acquire(): boolean {
    if (this.#dropped && this.#useCount === 0) return false;
    this.#useCount++;
    return true;
  }

  /** Keeps the files open for a caller that has acquired the asset; dispose of the result to release them. */
  readonly hold = (): Disposable => {
    this.#useCount++;
    return this;
  };

  release(): void {
    this.#useCount--;
    this.#closeIfUnused();
  }

  /** Responses in progress complete. */
  drop(): void {
    this.#dropped = true;
    this.#closeIfUnused();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #closeIfUnused(): void {
    if (this.#dropped && this.#useCount === 0) this.media.close();
  }
}
