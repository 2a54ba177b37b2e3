/** What a client makes its request depend on (RFC 9110 §13, §14): pure functions of headers. */

import { ifNoneMatch } from "@std/http/etag";
import { RequestError } from "../errors.ts";

/** What can be asked for. */
export interface Validators {
  /** Strong, quotes included. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
  /** As the header says it. */
  readonly lastModified?: string;
}

/** Bytes from `start` up to, not with, `end`. */
export interface HttpRange {
  readonly start: number;
  readonly end: number;
  /** The client asked for a range. */
  readonly partial: boolean;
}

/** A range can't be had; the client is told the size. */
export class RangeNotSatisfiableError extends RequestError {
  constructor(readonly size: number, range: string) {
    super("RANGE_NOT_SATISFIABLE", `Cannot give '${range.slice(0, 100)}' of ${size} bytes`);
  }
}

/** The client has it already (§13.1.2, §13.1.3: a date counts only where no ETag is given). */
export function isNotModified(headers: Headers, { etag, lastModified }: Validators): boolean {
  const tags = headers.get("if-none-match");
  if (tags !== null) return !ifNoneMatch(tags, etag);
  if (lastModified === undefined) return false;
  const since = headers.get("if-modified-since");
  return since !== null && Date.parse(since) >= Date.parse(lastModified); // never true of what isn't a date
}

/**
 * The part that is asked for: one range, else the whole. Several ranges, and what can't be understood, are answered
 * with the whole, as a server may (§14.2).
 *
 * @throws RangeError where the range starts past the end
 */
export function selectRange(headers: Headers, selected: Validators): HttpRange {
  const whole = { start: 0, end: selected.size, partial: false };
  const range = headers.get("range");
  if (range === null || !matchesIfRange(headers.get("if-range"), selected)) return whole;
  const match = /^bytes=\s*([0-9]*)\s*-\s*([0-9]*)\s*$/i.exec(range);
  if (!match) return whole;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "") return last === "" ? whole : suffix(Number(last), selected.size, range);
  const [start, stop] = [Number(first), last === "" ? Infinity : Number(last)];
  if (stop < start) return whole; // not a range (§14.1.1)
  if (start >= selected.size) throw new RangeNotSatisfiableError(selected.size, range);
  return { start, end: Math.min(stop + 1, selected.size), partial: true };
}

/** The last `count` bytes. */
function suffix(count: number, size: number, range: string): HttpRange {
  if (count === 0 || size === 0) throw new RangeNotSatisfiableError(size, range);
  return { start: Math.max(0, size - count), end: size, partial: true };
}

/** If-Range wants the very same thing: a strong ETag, or the date as we said it (§13.1.5). */
function matchesIfRange(ifRange: string | null, { etag, lastModified }: Validators): boolean {
  if (ifRange === null) return true;
  return ifRange === etag || ifRange === lastModified;
}

/** Accept-Encoding names gzip, and does not refuse it (§12.5.3). `*` does not name it: some send it who can't. */
export function acceptsGzip(acceptEncoding: string | null): boolean {
  if (acceptEncoding === null) return false;
  return acceptEncoding.split(",").some((item) => {
    const [coding, ...parameters] = item.split(";").map((word) => word.trim().toLowerCase());
    if (coding !== "gzip" && coding !== "x-gzip") return false;
    const quality = parameters.find((parameter) => /^q\s*=/.test(parameter));
    return quality === undefined || Number(quality.slice(quality.indexOf("=") + 1)) > 0;
  });
}
