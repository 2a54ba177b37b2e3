import { Cache } from "../cache.ts";
import { type Bytes, type Resource, RESOURCE_OVERHEAD_BYTES } from "../http/resource.ts";
import type { SegmentPlan } from "../storage/read_plan.ts";

const PLANS_CAPACITY_BYTES = 2 * 2 ** 20;

const SELECTED_CAPACITY_BYTES = 4 * 2 ** 20;
const MIN_SELECTED_BYTES = SELECTED_CAPACITY_BYTES / 64;

/** Resources that were built of an asset, by key. Those whose number the asset bounds are cached until the asset is closed. */
export class AssetResources {
  /** Media. */
  readonly #inits = new Map<string, Resource<Bytes>>();
  readonly #manifests = new Map<string, Resource<Bytes>>();
  /** Manifests by query, bounded since clients may send any number of queries. */
  readonly #selected = new Cache<Resource<Bytes>>(SELECTED_CAPACITY_BYTES);
  readonly #plans = new Cache<Resource<SegmentPlan>>(PLANS_CAPACITY_BYTES);
  #bytes = 0;

  /** In bytes. */
  get size(): number {
    return this.#bytes + this.#selected.size + this.#plans.size;
  }

  /** The number of resources of the whole presentation. */
  get count(): number {
    return this.#inits.size + this.#manifests.size;
  }

  getInit(key: string): Resource<Bytes> | undefined {
    return this.#inits.get(key);
  }

  addInit(key: string, resource: Resource<Bytes>): void {
    this.#add(this.#inits, key, resource);
  }

  getManifest(key: string): Resource<Bytes> | undefined {
    return this.#manifests.get(key);
  }

  addManifest(key: string, resource: Resource<Bytes>): void {
    this.#add(this.#manifests, key, resource);
  }

  /** To be called when a channel has grown: listed segments do not change, manifests do. */
  dropManifests(): void {
    for (const { body } of this.#manifests.values()) this.#bytes -= body.length;
    this.#manifests.clear();
    this.#selected.clear();
  }

  #add(resources: Map<string, Resource<Bytes>>, key: string, resource: Resource<Bytes>): void {
    this.#bytes += resource.body.length - (resources.get(key)?.body.length ?? 0);
    resources.set(key, resource);
  }

  getSelected(key: string): Resource<Bytes> | undefined {
    return this.#selected.get(key);
  }

  /** Caches a resource until other selections evict it. */
  addSelected(key: string, resource: Resource<Bytes>): void {
    this.#selected.set(key, resource, Math.max(resource.body.length, MIN_SELECTED_BYTES));
  }

  getPlan(key: string): Resource<SegmentPlan> | undefined {
    return this.#plans.get(key);
  }

  /** Plans with `transform` use too much memory to be cached. */
  addPlan(key: string, resource: Resource<SegmentPlan>): void {
    const { header, ranges, transform } = resource.body;
    if (transform) return;
    this.#plans.set(key, resource, RESOURCE_OVERHEAD_BYTES + header.length + 64 * ranges.length);
  }
}
