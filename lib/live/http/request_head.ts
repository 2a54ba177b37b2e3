/** Request lines and headers of publishers (RFC 9112 §3, §5 and §6). */

import { IngestError } from "../ingest_error.ts";

export interface RequestHead {
  readonly method: string;
  /** As sent, neither decoded nor normalized; with the query. */
  readonly target: string;
  /** Names are in lower case; values of repeated headers are joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** Bytes of the body; 0 without one. */
  readonly bodyLength: number | "chunked";
  /** The client waits for `100 Continue` before it sends the body. */
  readonly expectsContinue: boolean;
  /** The client may send another request on the connection. */
  readonly isPersistent: boolean;
}

const REQUEST_LINE = /^([!#$%&'*+.^_`|~\w-]+) ([^\p{Cc}\p{Zs}]+) HTTP\/([0-9])\.([0-9])$/u;
const FIELD_NAME = /^[!#$%&'*+.^_`|~\w-]+$/;

/** Not allowed in values (RFC 9110 §5.5), but for the tabulator. */
// deno-lint-ignore no-control-regex -- these are what it looks for
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Where two values contradict each other, either may be the one that a proxy uses. */
const SINGLE_HEADERS = ["host", "content-length", "authorization"];

/** Not U+212A, the sign of Kelvin, which `toLowerCase()` makes a "k". */
const CHUNKED = /^chunked$/i;

/** Encoders send URLs as they are typed: in UTF-8. */
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Parses a request without the empty line at its end.
 *
 * @throws IngestError, which quotes no value (a broken request may have a key anywhere), if it is malformed, or its body has a form that is not supported
 */
export function parseRequestHead(bytes: Uint8Array): RequestHead {
  const [requestLine, ...fieldLines] = utf8.decode(bytes).split("\r\n");
  const { method, target, minorVersion } = parseRequestLine(requestLine!);
  const headers = parseFields(fieldLines);
  const isHttp11 = minorVersion > 0;
  if (isHttp11 && !headers.has("host")) throw badRequest("the headers: Host is missing");
  return {
    method,
    target,
    headers,
    bodyLength: getBodyLength(headers, isHttp11),
    expectsContinue: isHttp11 && expectsContinue(headers),
    isPersistent: isHttp11 && !listTokens(headers, "connection").includes("close"),
  };
}

function parseRequestLine(line: string) {
  const [, method, target, major, minor] = REQUEST_LINE.exec(line) ?? [];
  if (method === undefined || target === undefined || target.includes("\uFFFD")) {
    throw badRequest("the request line: expected METHOD PATH HTTP/1.1");
  }
  if (major !== "1") {
    throw new IngestError(
      "VERSION_NOT_SUPPORTED",
      `Cannot read HTTP/${major}.${minor}, expected HTTP/1.1`,
    );
  }
  return { method, target, minorVersion: Number(minor) };
}

function parseFields(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    if (!FIELD_NAME.test(name) || CONTROL.test(line)) {
      throw badRequest("the headers: a line is malformed, expected NAME: VALUE");
    }
    addField(headers, name.toLowerCase(), trimSpace(line.slice(colon + 1)));
  }
  return headers;
}

/** Removes spaces and tabulators at both ends: `trim()` removes others, too, which are part of a value for a proxy (RFC 9110 §5.6.3). */
function trimSpace(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && isSpace(text[start]!)) start++;
  while (start < end && isSpace(text[end - 1]!)) end--;
  return text.slice(start, end);
}

function isSpace(character: string): boolean {
  return character === " " || character === "\t";
}

function addField(headers: Map<string, string>, name: string, value: string): void {
  const before = headers.get(name);
  if (before !== undefined && SINGLE_HEADERS.includes(name)) {
    throw badRequest(`the headers: ${name} is repeated`);
  }
  headers.set(name, before === undefined ? value : `${before}, ${value}`);
}

function getBodyLength(
  headers: ReadonlyMap<string, string>,
  isHttp11: boolean,
): number | "chunked" {
  const length = headers.get("content-length");
  const coding = headers.get("transfer-encoding");
  if (coding === undefined) return length === undefined ? 0 : parseLength(length);
  if (length !== undefined || !isHttp11) {
    throw badRequest(
      "the headers: Transfer-Encoding is allowed in HTTP/1.1 only, without Content-Length",
    );
  }
  if (CHUNKED.test(coding)) return "chunked";
  throw new IngestError(
    "NOT_IMPLEMENTED",
    "Cannot read the transfer coding, expected chunked",
  );
}

function parseLength(text: string): number {
  const length = /^[0-9]+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(length)) return length;
  throw badRequest("the headers: Content-Length is malformed, expected a number of bytes");
}

function expectsContinue(headers: ReadonlyMap<string, string>): boolean {
  const expectations = listTokens(headers, "expect");
  if (expectations.every((expectation) => expectation === "100-continue")) {
    return expectations.length > 0;
  }
  throw new IngestError(
    "EXPECTATION_FAILED",
    "Cannot meet the expectation, expected 100-continue",
  );
}

function listTokens(headers: ReadonlyMap<string, string>, name: string): string[] {
  const value = headers.get(name);
  return value === undefined ? [] : value.toLowerCase().split(",").map(trimSpace);
}

function badRequest(what: string): IngestError {
  return new IngestError("BAD_REQUEST", `Cannot read ${what}`);
}
