/** Metadata of a representation (RFC 9110 §3.2), before a range is selected. */
export interface Resource {
  readonly type: string;
  /** Strong, including the quotes. */
  readonly etag: string;
  readonly size: number;
  readonly caching: CacheControl;
  /** An HTTP date. */
  readonly lastModified?: string;
  /** The selected coding; absent if the response does not depend on Accept-Encoding. */
  readonly coding?: "" | "gzip";
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of complete responses, without Origin, and with one if all origins are allowed. */
  cachedHeaders?: { plain?: Headers; crossOrigin?: Headers };
}

export interface BytesResource extends Resource {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type CacheControl = "no-cache" | "public, max-age=31536000, immutable";

/** Clients revalidate before each use. */
export const REVALIDATED: CacheControl = "no-cache";

export const IMMUTABLE: CacheControl = "public, max-age=31536000, immutable";
