/** A socket, in the clear or with TLS, and an answer to every request that comes in. */

import { MediaError } from "../errors.ts";
import { getRawPath, getRawQuery } from "./raw_path.ts";
import type { HttpRequest } from "./response.ts";
import type { Address, Certificate, Handler, HttpServer } from "./server.ts";
import { serveTls } from "./tls_listener.ts";

/**
 * Several workers may listen on one address: the system shares connections out among them.
 *
 * @param answer never throws
 * @throws whatever the system or the certificate has against it
 */
export function listen(
  address: Address,
  certificate: Certificate | undefined,
  answer: Handler,
): Promise<HttpServer> {
  return certificate ? serveTls(address, certificate, answer) : serve(address, answer);
}

// deno-lint-ignore require-await -- what binding throws is a promise that is broken
async function serve({ host, port }: Address, answer: Handler): Promise<HttpServer> {
  return Deno.serve(
    { hostname: host, port, reusePort: true, onListen() {}, onError },
    (request, info) => answer(new DenoRequest(request, info)),
  );
}

/** What takes time to find out is asked for only where it is needed. */
class DenoRequest implements Required<HttpRequest> {
  readonly method: string;
  readonly rawPath: string;
  readonly rawQuery: string;
  readonly headers: Headers;
  readonly #info: Deno.ServeHandlerInfo<Deno.NetAddr>;

  constructor({ method, url, headers }: Request, info: Deno.ServeHandlerInfo<Deno.NetAddr>) {
    this.method = method;
    this.rawPath = getRawPath(url);
    this.rawQuery = getRawQuery(url);
    this.headers = headers;
    this.#info = info;
  }

  get connection(): string {
    const { hostname, port } = this.#info.remoteAddr;
    return `${hostname} ${port}`;
  }

  get completed(): Promise<void> {
    return this.#info.completed;
  }
}

/** Comes when an answer under way is cut off: the client sees that, its length was said. The log knows why already. */
function onError(error: unknown): Response {
  if (!(error instanceof MediaError)) reportError(error); // a defect ends the worker
  return new Response(null, { status: 500 });
}
