import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { acceptsGzip, type HttpRange } from "./conditional.ts";
import type { HttpRequest } from "./request.ts";
import type { BytesResource, Resource } from "./resource.ts";
import type { Responder } from "./responder.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The ETag is equal on every machine and after every restart, since it depends on the bytes alone. */
export function withEtag(
  bytes: Bytes,
  metadata: Pick<Resource, "type" | "caching" | "headers">,
): BytesResource {
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { ...metadata, bytes, etag: `"${digest}"`, size: bytes.length, coding: "" };
}

export function gzipResource(
  { bytes: plain, cachedHeaders: _, ...resource }: BytesResource,
  bytes = gzipSync(plain) as Bytes,
): BytesResource {
  const etag = `${resource.etag.slice(0, -1)}-gzip"`;
  return { ...resource, bytes, etag, size: bytes.length, coding: "gzip" };
}

/** Ranges apply to uncompressed bytes. */
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
