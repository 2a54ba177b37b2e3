import { MediaError } from "../errors.ts";
import { SendTimeoutError } from "./body_stream.ts";
import { type CacheStatus, OTHER_RESPONSE } from "../response_category.ts";
import type { HttpRequest, RequestAdmission } from "./request.ts";
import { readRequestBody } from "./request_body.ts";
import { parseRequestTarget } from "./request_target.ts";
import { NO_SNIFFING } from "./response.ts";
import { RestartingServer } from "./restarting_server.ts";
import type { Address, Certificate, Handler, HttpServer, ListenOptions } from "./server.ts";
import { serveTls } from "./tls_listener.ts";

/**
 * Several workers may listen on one address: the system distributes connections among them.
 *
 * @param handler never throws
 * @throws Error if the address or the certificate cannot be used
 */
export function listen(
  address: Address,
  certificate: Certificate | undefined,
  handler: Handler,
  options: ListenOptions = {},
): Promise<HttpServer> {
  return certificate
    ? serveTls(address, { certificate, ...options }, handler)
    : serve(address, handler, options);
}

// deno-lint-ignore require-await -- bind errors reject the promise
async function serve(
  { host, port }: Address,
  handler: Handler,
  { onAcceptError }: ListenOptions,
): Promise<HttpServer> {
  const start = () =>
    Deno.serve(
      { hostname: host, port, reusePort: true, onListen() {}, onError },
      (request, info) => handler(new DenoRequest(request, info)),
    );
  return new RestartingServer(start, onAcceptError);
}

/** Properties that are slow to read are getters. */
class DenoRequest implements Required<HttpRequest> {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly authority: string | undefined;
  readonly headers: Headers;
  category = OTHER_RESPONSE;
  cache: CacheStatus | undefined = undefined;
  isLive = false;
  isLogged = true;
  streamedBytes = 0;
  admission: RequestAdmission | undefined = undefined;
  readonly #request: Request;
  readonly #info: Deno.ServeHandlerInfo<Deno.NetAddr>;

  constructor(request: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) {
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
    return this.#info.remoteAddr.hostname;
  }

  get connection(): string {
    const { hostname, port } = this.#info.remoteAddr;
    return `${hostname} ${port}`;
  }

  get completed(): Promise<void> {
    return this.#info.completed;
  }
}

/** The client notices a failed stream by Content-Length, and the reason has been logged. */
function onError(error: unknown): Response {
  if (!(error instanceof MediaError || error instanceof SendTimeoutError)) reportError(error);
  return new Response(null, { status: 500, headers: NO_SNIFFING });
}
