/** Requests as they are logged, and their responses. */

import { BodyFactory } from "../../lib/http/body.ts";
import { Cors } from "../../lib/http/cors.ts";
import type { HttpRequest } from "../../lib/http/request.ts";
import { type Resource, REVALIDATED } from "../../lib/http/resource.ts";
import { Responder } from "../../lib/http/responder.ts";
import type { AccessLogEntry } from "../../lib/log/request_line.ts";

const responder = new Responder(new Cors([]), new BodyFactory());

const RESOURCE: Resource = {
  file: "a",
  type: "text/plain",
  etag: '"e"',
  size: 5,
  caching: REVALIDATED,
  body: new Uint8Array(5),
};

interface EntryOptions extends Partial<Omit<HttpRequest, "headers">> {
  readonly error?: unknown;
  readonly headers?: Record<string, string>;
}

/** Creates the entry of a response with five bytes, or with an error. */
export function createEntry(
  rawPath: string,
  { error, headers = {}, ...more }: EntryOptions = {},
): AccessLogEntry {
  const request = { method: "GET", ...more, rawPath, headers: new Headers(headers) };
  const response = error === undefined
    ? responder.respond(request, RESOURCE) as Response
    : responder.respondWithError(request, error);
  return {
    endedAtMs: Date.UTC(2026, 10, 24, 8, 0, 0, 123),
    durationMs: 1.2345,
    client: "192.0.2.7",
    request,
    response,
  };
}
