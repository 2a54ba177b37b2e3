/**
 * The expected errors: MediaError for files, SourceError for origins of files, KeysError for encryption keys, RequestError for
 * requests. Others are internal (500 `INTERNAL`).
 */

import { orElse } from "./maybe_async.ts";

/** Error codes of media and package files (docs/errors.md). */
export type MediaCode =
  | "MEDIA_INVALID"
  | "MEDIA_UNSUPPORTED"
  | "MEDIA_MISSING"
  | "MEDIA_READ"
  | "PACKAGE_INVALID"
  | "PACKAGE_EXPOSED";

export class MediaError extends Error {
  override name = "MediaError";
  /** Box path, such as `moof/traf/tfdt`; "" outside of boxes. */
  path = "";
  /** As the operator knows it; "" until `inFile()` sets it. */
  file = "";

  readonly reason: string;

  constructor(reason: string, readonly code: MediaCode = "MEDIA_INVALID") {
    super(toOneLine(reason));
    this.reason = this.message;
  }

  /** Prepends a box to the path, once per level, from the inside out. */
  in(box: string): this {
    this.path = this.path ? `${box}/${this.path}` : box;
    return this.#updateMessage();
  }

  inFile(file: string): this {
    this.file ||= file;
    return this.#updateMessage();
  }

  #updateMessage(): this {
    this.message = toOneLine([this.file, this.path, this.reason].filter(Boolean).join(": "));
    return this;
  }
}

/** The storage has another version of a file than the one that is open: the asset must be opened again. */
export class FileReplacedError extends MediaError {
  /** @param position of the byte that was to be read */
  constructor(position: number) {
    const why = "the file was changed while it was open";
    super(`Cannot read byte ${position}: ${why}`, "MEDIA_READ");
  }
}

/** The index of a package does not fit the tables of a file: the asset must be opened again without it. */
export class IndexMismatchError extends MediaError {
  constructor(why: string) {
    super(`${why} where the index of the package has them`, "PACKAGE_INVALID");
  }
}

/** Adds the file name to a MediaError that `read` throws, or that its promise rejects with. */
export function withFileName<T>(file: string, read: () => T): T {
  return orElse<unknown>(read, (error) => {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }) as T;
}

/** Names in files, and of files, may contain control characters, and a message is one line. */
function toOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/** Error codes of keys (docs/errors.md). */
export type KeysCode =
  /** No key file, source, document or key. */
  | "KEYS_MISSING"
  /** A key file, document or response cannot be used. */
  | "KEYS_INVALID"
  /** The key server does not respond. */
  | "KEYS_UNAVAILABLE";

const KEYS_STATUS: Record<KeysCode, number> = {
  KEYS_MISSING: 500,
  KEYS_INVALID: 500,
  KEYS_UNAVAILABLE: 503,
};

/** Keys of an asset cannot be had. The message contains no key, seed, header, URL or path. */
export class KeysError extends Error {
  override name = "KeysError";
  readonly status: number;

  constructor(readonly code: KeysCode, message: string) {
    super(toOneLine(message));
    this.status = KEYS_STATUS[code];
  }
}

/** Error codes of origins that files are read from (docs/errors.md). */
export type SourceCode =
  /** The origin does not respond, or responds with 429 or 5xx, after all attempts. */
  | "SOURCE_UNAVAILABLE"
  /** Too many requests for it are waiting. */
  | "SOURCE_BUSY"
  /** A response of the origin cannot be used. */
  | "SOURCE_INVALID"
  /** The origin rejects the credentials of AMS. */
  | "SOURCE_DENIED";

const SOURCE_STATUS: Record<SourceCode, number> = {
  SOURCE_UNAVAILABLE: 503,
  SOURCE_BUSY: 503,
  SOURCE_INVALID: 502,
  SOURCE_DENIED: 502,
};

/** The origin of a file does not serve it. The message names the path below the mount, never host, bucket, prefix or key. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly status: number;

  constructor(readonly code: SourceCode, message: string) {
    super(toOneLine(message));
    this.status = SOURCE_STATUS[code];
  }
}

/** Reasons to reject a request by its access token (docs/access.md). */
export type TokenCode =
  | "TOKEN_MISSING"
  | "TOKEN_INVALID"
  | "TOKEN_EXPIRED"
  | "TOKEN_NOT_YET"
  | "TOKEN_PATH"
  | "TOKEN_ADDRESS";

/** `expired` of `TOKEN_EXPIRED`. */
export type TokenFault = TokenCode extends `TOKEN_${infer Name}` ? Lowercase<Name> : never;

export type RequestCode =
  | TokenCode
  | "BAD_REQUEST"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "NOT_PUBLISHED"
  | "METHOD_NOT_ALLOWED"
  | "PRECONDITION_FAILED"
  | "RANGE_NOT_SATISFIABLE"
  | "NOT_IMPLEMENTED"
  | "CLIENT_GONE"
  | "OVERLOADED"
  | "STORAGE_GONE"
  | "DRAINING";

const STATUS: Record<RequestCode, number> = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  TOKEN_MISSING: 403,
  TOKEN_INVALID: 403,
  TOKEN_EXPIRED: 403,
  TOKEN_NOT_YET: 403,
  TOKEN_PATH: 403,
  TOKEN_ADDRESS: 403,
  NOT_FOUND: 404,
  NOT_PUBLISHED: 404,
  METHOD_NOT_ALLOWED: 405,
  PRECONDITION_FAILED: 412,
  RANGE_NOT_SATISFIABLE: 416,
  CLIENT_GONE: 499,
  NOT_IMPLEMENTED: 501,
  OVERLOADED: 503,
  STORAGE_GONE: 503,
  DRAINING: 503,
};

export class RequestError extends Error {
  override name = "RequestError";
  readonly status: number;

  constructor(readonly code: RequestCode, message: string) {
    super(toOneLine(message));
    this.status = STATUS[code];
  }
}

/** Errors whose messages clients may learn. */
export type ExpectedError = MediaError | SourceError | KeysError | RequestError;

const EXPECTED_ERRORS = [MediaError, SourceError, KeysError, RequestError];

/** Returns whether clients may learn the message; other errors are internal. */
export function isExpectedError(error: unknown): error is ExpectedError {
  return EXPECTED_ERRORS.some((type) => error instanceof type);
}
