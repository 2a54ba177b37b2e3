/** Texts that are built once and kept as bytes, plain and gzipped. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { acceptsGzip, type HttpRange } from "./conditional.ts";
import type { BuiltResource, HttpRequest, Representation, Responder } from "./response.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The plain form, under an ETag of what the bytes are: the same on every machine, and after every restart. */
export function withEtag(
  bytes: Bytes,
  like: Pick<Representation, "type" | "caching" | "headers">,
): BuiltResource {
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { bytes, entity: { ...like, etag: `"${digest}"`, size: bytes.length, coding: "" } };
}

/** @param bytes of the gzipped form, where they are there already */
export function gzipResource(
  { bytes: plain, entity: { made: _, ...entity } }: BuiltResource,
  bytes = gzipSync(plain) as Bytes,
): BuiltResource {
  const etag = `${entity.etag.slice(0, -1)}-gzip"`;
  return { bytes, entity: { ...entity, etag, size: bytes.length, coding: "gzip" } };
}

/** The client takes gzip, and wants the whole: ranges are of the plain form. */
export function wantsGzip({ headers }: HttpRequest): boolean {
  return acceptsGzip(headers.get("accept-encoding")) && headers.get("range") === null;
}

export function serveBuilt(
  call: HttpRequest,
  responder: Responder,
  { bytes, entity }: BuiltResource,
): Response | Promise<Response> {
  return responder.entity(call, entity, (part) => sliceResource(bytes, part));
}

export function sliceResource(bytes: Bytes, { start, end }: HttpRange): Bytes {
  return bytes.subarray(start, end);
}
