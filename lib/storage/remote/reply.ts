/** Which responses to requests for a range count. */

import type { RemoteFile } from "./range_reader.ts";

/** A file as a response describes it. */
export type Validators = Pick<RemoteFile, "etag" | "modifiedAtMs">;

export interface ExpectedReply {
  /** The range `[start, end)` that was requested; `end` may be after the end of a file that is not known. */
  readonly start: number;
  readonly end: number;
  /** The file must still be this one. */
  readonly known?: RemoteFile;
  /** The file was requested only if it is no longer this one. */
  readonly previous?: RemoteFile;
}

/** Status line and headers. */
export interface ReplyHead {
  readonly status: number;
  readonly headers: Headers;
}

export type Reply =
  /** The body is the range that was requested, cut at the end of the file. */
  | { readonly kind: "bytes"; readonly end: number; readonly file: Omit<RemoteFile, "path"> }
  /** The body is all of a file, if it ends within the range. */
  | { readonly kind: "unsized"; readonly validators: Validators }
  | { readonly kind: "unchanged" | "missing" | "changed" }
  /** The body may tell why. */
  | { readonly kind: "refused" }
  /** Another attempt may succeed. */
  | { readonly kind: "failed"; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: "invalid"; readonly reason: string };

/** In characters. Names of blocks contain it, and it is sent with each request. */
export const MAX_ETAG_LENGTH = 1024;

const STRONG_ETAG = /^"[^"]*"$/;

/** Returns the headers that limit a request to a version of a file. */
export function buildConditions(
  { etag, modifiedAtMs }: Validators,
  isRevalidation: boolean,
): Record<string, string> {
  const date = modifiedAtMs === undefined ? undefined : new Date(modifiedAtMs).toUTCString();
  if (isRevalidation) {
    if (etag !== undefined) return { "if-none-match": etag };
    return date === undefined ? {} : { "if-modified-since": date };
  }
  if (etag !== undefined && STRONG_ETAG.test(etag)) return { "if-match": etag };
  return date === undefined ? {} : { "if-unmodified-since": date };
}

export function readReply(head: ReplyHead, expected: ExpectedReply): Reply {
  const { status } = head;
  if (status === 206) return readPartial(head, expected);
  if (status === 200) return readWhole(head, expected);
  if (status === 304) {
    return expected.previous ? { kind: "unchanged" } : invalid("status 304");
  }
  if (status === 404 || status === 410 || status === 414) return { kind: "missing" };
  if (status === 412) return expected.known ? { kind: "changed" } : invalid("status 412");
  if (status === 416) return readUnsatisfiable(head, expected);
  return readFailure(head);
}

/** Reads the response to a request for a listing; undefined if its body is one. */
export function readListReply(head: ReplyHead): Reply | undefined {
  if (head.status === 404) return { kind: "missing" };
  if (head.status !== 200) return readFailure(head);
  const coding = findCoding(head.headers);
  return coding === undefined ? undefined : invalid(`the content coding ${quote(coding)}`);
}

/** Reads the response to a PUT; undefined if it succeeded. */
export function readUploadReply(head: ReplyHead): Reply | undefined {
  if (head.status === 404) return { kind: "missing" };
  return [200, 201, 204].includes(head.status) ? undefined : readFailure(head);
}

function readFailure({ status, headers }: ReplyHead): Reply {
  if (status === 429 || status >= 500) {
    return {
      kind: "failed",
      reason: `it responds with status ${status}`,
      ...readRetryAfter(headers),
    };
  }
  if (status > 300 && status < 400 && headers.has("location")) return { kind: "missing" }; // of a directory
  const isRefused = status === 301 || status === 400 || status === 401 || status === 403;
  return isRefused ? { kind: "refused" } : invalid(`status ${status}`);
}

/** @param what the origin sent, for the sentence "it responds with …" */
function invalid(what: string): Reply {
  return { kind: "invalid", reason: `it responds with ${what}` };
}

/** Reads seconds (RFC 9110 §10.2.3). A date is ignored, since clocks differ. */
function readRetryAfter(headers: Headers): { readonly retryAfterMs?: number } {
  const text = headers.get("retry-after") ?? "";
  return /^\d{1,9}$/.test(text) ? { retryAfterMs: 1000 * Number(text) } : {};
}

