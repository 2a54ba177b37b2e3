import { andThen, isPending } from "../maybe_async.ts";
import type { BodyFactory } from "./body.ts";
import {
  evaluatePreconditions,
  type HttpRange,
  PreconditionFailedError,
  RangeNotSatisfiableError,
  selectRange,
} from "./conditional.ts";
import type { Cors } from "./cors.ts";
import { type ErrorInfo, toErrorInfo } from "./error_info.ts";
import type { HttpRequest } from "./request.ts";
import { type Bytes, NOT_STORED, type Resource, REVALIDATED } from "./resource.ts";
import { ResourceHeaders, restrictCaching } from "./resource_headers.ts";
import { type Body, LoggedResponse, NO_SNIFFING } from "./response.ts";

export const METHODS = "GET, HEAD, OPTIONS";

export interface ResponseBytes {
  readonly type: string;
  readonly bytes: Bytes;
}

/** An error for people, in place of JSON. No cache stores it, as other clients get JSON. */
export interface ErrorPage extends ResponseBytes {
  readonly headers: Readonly<Record<string, string>>;
}

export interface ErrorOptions {
  /** Request headers on which the error depends. */
  readonly vary?: string;
  /** Allowed methods, for `Allow`; default: `METHODS`. */
  readonly methods?: string;
  readonly page?: ErrorPage;
}

export class Responder {
  readonly #headers: ResourceHeaders;

  constructor(readonly cors: Cors, readonly bodies: BodyFactory) {
    this.#headers = new ResourceHeaders(cors);
  }

  /**
   * Responds with the resource, a range of it, or 304. Reads nothing for HEAD and 304.
   *
   * @throws PreconditionFailedError, RangeNotSatisfiableError, MediaError
   */
  respond(request: HttpRequest, resource: Resource): Response | Promise<Response> {
    const preconditions = evaluatePreconditions(request.headers, resource);
    if (preconditions === "failed") throw new PreconditionFailedError(resource.file);
    if (preconditions === "notModified") return this.#respondNotModified(request, resource);
    const size = getSize(resource);
    if (request.method === "HEAD") {
      const range = { start: 0, end: size, partial: false };
      return this.#respondWithBody(request, resource, { range, body: null });
    }
    const range = selectRange(request.headers, resource, size);
    const body = this.bodies.create(request, resource, range);
    if (!isPending(body)) {
      return this.#respondWithBody(request, resource, { range, body }); // no await: the body may be in the scratch buffer
    }
    return body.then((body) =>
      andThen(
        typeof body === "function" ? body() : body,
        (body) => this.#respondWithBody(request, resource, { range, body }),
      )
    );
  }

  #respondWithBody(
    request: HttpRequest,
    resource: Resource,
    { range: { start, end, partial }, body }: { range: HttpRange; body: Body | null },
  ): Response {
    const size = body ? end - start : 0;
    if (!partial) {
      const headers = this.#headers.getComplete(resource, request);
      return new LoggedResponse(body, { status: 200, headers }, size);
    }
    const headers = this.#headers.build(resource, request, end - start);
    headers.set("content-range", `bytes ${start}-${end - 1}/${resource.size}`);
    return new LoggedResponse(body, { status: 206, headers }, size);
  }

  #respondNotModified(request: HttpRequest, resource: Resource): Response {
    const headers = this.#headers.build(resource, request);
    headers.delete("content-type");
    headers.delete("content-encoding");
    return new LoggedResponse(null, { status: 304, headers });
  }

  /** @param location relative URL */
  redirect(request: HttpRequest, location: string): Response {
    const headers = new Headers({ ...NO_SNIFFING, ...this.cors.constantHeaders });
    headers.set("location", location);
    headers.set("cache-control", restrictCaching(REVALIDATED, request));
    this.cors.addCorsHeaders(headers, request.headers);
    return new LoggedResponse(null, { status: 302, headers });
  }

  /** Redirects browsers alone, so caches need `Vary`. */
  redirectToPage(request: HttpRequest, location: string): Response {
    const caching = restrictCaching(REVALIDATED, request);
    const headers = { ...NO_SNIFFING, location, "cache-control": caching, vary: "Accept" };
    return new LoggedResponse(null, { status: 302, headers });
  }

  /** Responds with bytes that no cache may store, not even as a validator in an ETag. */
  respondWithSecret(request: HttpRequest, { type, bytes }: ResponseBytes): Response {
    const headers = new Headers({ ...NO_SNIFFING, ...this.cors.constantHeaders });
    headers.set("content-type", type);
    headers.set("cache-control", NOT_STORED);
    headers.set("content-length", `${bytes.length}`);
    this.cors.addCorsHeaders(headers, request.headers);
    const body = request.method === "HEAD" ? null : bytes;
    return new LoggedResponse(body, { status: 200, headers }, body?.length);
  }

  /** Includes CORS preflight requests (RFC 9110 §9.3.7). */
  respondToOptions(request: HttpRequest, methods = METHODS): Response {
    const headers = new Headers({ ...NO_SNIFFING, ...this.cors.constantHeaders });
    headers.set("allow", methods);
    this.cors.addPreflightHeaders(headers, request.headers, methods);
    return new LoggedResponse(null, { status: 204, headers });
  }

  /** Internal errors reveal no details. */
  respondWithError(
    request: HttpRequest,
    error: unknown,
    { vary, methods = METHODS, page }: ErrorOptions = {},
  ): Response {
    const info = toErrorInfo(error);
    const { status, code } = info;
    const { type, bytes } = page ?? toJsonError(info);
    const isStored = !page && mayBeStored(info, request);
    const headers = new Headers({
      ...NO_SNIFFING,
      ...this.cors.constantHeaders,
      ...page?.headers,
      "content-type": type,
      "cache-control": isStored ? "max-age=1" : "no-store",
      "ams-error": code,
      "content-length": `${bytes.length}`,
    });
    if (status === 405) headers.set("allow", methods);
    if (status === 503 && isOfSource(code)) headers.set("retry-after", "1");
    if (error instanceof RangeNotSatisfiableError) {
      headers.set("content-range", `bytes */${error.size}`);
    }
    this.cors.addCorsHeaders(headers, request.headers);
    const body = request.method === "HEAD" ? null : bytes;
    const response = new LoggedResponse(body, { status, headers }, body?.length, info);
    if (vary) response.headers.append("vary", vary);
    return response;
  }
}

function toJsonError({ code, reason }: ErrorInfo): ResponseBytes {
  const text = JSON.stringify({ status: "ERROR", code, reason }) + "\n";
  return { type: "application/json", bytes: new TextEncoder().encode(text) };
}

/**
 * A cache would serve a stored 412 or 416 to requests without these conditions, and a stored error behind a token to requests
 * without one. A failed read and an overload say nothing about the next one. For an origin that fails, caches that store its errors
 * for a second take load off.
 */
function mayBeStored(
  { status, code }: ErrorInfo,
  { admission, category, isLive }: HttpRequest,
): boolean {
  if (admission?.isPrivate || code.startsWith("TOKEN_") || category?.kind === "key") return false;
  if (isLive && status === 404) return false;
  if (isOfSource(code)) return true;
  return status !== 412 && status !== 416 && status !== 503 && code !== "MEDIA_READ";
}

const isOfSource = (code: string) => code.startsWith("SOURCE_");

function getSize({ file, size }: Resource): number {
  if (size === undefined) throw new Error(`Cannot respond with '${file}' before it is read`);
  return size;
}
