/** Texts that are built once and kept as bytes, plain and gzipped. */

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { acceptsGzip, type Part } from "./conditional.ts";
import type { Built, Call, Entity, Responder } from "./response.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The plain form, under an ETag of what the bytes are: the same on every machine, and after every restart. */
export function hashed(bytes: Bytes, like: Pick<Entity, "type" | "caching" | "headers">): Built {
  const digest = createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
  return { bytes, entity: { ...like, etag: `"${digest}"`, size: bytes.length, coding: "" } };
}

/** @param bytes of the gzipped form, where they are there already */
export function gzipped(
  { bytes: plain, entity: { made: _, ...entity } }: Built,
  bytes = gzipSync(plain) as Bytes,
): Built {
  const etag = `${entity.etag.slice(0, -1)}-gzip"`;
  return { bytes, entity: { ...entity, etag, size: bytes.length, coding: "gzip" } };
}

/** The client takes gzip, and wants the whole: ranges are of the plain form. */
export function wantsGzip({ headers }: Call): boolean {
  return acceptsGzip(headers.get("accept-encoding")) && headers.get("range") === null;
}

export function serveBuilt(
  call: Call,
  responder: Responder,
  { bytes, entity }: Built,
): Response | Promise<Response> {
  return responder.entity(call, entity, (part) => partOfBytes(bytes, part));
}

export function partOfBytes(bytes: Bytes, { start, end }: Part): Bytes {
  return bytes.subarray(start, end);
}