/** S3 names `aws-chunked`, a coding of uploads, or nothing, for objects that were uploaded so. */
function findCoding(headers: Headers): string | undefined {
  const codings = (headers.get("content-encoding") ?? "").split(",").map((it) => it.trim());
  return codings.find((it) => !/^(|identity|aws-chunked)$/i.test(it));
}

function readValidators(headers: Headers): Validators {
  const modified = Date.parse(headers.get("last-modified") ?? "");
  return {
    etag: headers.get("etag") || undefined,
    modifiedAtMs: Number.isNaN(modified) ? undefined : modified,
  };
}

/** Returns why a response cannot be used, whatever it was requested for. */
function checkHeaders(headers: Headers): Reply | undefined {
  const coding = findCoding(headers);
  if (coding !== undefined) return invalid(`the content coding ${quote(coding)}`);
  const { length } = headers.get("etag") ?? "";
  if (length > MAX_ETAG_LENGTH) {
    return invalid(`an ETag of more than ${MAX_ETAG_LENGTH} characters`);
  }
  return undefined;
}

function readPartial({ headers }: ReplyHead, expected: ExpectedReply): Reply {
  const unusable = checkHeaders(headers);
  if (unusable) return unusable;
  const text = headers.get("content-range") ?? "";
  const [, first, last, total] = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/i.exec(text) ?? [];
  if (total === undefined) return invalid(text ? `the range ${quote(text)}` : "no range");
  const size = Number(total);
  if (expected.known && size !== expected.known.size) return { kind: "changed" };
  const end = Math.min(expected.end, size);
  if (Number(first) !== expected.start || Number(last) !== end - 1) {
    return invalid(`another range than bytes ${expected.start}-${end - 1}: ${quote(text)}`);
  }
  if (!hasLength(headers, end - expected.start)) {
    return invalid("more or fewer bytes than the range");
  }
  return compare({ size, ...readValidators(headers) }, end, expected);
}

/** Chunked responses have no length; then only the body counts. */
function hasLength(headers: Headers, length: number): boolean {
  const text = headers.get("content-length");
  return text === null || Number(text) === length;
}

/** Counts where the range was all of the file. */
function readWhole({ headers }: ReplyHead, expected: ExpectedReply): Reply {
  const unusable = checkHeaders(headers);
  if (unusable) return unusable;
  const text = headers.get("content-length");
  const validators = readValidators(headers);
  const size = text === null ? expected.known?.size : Number(text);
  if (expected.known && size !== expected.known.size) return { kind: "changed" };
  if (expected.start > 0 || size !== undefined && size > expected.end) {
    return invalid("all of the file: it serves no ranges");
  }
  if (size === undefined) return { kind: "unsized", validators };
  return compare({ size, ...validators }, size, expected);
}

/** A range that starts at 0 is satisfiable unless the file is empty. */
function readUnsatisfiable(
  { headers }: ReplyHead,
  { start, known, previous }: ExpectedReply,
): Reply {
  if (known) return { kind: "changed" };
  const [, total] = /^bytes \*\/(\d{1,15})$/i.exec(headers.get("content-range") ?? "") ?? [];
  if (start > 0 || Number(total ?? 0) > 0) return invalid("status 416");
  if (previous?.size === 0) return { kind: "unchanged" };
  return { kind: "bytes", end: 0, file: { size: 0, etag: undefined, modifiedAtMs: undefined } };
}

/** An origin may overlook conditions: the file has to be the known one. */
function compare(
  file: Omit<RemoteFile, "path">,
  end: number,
  { known, previous }: ExpectedReply,
): Reply {
  if (previous && file.size === previous.size && !findDifference(previous, file)) {
    return { kind: "unchanged" };
  }
  return known && findDifference(known, file) || { kind: "bytes", end, file };
}

/** Dates of files with a strong ETag may differ, since machines behind one address have their own. */
function findDifference(known: Validators, found: Validators): Reply | undefined {
  if (known.etag !== undefined && found.etag === undefined) return invalid("no ETag");
  if (known.etag !== found.etag) return { kind: "changed" };
  if (known.etag !== undefined && STRONG_ETAG.test(known.etag)) return undefined;
  if (known.modifiedAtMs === found.modifiedAtMs) return undefined;
  return found.modifiedAtMs === undefined ? invalid("no Last-Modified") : { kind: "changed" };
}

/** Headers of the origin, as far as they are text of one line. */
function quote(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
