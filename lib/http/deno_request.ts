/** Requests and failures of `Deno.serve`. */

import type { SourceUsage } from "../source_usage.ts";
import { MediaError } from "../errors.ts";
import { type CacheStatus, OTHER_RESPONSE } from "../response_category.ts";
import { SendTimeoutError } from "./body_stream.ts";
import type { HttpRequest, RequestAdmission } from "./request.ts";
import { readRequestBody } from "./request_body.ts";
import { parseRequestTarget } from "./request_target.ts";
import { NO_SNIFFING } from "./response.ts";

/** Properties that are slow to read are getters. */
export class DenoRequest implements Required<HttpRequest> {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly authority: string | undefined;
  readonly headers: Headers;
  category = OTHER_RESPONSE;
  cache: CacheStatus | undefined = undefined;
  isLive = false;
  isLogged = true;
  source: SourceUsage | undefined = undefined;
  streamedBytes = 0;
  admission: RequestAdmission | undefined = undefined;
  readonly #request: Request;
  readonly #info: Deno.ServeHandlerInfo;

  constructor(request: Request, info: Deno.ServeHandlerInfo) {
    const { method, url, headers } = request;
    this.method = method;
    const { authority, path, query } = parseRequestTarget(url);
    this.rawPath = path;
    this.rawQuery = query;
    this.authority = authority;
    this.headers = headers;
    this.#request = request;
    this.#info = info;
  }

  /** A method of the prototype, which costs other requests nothing. */
  readBody(): Promise<Uint8Array> {
    return readRequestBody(this.#request.body);
  }

  get remoteAddress(): string {
    return this.#peer.hostname;
  }

  get connection(): string {
    const { hostname, port } = this.#peer;
    return `${hostname} ${port}`;
  }

  get #peer(): Deno.NetAddr {
    return this.#info.remoteAddr as Deno.NetAddr;
  }

  get completed(): Promise<void> {
    return this.#info.completed;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }
}

/** The client notices a failed stream by Content-Length, and the reason has been logged. */
export function respondToFailure(error: unknown): Response {
  if (!(error instanceof MediaError || error instanceof SendTimeoutError)) reportError(error);
  return new Response(null, { status: 500, headers: NO_SNIFFING });
}
