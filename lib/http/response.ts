/** What clients get: headers, conditions, parts, errors. */

import { MediaError, RequestError } from "../errors.ts";
import {
  type HttpRange,
  isNotModified,
  RangeNotSatisfiableError,
  selectRange,
} from "./conditional.ts";
import type { Cors } from "./cors.ts";

/** A request, as far as the server looks at it. */
export interface HttpRequest {
  readonly method: string;
  /** As the client sent it, without the query: nothing decoded, nothing resolved. */
  readonly rawPath: string;
  /** As the client sent it, without its `?`; "" or left out: none. */
  readonly rawQuery?: string;
  readonly headers: Headers;
  /** Names the connection that it came on. */
  readonly connection?: string;
  /** Kept when an answer that is made while it is sent is over, one way or the other: to be had before it is given out. */
  readonly completed?: Promise<unknown>;
}

/** What is answered with, before it is known how much of it. */
export interface Resource {
  readonly type: string;
  /** Strong, quotes included. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
  readonly caching: CacheControl;
  /** As the header says it. */
  readonly lastModified?: string;
  /** Given where Accept-Encoding was asked for: the coding that was chosen, "" for none. */
  readonly coding?: "" | "gzip";
  /** Others that it has, beside those that all have. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of the whole, once they were made: without an Origin, and with one where all may use the answers. */
  cachedHeaders?: { plain?: Headers; asked?: Headers };
}

/** Revalidated each time; or the same for ever. */
export type CacheControl = "no-cache" | "public, max-age=31536000, immutable";

export const REVALIDATED: CacheControl = "no-cache";
export const IMMUTABLE: CacheControl = "public, max-age=31536000, immutable";

/** A resource with its bytes in memory. */
export interface BytesResource extends Resource {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export type Body = Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** What went wrong, for the log. */
export interface ErrorInfo {
  readonly status: number;
  readonly code: string;
  readonly reason: string;
  /** Of a defect of ours alone. */
  readonly stack?: string;
}

const METHODS = "GET, HEAD, OPTIONS";

/** What the log wants to know of a response: to ask its headers would take longer than to cut a segment. */
class LoggedResponse extends Response {
  readonly streamed: boolean;

  /** @param size of what goes out of the body, in bytes */
  constructor(
    body: Body | null,
    init: ResponseInit,
    readonly size = 0,
    readonly errorInfo?: ErrorInfo,
  ) {
    super(body, init);
    this.streamed = body instanceof ReadableStream;
  }
}

/** What went wrong, where the response says that something did. */
export function getErrorInfo(response: Response): ErrorInfo | undefined {
  return response instanceof LoggedResponse ? response.errorInfo : undefined;
}

/** Its body is made while it is sent; all others are there. */
export function isStreamed(response: Response): boolean {
  return response instanceof LoggedResponse && response.streamed;
}

/** Of its body, in bytes. */
export function getBodySize(response: Response): number {
  return response instanceof LoggedResponse ? response.size : 0;
}

export class Responder {
  constructor(readonly cors: Cors) {}

  /**
   * The resource, the part of it that is asked for, or that it is unchanged.
   *
   * @param body makes the bytes from start up to, not with, end; is not called when none are sent
   * @throws RangeError, and what `body` throws
   */
  respond(
    request: HttpRequest,
    resource: Resource,
    body: (part: HttpRange) => Body | Promise<Body>,
  ): Response | Promise<Response> {
    if (isNotModified(request.headers, resource)) {
      return this.#respondNotModified(request, resource);
    }
    if (request.method === "HEAD") {
      const whole = { start: 0, end: resource.size, partial: false };
      return this.#respondWithBody(request, resource, { part: whole, body: null });
    }
    const part = selectRange(request.headers, resource);
    const made = body(part);
    if (made instanceof Promise) {
      return made.then((body) => this.#respondWithBody(request, resource, { part, body }));
    }
    return this.#respondWithBody(request, resource, { part, body: made }); // at once: the body may be in the scratch buffer
  }

  #respondWithBody(
    request: HttpRequest,
    resource: Resource,
    { part, body }: { part: HttpRange; body: Body | null },
  ): Response {
    const { start, end, partial } = part;
    const headers = partial
      ? this.#buildHeaders(request, resource, end - start)
      : this.#getFullHeaders(request, resource);
    if (partial) headers.set("content-range", `bytes ${start}-${end - 1}/${resource.size}`);
    return new LoggedResponse(
      body,
      { status: partial ? 206 : 200, headers },
      body ? end - start : 0,
    );
  }

