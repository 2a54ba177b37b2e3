/** Bytes of segments that are requested repeatedly. */

import { Cache } from "../cache.ts";
import { andThen } from "../maybe_async.ts";
import type { BodyFactory } from "../http/body.ts";
import { evaluatePreconditions, needsBody, selectRange } from "../http/conditional.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Bytes, type Resource, RESOURCE_OVERHEAD_BYTES } from "../http/resource.ts";
import { LookupCounts } from "../metrics/lookup_counts.ts";
import {
  type ByteRange,
  getPlanSize,
  type PlanSlice,
  type SegmentPlan,
} from "../storage/read_plan.ts";

/** Reading larger segments costs little compared with sending them. */
const MAX_HOT_BYTES = 2 ** 20;

/** For the slices of segments that are too large to cache, since the whole segment is read for them. */
const SLICES_CAPACITY_BYTES = 2 ** 24;

/** Memory of a slice, and of what slices of encrypted samples share, relative to the header that such a plan estimates. */
const SLICE_BYTES = 256;
const BYTES_PER_HEADER_BYTE = 4;
const BYTES_PER_RANGE = 64;

type PlannedResource = Resource<SegmentPlan>;

interface SlicedPlan {
  readonly ranges: readonly ByteRange[];
  readonly slices: readonly PlanSlice[];
}

export class HotSegments {
  readonly lookups = new LookupCounts();
  readonly #requested = new WeakSet<PlannedResource>();
  readonly #sliced = new Cache<SlicedPlan>(SLICES_CAPACITY_BYTES);
  readonly #bodies: BodyFactory;

  constructor(readonly cache: Cache<Resource<Bytes>>, bodies: BodyFactory) {
    this.#bodies = bodies;
  }

  /** Returns undefined also for bytes that cannot be sent whole now. */
  get(key: string): Resource<Bytes> | undefined {
    const resource = this.cache.get(key);
    this.lookups.add(resource !== undefined);
    return resource && !this.#bodies.isLarge(resource.body.length) ? resource : undefined;
  }

  /**
   * Reads generated segments, and others at the second request, and caches the bytes. Others are returned as they are.
   *
   * @throws RangeNotSatisfiableError; MediaError if a source cannot be read
   */
  read(
    request: HttpRequest,
    resource: PlannedResource,
    key: string,
  ): Resource | Promise<Resource> {
    const { size, body } = resource;
    if (body.transform) {
      if (evaluatePreconditions(request.headers, resource) !== "met") return resource;
      if (size !== undefined && !needsBody(request, resource)) return resource;
      return this.#generate(request, resource, key);
    }
    if (size === undefined) throw new TypeError("expected the size of a plan without transform");
    if (size > MAX_HOT_BYTES) return resource;
    const isFirst = !this.#requested.has(resource);
    if (isFirst) this.#requested.add(resource);
    if (isFirst || this.#bodies.isLarge(size) || !needsWholeBody(request, resource, size)) {
      return resource;
    }
    return andThen(
      this.#bodies.read(request, resource),
      (bytes) => this.#bodies.isLarge(size) ? resource : this.#add(key, resource, bytes),
    );
  }

  #generate(
    request: HttpRequest,
    resource: PlannedResource,
    key: string,
  ): Resource | Promise<Resource> {
    const { body: plan } = resource;
    const needsSlices = (size: number) => plan.slices !== undefined && this.#bodies.isLarge(size);
    if (needsSlices(getPlanSize(plan))) return this.#slice(request, resource, key);
    return andThen(
      this.#bodies.read(request, resource),
      (bytes) =>
        needsSlices(bytes.length)
          ? this.#slice(request, resource, key)
          : this.#add(key, resource, bytes),
    );
  }

  async #slice(
    request: HttpRequest,
    planned: PlannedResource,
    key: string,
  ): Promise<Resource> {
    const sliced = this.#sliced.get(key);
    const slices = sliced && haveSameSources(sliced.ranges, planned.body.ranges) // else those may be closed
      ? sliced.slices
      : await this.#addSlices(request, planned, key);
    return { ...planned, body: slices, size: slices.reduce((sum, { size }) => sum + size, 0) };
  }

  async #addSlices(
    request: HttpRequest,
    planned: PlannedResource,
    key: string,
  ): Promise<readonly PlanSlice[]> {
    const slices = await this.#bodies.slice(request, planned);
    const { header, ranges } = planned.body;
    const size = RESOURCE_OVERHEAD_BYTES + SLICE_BYTES * slices.length +
      BYTES_PER_HEADER_BYTE * header.length + BYTES_PER_RANGE * ranges.length;
    this.#sliced.set(key, { ranges, slices }, size);
    return slices;
  }

  #add(key: string, planned: PlannedResource, body: Bytes): Resource<Bytes> {
    const { file, type, etag, caching } = planned;
    const resource = { file, type, etag, caching, size: body.length, body };
    this.cache.set(key, resource, RESOURCE_OVERHEAD_BYTES + body.length);
    return resource;
  }
}

function needsWholeBody(request: HttpRequest, resource: Resource, size: number): boolean {
  return needsBody(request, resource) && !selectRange(request.headers, resource, size).partial;
}

/** @param a and `b` of the same segment */
function haveSameSources(a: readonly ByteRange[], b: readonly ByteRange[]): boolean {
  return a.length === b.length && a.every(({ source }, i) => source === b[i]!.source);
}
