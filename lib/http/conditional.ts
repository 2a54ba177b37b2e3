/** Conditional requests, range requests and content negotiation (RFC 9110 §12–14). */

import { ifNoneMatch } from "@std/http/etag";
import { RequestError } from "../errors.ts";
import type { HttpRequest } from "./request.ts";
import type { Resource } from "./resource.ts";

/** RFC 9110 §8.8. */
type Validators = Pick<Resource, "etag" | "lastModified">;

/** Bytes `[start, end)`; `partial` if the client requested a range. */
export interface HttpRange {
  readonly start: number;
  readonly end: number;
  readonly partial: boolean;
}

/** The response states the size (§15.5.17). */
export class RangeNotSatisfiableError extends RequestError {
  constructor(readonly size: number, range: string) {
    const message = `Cannot serve the range '${
      range.slice(0, 100)
    }': the resource has ${size} bytes`;
    super("RANGE_NOT_SATISFIABLE", message);
  }
}

/** If-None-Match takes precedence (§13.1.2, §13.1.3). */
export function isNotModified(headers: Headers, { etag, lastModified }: Validators): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) return !ifNoneMatch(tags, etag);
  if (lastModified === undefined) return false;
  const since = headers.get("if-modified-since");
  return since !== null && Date.parse(since) >= Date.parse(lastModified);
}

/** Returns false for HEAD, and if the client has the representation. */
export function needsBody({ method, headers }: HttpRequest, validators: Validators): boolean {
  return method !== "HEAD" && !isNotModified(headers, validators);
}

/**
 * Ignores several ranges and invalid ones, as a server may (§14.2).
 *
 * @throws RangeNotSatisfiableError
 */
export function selectRange(headers: Headers, validators: Validators, size: number): HttpRange {
  const complete = { start: 0, end: size, partial: false };
  const range = headers.get("range");
  if (range === null || !matchesIfRange(headers.get("if-range"), validators)) return complete;
  const match = /^bytes=\s*([0-9]*)\s*-\s*([0-9]*)\s*$/i.exec(range);
  if (!match) return complete;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "") return last === "" ? complete : selectSuffix(Number(last), size, range);
  const [start, stop] = [Number(first), last === "" ? Infinity : Number(last)];
  if (stop < start) return complete; // invalid (§14.1.1)
  if (start >= size) throw new RangeNotSatisfiableError(size, range);
  return { start, end: Math.min(stop + 1, size), partial: true };
}

function selectSuffix(length: number, size: number, range: string): HttpRange {
  if (length === 0 || size === 0) throw new RangeNotSatisfiableError(size, range);
  return { start: Math.max(0, size - length), end: size, partial: true };
}

/** Needs a strong ETag or the exact Last-Modified (§13.1.5). */
function matchesIfRange(ifRange: string | null, { etag, lastModified }: Validators): boolean {
  if (ifRange === null) return true;
  return ifRange === etag || ifRange === lastModified;
}

/** `*` does not count: clients without gzip send it (§12.5.3). */
export function acceptsGzip(acceptEncoding: string | null): boolean {
  if (acceptEncoding === null) return false;
  return acceptEncoding.split(",").some((item) => {
    const [coding, ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    if (coding !== "gzip" && coding !== "x-gzip") return false;
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter));
    return quality === undefined || Number(quality.slice(quality.indexOf("=") + 1)) > 0;
  });
}
