/** An open asset: a presentation, what was built of it, its media and their fingerprints. */

import type { AssetMedia } from "../presentation/asset_media.ts";
import { DerivedValues } from "../presentation/derived_values.ts";
import type { Presentation } from "../presentation/presentation.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { Cache } from "../cache.ts";
import type { BytesResource, Resource } from "../http/resource.ts";
import { computePresentationSize } from "./asset_size.ts";
import type { Fingerprint } from "./fingerprint.ts";

export interface PlannedSegment extends Resource {
  readonly plan: SegmentPlan;
  requestedBefore?: boolean;
}

const SEGMENTS_CAPACITY_BYTES = 2 ** 20;
const SEGMENT_OVERHEAD_BYTES = 512;

const SELECTED_CAPACITY_BYTES = 4 * 2 ** 20;
const MIN_SELECTED_BYTES = SELECTED_CAPACITY_BYTES / 64;

/** Closes the media when it was dropped and all users have released it. */
export class Asset {
  readonly resources = new Map<string, BytesResource>();
  readonly #segments = new Cache<PlannedSegment>(SEGMENTS_CAPACITY_BYTES);
  /** Manifests by query, bounded since clients may send any number of queries. */
  readonly #selected = new Cache<BytesResource>(SELECTED_CAPACITY_BYTES);
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
    let size = this.media.residentBytes() + computePresentationSize(this.presentation);
    for (const { bytes } of this.resources.values()) size += bytes.length;
    return size + this.#segments.size + this.#selected.size;
  }

  getSelected(key: string): BytesResource | undefined {
    return this.#selected.get(key);
  }

  cacheSelected(key: string, resource: BytesResource): void {
    this.#selected.set(key, resource, Math.max(resource.bytes.length, MIN_SELECTED_BYTES));
  }

  /** Plans with `transform` use too much memory to be cached. */
  getSegment(etag: string, planSegment: () => PlannedSegment): PlannedSegment {
    const cached = this.#segments.get(etag);
    if (cached) return cached;
    const segment = planSegment();
    const { header, ranges, transform } = segment.plan;
    if (!transform) {
      const size = SEGMENT_OVERHEAD_BYTES + header.length + 64 * ranges.length;
      this.#segments.set(etag, segment, size);
    }
    return segment;
  }

  /** Returns false if the asset is closed; otherwise the caller must `release` it. */
  acquire(): boolean {
    if (this.#dropped && this.#useCount === 0) return false;
    this.#useCount++;
    return true;
  }

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
