/** Bytes of segments that are requested repeatedly. */

import type { Cache } from "../cache.ts";
import { andThen } from "../maybe_async.ts";
import type { BodyFactory } from "../http/body.ts";
import { evaluatePreconditions, needsBody, selectRange } from "../http/conditional.ts";
import type { HttpRequest } from "../http/request.ts";
import { type Bytes, type Resource, RESOURCE_OVERHEAD_BYTES } from "../http/resource.ts";
import { LookupCounts } from "../metrics/lookup_counts.ts";
import { getPlanSize, type SegmentPlan } from "../storage/read_plan.ts";

/** Reading larger segments costs little compared with sending them. */
const MAX_HOT_BYTES = 2 ** 20;

type PlannedResource = Resource<SegmentPlan>;

export class HotSegments {
  readonly lookups = new LookupCounts();
  readonly #requested = new WeakSet<PlannedResource>();
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
      return this.#generate(resource, key);
    }
    if (size === undefined) throw new TypeError("expected the size of a plan without transform");
    if (size > MAX_HOT_BYTES) return resource;
    const isFirst = !this.#requested.has(resource);
    if (isFirst) this.#requested.add(resource);
    if (isFirst || this.#bodies.isLarge(size) || !needsWholeBody(request, resource, size)) {
      return resource;
    }
    return andThen(
      this.#bodies.read(resource),
      (bytes) => this.#bodies.isLarge(size) ? resource : this.#add(key, resource, bytes),
    );
  }

  #generate(resource: PlannedResource, key: string): Resource | Promise<Resource> {
    const { body: plan } = resource;
    const needsSlices = (size: number) => plan.slices !== undefined && this.#bodies.isLarge(size);
    if (needsSlices(getPlanSize(plan))) return this.#slice(resource);
    return andThen(
      this.#bodies.read(resource),
      (bytes) =>
        needsSlices(bytes.length) ? this.#slice(resource) : this.#add(key, resource, bytes),
    );
  }

  async #slice(resource: PlannedResource): Promise<Resource> {
    const slices = await this.#bodies.slice(resource);
    return { ...resource, body: slices, size: slices.reduce((sum, { size }) => sum + size, 0) };
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
