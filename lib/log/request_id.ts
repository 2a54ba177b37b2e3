/** Identifiers by which the log lines of a request are found. */

import type { HttpRequest } from "../http/request.ts";

const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/;

/** version "-" trace-id "-" parent-id "-" trace-flags (Trace Context §3.2.2). */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

/** Responses that no shared cache stores (RFC 9111 §3). */
const UNSHARED = /\b(?:private|no-store)\b/;

let prefix = "";
let count = 0;

/** Returns the identifier of a request: its `X-Request-Id`, else that of its trace, else a new one. */
export function getRequestId(headers: Headers): string {
  const id = readRequestId(headers);
  if (id !== undefined) return id;
  const trace = headers.get("traceparent");
  return (trace === null ? undefined : TRACEPARENT.exec(trace)?.[1]) ?? createRequestId();
}

function readRequestId(headers: Headers): string | undefined {
  const id = headers.get("x-request-id");
  return id !== null && REQUEST_ID.test(id) ? id : undefined;
}

/** Threads have different prefixes. */
function createRequestId(): string {
  prefix ||= crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(36);
  return `${prefix}-${(count++).toString(36)}`;
}

/** Repeats `X-Request-Id` of the request in the response, unless shared caches would repeat it to others. */
export function returnRequestId(
  { method, headers }: Pick<HttpRequest, "method" | "headers">,
  response: Response,
): void {
  const id = readRequestId(headers);
  if (id === undefined) return;
  const caching = response.headers.get("cache-control");
  const isShared = method !== "OPTIONS" && !(caching !== null && UNSHARED.test(caching));
  if (!isShared) response.headers.set("x-request-id", id);
}
