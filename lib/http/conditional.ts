/** Conditional requests, range requests and content negotiation (RFC 9110 §12–14). */

import { RequestError } from "../errors.ts";
import { parseHttpDate } from "./http_date.ts";
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

/** The client requested another representation than the current one (§15.5.13). */
export class PreconditionFailedError extends RequestError {
  constructor(file: string) {
    super(
      "PRECONDITION_FAILED",
      `Cannot serve '${file}': it is not the version that If-Match or If-Unmodified-Since requires`,
    );
  }
}

/** In characters. Longer headers have no effect, so that none takes long to read; no client sends them. */
const MAX_LIST_LENGTH = 8192;
const MAX_RANGE_LENGTH = 256;

/** `failed` is a 412, `notModified` a 304. */
export type PreconditionResult = "met" | "notModified" | "failed";

/** Evaluates the preconditions of GET and HEAD in their order (§13.2.2); `selectRange()` evaluates If-Range. */
export function evaluatePreconditions(
  headers: Headers,
  validators: Validators,
): PreconditionResult {
  if (!matchesVersion(headers, validators)) return "failed";
  return isNotModified(headers, validators) ? "notModified" : "met";
}

/** If-Match takes precedence over If-Unmodified-Since (§13.1.1, §13.1.4). */
function matchesVersion(headers: Headers, { etag, lastModified }: Validators): boolean {
  const tags = headers.get("if-match");
  if (tags !== null) return listsTag(tags, etag);
  if (lastModified === undefined) return true;
  const since = parseDateHeader(headers, "if-unmodified-since");
  return since === undefined || Date.parse(lastModified) <= since;
}

/** If-None-Match takes precedence over If-Modified-Since (§13.1.2, §13.1.3). */
function isNotModified(headers: Headers, { etag, lastModified }: Validators): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) return listsTag(tags, etag, { weakly: true });
  if (lastModified === undefined) return false;
  const since = parseDateHeader(headers, "if-modified-since");
  return since !== undefined && Date.parse(lastModified) <= since;
}

/**
 * Compares strongly (§8.8.3.2), or weakly: `W/"a"` equals `"a"`. A tag of another server may contain a comma, but no part of it is an
 * ETag with both quotes. Lists longer than `MAX_LIST_LENGTH` contain no tag; others take linear time.
 *
 * @param etag strong
 */
function listsTag(list: string, etag: string, { weakly = false } = {}): boolean {
  if (list.length > MAX_LIST_LENGTH) return false;
  if (list.trim() === "*") return true;
  const tags = list.split(",").map((item) => item.trim());
  return tags.includes(etag) || weakly && tags.includes(`W/${etag}`);
}

/** Values that are no HTTP date are ignored (§13.1.3, §13.1.4). */
function parseDateHeader(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  return value === null ? undefined : parseHttpDate(value);
}

/** Returns false for HEAD, and for preconditions that end in a 304 or a 412. */
export function needsBody({ method, headers }: HttpRequest, validators: Validators): boolean {
  return method !== "HEAD" && evaluatePreconditions(headers, validators) === "met";
}

/**
 * Ignores several ranges, invalid ones and those longer than `MAX_RANGE_LENGTH`, as a server may (§14.2).
 *
 * @throws RangeNotSatisfiableError
 */
export function selectRange(headers: Headers, validators: Validators, size: number): HttpRange {
  const complete = { start: 0, end: size, partial: false };
  const range = headers.get("range");
  if (range === null || range.length > MAX_RANGE_LENGTH) return complete;
  if (!matchesIfRange(headers.get("if-range"), validators)) return complete;
  const match = /^bytes=\s*(?:([0-9]+)\s*)?-\s*(?:([0-9]+)\s*)?$/i.exec(range); // linear: `\s*` twice in a row is not
  if (!match) return complete;
  const [first = "", last = ""] = match.slice(1);
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

/** Needs a strong ETag or exactly the date of Last-Modified (§13.1.5). */
function matchesIfRange(ifRange: string | null, { etag, lastModified }: Validators): boolean {
  if (ifRange === null || ifRange === etag) return true;
  if (lastModified === undefined) return false;
  const modifiedAtMs = Date.parse(lastModified);
  return parseHttpDate(ifRange) === modifiedAtMs && isStrong(modifiedAtMs);
}

/** A file may change again within the second of its date, which then names two versions (§8.8.2.2). */
function isStrong(modifiedAtMs: number): boolean {
  return Date.now() - modifiedAtMs >= 1000;
}

/** `*` does not count: clients without gzip send it (§12.5.3). */
export function acceptsGzip(acceptEncoding: string | null): boolean {
  if (acceptEncoding === null || acceptEncoding.length > MAX_LIST_LENGTH) return false;
  return acceptEncoding.split(",").some((item) => {
    const [coding, ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    if (coding !== "gzip" && coding !== "x-gzip") return false;
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter));
    return quality === undefined || Number(quality.slice(quality.indexOf("=") + 1)) > 0;
  });
}