  #respondNotModified(request: HttpRequest, resource: Resource): Response {
    const headers = this.#buildHeaders(request, resource);
    headers.delete("content-type");
    headers.delete("content-encoding");
    return new LoggedResponse(null, { status: 304, headers });
  }

  /** Making headers takes longer than cutting a segment: an resource that is kept has them made once. */
  #getFullHeaders(request: HttpRequest, resource: Resource): Headers {
    const asked = this.cors.needsHeaders(request.headers);
    if (asked && !this.cors.allowsAll) return this.#buildHeaders(request, resource, resource.size);
    const made = resource.cachedHeaders ??= {};
    if (asked) return made.asked ??= this.#buildHeaders(request, resource, resource.size);
    return made.plain ??= this.#buildHeaders(request, resource, resource.size);
  }

  #buildHeaders(request: HttpRequest, resource: Resource, length?: number): Headers {
    const { type, etag, caching, coding, lastModified } = resource;
    const headers = new Headers(this.cors.constantHeaders);
    headers.set("content-type", type);
    headers.set("cache-control", caching);
    headers.set("accept-ranges", "bytes");
    if (coding) headers.set("content-encoding", coding);
    if (coding !== undefined) headers.append("vary", "Accept-Encoding");
    headers.set("etag", etag);
    for (const [name, value] of Object.entries(resource.headers ?? {})) headers.append(name, value);
    if (length !== undefined) headers.set("content-length", `${length}`);
    if (lastModified !== undefined) headers.set("last-modified", lastModified);
    this.cors.addCorsHeaders(headers, request.headers);
    return headers;
  }

  /** What may be done here (RFC 9110 §9.3.7), and by whose pages. */
  respondToOptions(request: HttpRequest): Response {
    const headers = new Headers(this.cors.constantHeaders);
    headers.set("allow", METHODS);
    this.cors.addPreflightHeaders(headers, request.headers);
    return new LoggedResponse(null, { status: 204, headers });
  }

  /** An error, in words; a defect of ours says nothing of itself but to the log. */
  respondWithError(request: HttpRequest, error: unknown): Response {
    const fault = toErrorInfo(error);
    const { status, code, reason } = fault;
    const bytes = new TextEncoder().encode(
      JSON.stringify({ status: "ERROR", code, reason }) + "\n",
    );
    const headers = new Headers(this.cors.constantHeaders);
    headers.set("content-type", "application/json");
    headers.set("cache-control", "max-age=1");
    headers.set("ams-error", code);
    headers.set("content-length", `${bytes.length}`);
    if (status === 405) headers.set("allow", METHODS);
    if (error instanceof RangeNotSatisfiableError) {
      headers.set("content-range", `bytes */${error.size}`);
    }
    this.cors.addCorsHeaders(headers, request.headers);
    const body = request.method === "HEAD" ? null : bytes;
    return new LoggedResponse(body, { status, headers }, body?.length, fault);
  }
}

function toErrorInfo(error: unknown): ErrorInfo {
  if (error instanceof RequestError) {
    return { status: error.status, code: error.code, reason: error.message };
  }
  if (error instanceof MediaError) return { status: 500, code: error.code, reason: error.message };
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return {
    status: 500,
    code: "INTERNAL",
    reason: "Cannot answer because of a defect in AMS: its log says more",
    stack,
  };
}
