/** An open asset: a presentation, what was built of it, and the fingerprints of its files. */

import type { Presentation } from "../presentation/presentation.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";
import { Cache } from "../cache.ts";
import type { BytesResource, Resource } from "../http/resource.ts";
import { computePresentationSize } from "./asset_size.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** A segment that was planned, with the metadata of its response. */
export interface PlannedSegment extends Resource {
  readonly plan: SegmentPlan;
  requestedBefore?: boolean;
}

/** For the planned segments of an asset, and the size of one without its header. In bytes. */
const SEGMENTS_CAPACITY_BYTES = 2 ** 20;
const SEGMENT_OVERHEAD_BYTES = 512;

/** For the manifests of an asset that a query selects: at most 64. In bytes. */
const SELECTED_CAPACITY_BYTES = 4 * 2 ** 20;
const MIN_SELECTED_BYTES = SELECTED_CAPACITY_BYTES / 64;

/** Stays open while it is acquired; closes the presentation when it was dropped and all users have released it. */
export class Asset {
  /** Manifests and init segments, by kind and rendition. */
  readonly resources = new Map<string, BytesResource>();
  readonly #segments = new Cache<PlannedSegment>(SEGMENTS_CAPACITY_BYTES);
  /** Bounded, since clients may send any number of different queries. */
  readonly #selected = new Cache<BytesResource>(SELECTED_CAPACITY_BYTES);
  /** When its fingerprints were last compared, by the library's clock. */
  checkedAt = 0;
  #useCount = 0;
  #dropped = false;

  /** @param file relative to the document root */
  constructor(
    readonly file: string,
    readonly presentation: Presentation,
    readonly fingerprints: readonly Fingerprint[],
  ) {}

  /** Memory including caches, in bytes. */
  get size(): number {
    let size = computePresentationSize(this.presentation);
    for (const { bytes } of this.resources.values()) size += bytes.length;
    return size + this.#segments.size + this.#selected.size;
  }

  getSelected(key: string): BytesResource | undefined {
    return this.#selected.get(key);
  }

  cacheSelected(key: string, resource: BytesResource): void {
    this.#selected.set(key, resource, Math.max(resource.bytes.length, MIN_SELECTED_BYTES));
  }

  /** Returns the cached segment of this ETag, or plans it. Plans with `transform` hold too much memory to be cached. */
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

  /** Returns false if it is closed; otherwise the caller must `release` it. */
  acquire(): boolean {
    if (this.#dropped && this.#useCount === 0) return false;
    this.#useCount++;
    return true;
  }

  release(): void {
    this.#useCount--;
    this.#closeIfUnused();
  }

  /** Called when it leaves the library; responses in progress complete. */
  drop(): void {
    this.#dropped = true;
    this.#closeIfUnused();
  }

  [Symbol.dispose](): void {
    this.release();
  }

  #closeIfUnused(): void {
    if (this.#dropped && this.#useCount === 0) this.presentation.close();
  }
}
