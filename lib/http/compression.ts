/** Resources in memory: their ETag, their gzipped copy, and the response made of them. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { acceptsGzip, type HttpRange } from "./conditional.ts";
import type { HttpRequest } from "./request.ts";
import type { BytesResource, Resource } from "./resource.ts";
import type { Responder } from "./responder.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Adds an ETag that depends on the bytes alone, so that it is equal on every machine and after every restart. */
export function withEtag(
  bytes: Bytes,
  metadata: Pick<Resource, "type" | "caching" | "headers">,
): BytesResource {
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { ...metadata, bytes, etag: `"${digest}"`, size: bytes.length, coding: "" };
}

/** @param bytes the gzipped bytes, where they have been computed already */
export function gzipResource(
  { bytes: plain, cachedHeaders: _, ...resource }: BytesResource,
  bytes = gzipSync(plain) as Bytes,
): BytesResource {
  const etag = `${resource.etag.slice(0, -1)}-gzip"`;
  return { ...resource, bytes, etag, size: bytes.length, coding: "gzip" };
}

/** True if the client accepts gzip and requests no range: ranges apply to the uncompressed bytes. */
export function wantsGzip({ headers }: HttpRequest): boolean {
  return acceptsGzip(headers.get("accept-encoding")) && headers.get("range") === null;
}

export function respondWithBytes(
  request: HttpRequest,
  responder: Responder,
  resource: BytesResource,
): Response | Promise<Response> {
  return responder.respond(request, resource, (range) => sliceBytes(resource.bytes, range));
}

export function sliceBytes(bytes: Bytes, { start, end }: HttpRange): Bytes {
  return bytes.subarray(start, end);
}
