/** Errors of publishers' requests. */

import { MediaError, type RequestCode, RequestError } from "../errors.ts";

const STATUS = {
  BAD_REQUEST: 400,
  /** The connection ended before the body did. */
  BODY_INCOMPLETE: 400,
  MEDIA_INVALID: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  /** A segment came before its init segment. */
  INIT_MISSING: 412,
  FRAGMENT_TOO_LARGE: 413,
  MEDIA_UNSUPPORTED: 415,
  EXPECTATION_FAILED: 417,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  NOT_IMPLEMENTED: 501,
  DRAINING: 503,
  /** Memory is full, and the fragment of the request has occupied a part of it for long. */
  OVERLOADED: 503,
  /** Another process records the channel. */
  CHANNEL_LOCKED: 503,
  VERSION_NOT_SUPPORTED: 505,
  DISK_FULL: 507,
} as const;

export type IngestCode = keyof typeof STATUS;

const REQUEST_CODES: Partial<Record<RequestCode, IngestCode>> = {
  BAD_REQUEST: "BAD_REQUEST",
  PRECONDITION_FAILED: "INIT_MISSING",
};

/** A request of a publisher fails. The message contains no key. */
export class IngestError extends Error {
  override name = "IngestError";
  readonly status: number;

  constructor(readonly code: IngestCode, message: string, options?: ErrorOptions) {
    super(message.replace(/\p{Cc}/gu, "?"), options);
    this.status = STATUS[code];
  }
}

/** @param channel path in the document root, without keys */
export function channelNotFound(channel: string): IngestError {
  const expected = "expected a valid channel file in the directory of --channels";
  return new IngestError("NOT_FOUND", `Cannot find the channel ${channel}, ${expected}`);
}

/** Broken media is the publisher's fault, unlike in files of the operator. The cause of an internal error is the bug. */
export function toIngestError(error: unknown): IngestError {
  if (error instanceof IngestError) return error;
  if (error instanceof MediaError) {
    const code = error.code === "MEDIA_UNSUPPORTED" ? "MEDIA_UNSUPPORTED" : "MEDIA_INVALID";
    return new IngestError(code, error.message);
  }
  if (error instanceof RequestError) {
    const code = REQUEST_CODES[error.code];
    if (code) return new IngestError(code, error.message);
  }
  const message = "Cannot ingest because of an internal error: see the log of ams";
  return new IngestError("INTERNAL", message, { cause: error });
}

/** Returns what the log says of a failed request, behind its path. Encoders that have credentials send them after a 401. */
export function describeFailure(
  { code, status, message, cause }: IngestError,
): { readonly level: "info" | "warn" | "error"; readonly text: string } {
  const details = cause instanceof Error ? cause.stack ?? cause.message : message;
  const level = status === 500 ? "error" : status === 401 ? "info" : "warn";
  return { level, text: `${status} ${code}: ${details}` };
}
