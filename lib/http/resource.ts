import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** A representation (RFC 9110 §3.2), before a range is selected. */
export interface Resource<Body extends ResourceBody = ResourceBody> {
  /** Names the resource in reports, and with the ETag reads that concurrent requests share. */
  readonly file: string;
  readonly type: string;
  /** Strong, including the quotes. */
  readonly etag: string;
  readonly caching: CacheControl;
  /** In bytes; absent if it depends on samples that are not read yet. */
  readonly size?: number;
  /** An HTTP date. */
  readonly lastModified?: string;
  /** The selected coding; absent if the response does not depend on Accept-Encoding. */
  readonly coding?: "" | "gzip";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Body;
  /** Keeps the sources of the body open; called for a body that outlives the request. */
  hold?(): Disposable;
  /** Headers of complete responses, without Origin, and with one if all origins are allowed. */
  cachedHeaders?: CachedHeaders;
  /** As `cachedHeaders`, for clients that a token admits. */
  cachedPrivateHeaders?: CachedHeaders;
}

export interface CachedHeaders {
  plain?: Headers;
  crossOrigin?: Headers;
}

/** Bytes, a plan to read them, or slices that are read one by one. */
export type ResourceBody = Bytes | SegmentPlan | readonly PlanSlice[];

export type CacheControl =
  | "max-age=1"
  | "no-cache"
  | "no-store"
  | "private"
  | "private, no-cache"
  | "private, max-age=1"
  | "private, no-store"
  | "public, max-age=31536000, immutable"
  | "private, max-age=31536000, immutable";

/** Changes as segments are appended. */
export const LIVE: CacheControl = "max-age=1";

/** Clients revalidate before each use. */
export const REVALIDATED: CacheControl = "no-cache";

export const IMMUTABLE: CacheControl = "public, max-age=31536000, immutable";

/** Shared caches store nothing. */
export const PRIVATE: CacheControl = "private";

/** Says nothing about the next response. */
export const NOT_STORED: CacheControl = "no-store";

/** Contains a token of one client. */
export const SECRET: CacheControl = "private, no-store";

/** Excludes shared caches. */
export function toPrivateCaching(caching: CacheControl): CacheControl {
  if (caching === REVALIDATED) return "private, no-cache";
  if (caching === LIVE) return "private, max-age=1";
  return caching === IMMUTABLE ? "private, max-age=31536000, immutable" : caching;
}

/** Memory of a cached resource without its body: its key, ETag and headers with and without CORS, measured. */
export const RESOURCE_OVERHEAD_BYTES = 2560;
