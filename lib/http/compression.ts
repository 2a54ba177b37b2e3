import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { acceptsGzip } from "./conditional.ts";
import type { HttpRequest } from "./request.ts";
import type { Bytes, Resource } from "./resource.ts";

/** The ETag is equal on every machine and after every restart, since it depends on the bytes alone. */
export function withEtag(
  bytes: Bytes,
  metadata: Pick<Resource, "file" | "type" | "caching" | "headers">,
): Resource<Bytes> {
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { ...metadata, etag: `"${digest}"`, size: bytes.length, coding: "", body: bytes };
}

export function gzipResource(
  { body: plain, cachedHeaders: _, cachedPrivateHeaders: __, ...resource }: Resource<Bytes>,
  bytes = gzipSync(plain) as Bytes,
): Resource<Bytes> {
  const etag = `${resource.etag.slice(0, -1)}-gzip"`;
  return { ...resource, etag, size: bytes.length, coding: "gzip", body: bytes };
}

/** Ranges apply to uncompressed bytes. */
export function wantsGzip({ headers }: HttpRequest): boolean {
  return acceptsGzip(headers.get("accept-encoding")) && headers.get("range") === null;
}
