/** What clients get: headers, conditions, parts, errors. */

import { MediaError, RequestError } from "../errors.ts";
import { type HttpRange, isUnchanged, RangeError, selectRange } from "./conditional.ts";
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
export interface Representation {
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
  made?: { plain?: Headers; asked?: Headers };
}

/** Revalidated each time; or the same for ever. */
export type CacheControl = "no-cache" | "public, max-age=31536000, immutable";

export const REVALIDATED: CacheControl = "no-cache";
export const IMMUTABLE: CacheControl = "public, max-age=31536000, immutable";

/** Something that was built, as it is kept. */
export interface BuiltResource {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly entity: Representation;
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
    readonly fault?: ErrorInfo,
  ) {
    super(body, init);
    this.streamed = body instanceof ReadableStream;
  }
}

/** What went wrong, where the response says that something did. */
export function toErrorInfo(response: Response): ErrorInfo | undefined {
  return response instanceof LoggedResponse ? response.fault : undefined;
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
   * The entity, the part of it that is asked for, or that it is unchanged.
   *
   * @param body makes the bytes from start up to, not with, end; is not called when none are sent
   * @throws RangeError, and what `body` throws
   */
  entity(
    call: HttpRequest,
    entity: Representation,
    body: (part: HttpRange) => Body | Promise<Body>,
  ): Response | Promise<Response> {
    if (isUnchanged(call.headers, entity)) return this.#unchanged(call, entity);
    if (call.method === "HEAD") {
      const whole = { start: 0, end: entity.size, partial: false };
      return this.#respond(call, entity, { part: whole, body: null });
    }
    const part = selectRange(call.headers, entity);
    const made = body(part);
    if (made instanceof Promise) {
      return made.then((body) => this.#respond(call, entity, { part, body }));
    }
    return this.#respond(call, entity, { part, body: made }); // at once: the body may be in the scratch buffer
  }

  #respond(
    call: HttpRequest,
    entity: Representation,
    { part, body }: { part: HttpRange; body: Body | null },
  ): Response {
    const { start, end, partial } = part;
    const headers = partial
      ? this.#newHeaders(call, entity, end - start)
      : this.#headersOfWhole(call, entity);
    if (partial) headers.set("content-range", `bytes ${start}-${end - 1}/${entity.size}`);
    return new LoggedResponse(
      body,
      { status: partial ? 206 : 200, headers },
      body ? end - start : 0,
    );
  }

  #unchanged(call: HttpRequest, entity: Representation): Response {
    const headers = this.#newHeaders(call, entity);
    headers.delete("content-type");
    headers.delete("content-encoding");
    return new LoggedResponse(null, { status: 304, headers });
  }

  /** Making headers takes longer than cutting a segment: an entity that is kept has them made once. */
  #headersOfWhole(call: HttpRequest, entity: Representation): Headers {
    const asked = this.cors.isAsked(call.headers);
    if (asked && !this.cors.isForAll) return this.#newHeaders(call, entity, entity.size);
    const made = entity.made ??= {};
    if (asked) return made.asked ??= this.#newHeaders(call, entity, entity.size);
    return made.plain ??= this.#newHeaders(call, entity, entity.size);
  }

  #newHeaders(call: HttpRequest, entity: Representation, length?: number): Headers {
    const { type, etag, caching, coding, lastModified } = entity;
    const headers = new Headers(this.cors.constant);
    headers.set("content-type", type);
    headers.set("cache-control", caching);
    headers.set("accept-ranges", "bytes");
    if (coding) headers.set("content-encoding", coding);
    if (coding !== undefined) headers.append("vary", "Accept-Encoding");
    headers.set("etag", etag);
    for (const [name, value] of Object.entries(entity.headers ?? {})) headers.append(name, value);
    if (length !== undefined) headers.set("content-length", `${length}`);
    if (lastModified !== undefined) headers.set("last-modified", lastModified);
    this.cors.tell(headers, call.headers);
    return headers;
  }

  /** What may be done here (RFC 9110 §9.3.7), and by whose pages. */
  options(call: HttpRequest): Response {
    const headers = new Headers(this.cors.constant);
    headers.set("allow", METHODS);
    this.cors.tellBefore(headers, call.headers);
    return new LoggedResponse(null, { status: 204, headers });
  }

  /** An error, in words; a defect of ours says nothing of itself but to the log. */
  failure(call: HttpRequest, error: unknown): Response {
    const fault = toFault(error);
    const { status, code, reason } = fault;
    const bytes = new TextEncoder().encode(
      JSON.stringify({ status: "ERROR", code, reason }) + "\n",
    );
    const headers = new Headers(this.cors.constant);
    headers.set("content-type", "application/json");
    headers.set("cache-control", "max-age=1");
    headers.set("ams-error", code);
    headers.set("content-length", `${bytes.length}`);
    if (status === 405) headers.set("allow", METHODS);
    if (error instanceof RangeError) headers.set("content-range", `bytes */${error.size}`);
    this.cors.tell(headers, call.headers);
    const body = call.method === "HEAD" ? null : bytes;
    return new LoggedResponse(body, { status, headers }, body?.length, fault);
  }
}

function toFault(error: unknown): ErrorInfo {
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
