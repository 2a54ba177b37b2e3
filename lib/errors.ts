/**
 * The two expected errors. Anything else that is thrown is an internal error (500 `INTERNAL`).
 *
 * A message starts with "Cannot", names the field and the value, and has no full stop.
 */

/** Error codes of media and package files, as clients and logs see them (docs/errors.md). */
export type MediaCode =
  | "MEDIA_INVALID" // the bytes contradict the standard, or each other
  | "MEDIA_UNSUPPORTED" // valid as far as AMS can tell, but not supported
  | "MEDIA_MISSING" // a file that a package references does not exist
  | "MEDIA_READ" // the storage failed, or the file changed while it was read
  | "PACKAGE_INVALID"; // the package file violates lib/package/schema.json

/** Signals that a file is invalid or not supported. */
export class MediaError extends Error {
  override name = "MediaError";
  /** Box path, outermost first: `moof/traf/tfdt`; "" outside of boxes. */
  path = "";
  /** File name as the operator knows it; "" until `inFile()` sets it. */
  file = "";

  constructor(readonly reason: string, readonly code: MediaCode = "MEDIA_INVALID") {
    super(reason);
  }

  /** Prepends a box to the path. The box walker calls it once per level, from the inside out. */
  in(box: string): this {
    this.path = this.path ? `${box}/${this.path}` : box;
    return this.#updateMessage();
  }

  /** Sets the file name unless an inner caller has set it. */
  inFile(file: string): this {
    this.file ||= file;
    return this.#updateMessage();
  }

  #updateMessage(): this {
    this.message = toOneLine([this.file, this.path, this.reason].filter(Boolean).join(": "));
    return this;
  }
}

/** Replaces control characters, which file names may contain: a message is one line. */
function toOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/** Error codes of requests (docs/errors.md). */
export type RequestCode =
  | "BAD_REQUEST"
  | "FORBIDDEN"
  | "NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "RANGE_NOT_SATISFIABLE";

const STATUS: Record<RequestCode, number> = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  RANGE_NOT_SATISFIABLE: 416,
};

/** Signals that a request is invalid, or that its resource does not exist or is forbidden. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly status: number;

  constructor(readonly code: RequestCode, message: string) {
    super(toOneLine(message));
    this.status = STATUS[code];
  }
}
