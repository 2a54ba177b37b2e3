/** Responses to publishers. */

import type { IngestError } from "../ingest_error.ts";

export interface IngestResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface ResponseOptions {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** No other request is read after this one. */
  readonly isLast: boolean;
  /** The body is omitted, as for HEAD. */
  readonly omitsBody?: boolean;
}

/** The request is received, and its media is written. */
export const INGESTED: IngestResponse = { status: 200 };

/** Methods of publishers: encoders delete segments that their playlists no longer name. */
export const PUBLISH_METHODS = ["PUT", "POST", "DELETE"];

const REASONS: Record<number, string> = {
  200: "OK",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
};

/** Headers that a status requires (RFC 9110 §11.6.1 and §15.5.6). */
const HEADERS: Record<number, Readonly<Record<string, string>>> = {
  401: { "WWW-Authenticate": 'Basic realm="ams"' },
  405: { Allow: PUBLISH_METHODS.join(", ") },
  503: { "Retry-After": "1" },
};

/** Makes a response with the code and the reason of an error (docs/errors.md). */
export function toErrorResponse({ status, code, message }: IngestError): IngestResponse {
  return {
    status,
    headers: { ...HEADERS[status], "Content-Type": "application/json", "AMS-Error": code },
    body: JSON.stringify({ status: "ERROR", code, reason: message }) + "\n",
  };
}

/** Returns the bytes of a response (RFC 9112 §4). */
export function formatResponse(
  { status, headers, body = "" }: IngestResponse,
  { nowMs, isLast, omitsBody = false }: ResponseOptions,
): Uint8Array<ArrayBuffer> {
  const content = new TextEncoder().encode(body);
  const fields = {
    Date: new Date(nowMs).toUTCString(),
    ...headers,
    "Content-Length": content.length,
    ...isLast && { Connection: "close" },
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${REASONS[status] ?? "Error"}\r\n${lines.join("")}\r\n`;
  return new TextEncoder().encode(omitsBody ? head : head + body);
}
