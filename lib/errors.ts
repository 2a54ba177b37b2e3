/**
 * The two errors that AMS knows. Whatever else is thrown is a defect of ours (500 `INTERNAL`).
 *
 * A message starts with "Cannot", names the value and has no full stop.
 */

/** What is wrong with an operator's file, as clients and logs see it. Listed in docs/errors.md. */
export type MediaCode =
  | "MEDIA_INVALID" // the bytes contradict the standard, or each other
  | "MEDIA_UNSUPPORTED" // valid, as far as we can tell, but beyond us
  | "MEDIA_MISSING" // a file that a package names is not there
  | "MEDIA_READ" // the storage failed, or the file changed while it was read
  | "PACKAGE_INVALID"; // the package file is not what lib/package/schema.json says

/** The file is broken, or beyond us. */
export class MediaError extends Error {
  override name = "MediaError";
  /** Boxes from the outermost in, as `moof/traf/tfdt`; "" outside of any. */
  path = "";
  /** The file, as its operator knows it; "" until somebody who knows it adds it. */
  file = "";

  constructor(readonly reason: string, readonly code: MediaCode = "MEDIA_INVALID") {
    super(reason);
  }

  /** Puts a box in front of the path. The walker calls it once a level, on the way out. */
  in(box: string): this {
    this.path = this.path ? `${box}/${this.path}` : box;
    return this.#updateMessage();
  }

  /** Names the file, unless a nearer caller has done so. */
  inFile(file: string): this {
    this.file ||= file;
    return this.#updateMessage();
  }

  #updateMessage(): this {
    this.message = toOneLine([this.file, this.path, this.reason].filter(Boolean).join(": "));
    return this;
  }
}

/** A file's name may hold anything; a message is one line. */
function toOneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}

/** What is wrong with a request. Listed in docs/errors.md. */
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

/** The client asked for what isn't there, or may not be had. */
export class RequestError extends Error {
  override name = "RequestError";
  readonly status: number;

  constructor(readonly code: RequestCode, message: string) {
    super(toOneLine(message));
    this.status = STATUS[code];
  }
}
