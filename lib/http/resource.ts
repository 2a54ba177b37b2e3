/** Metadata of the selected representation (RFC 9110 §3.2), known before a range is selected. */
export interface Resource {
  readonly type: string;
  /** Strong, including the quotes. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
  readonly caching: CacheControl;
  /** An HTTP date. */
  readonly lastModified?: string;
  /** Present if the response depends on Accept-Encoding: the selected coding, "" for none. */
  readonly coding?: "" | "gzip";
  /** Headers of this resource in addition to the common ones. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of complete responses, built once: without Origin, and with one if all origins are allowed. */
  cachedHeaders?: { plain?: Headers; crossOrigin?: Headers };
}

/** A resource whose bytes are in memory. */
export interface BytesResource extends Resource {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type CacheControl = "no-cache" | "public, max-age=31536000, immutable";

/** Clients revalidate the resource before each use. */
export const REVALIDATED: CacheControl = "no-cache";

/** The resource never changes. */
export const IMMUTABLE: CacheControl = "public, max-age=31536000, immutable";
