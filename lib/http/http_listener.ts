import { DenoRequest, respondToFailure } from "./deno_request.ts";
import { RestartingServer } from "./restarting_server.ts";
import type {
  Address,
  Certificate,
  Handler,
  HttpServer,
  ListenAddress,
  ListenOptions,
} from "./server.ts";
import { serveTls } from "./tls_listener.ts";
import { serveSocket } from "./socket_listener.ts";

/**
 * Several workers may listen on one address with a port: the system distributes connections among them. A socket has one
 * listener, and no TLS.
 *
 * @param handler never throws
 * @throws Error if the address or the certificate cannot be used
 */
export function listen(
  address: ListenAddress,
  certificate: Certificate | undefined,
  handler: Handler,
  options: ListenOptions = {},
): Promise<HttpServer> {
  if ("path" in address) return serveSocket(address, handler, options);
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
      { hostname: host, port, reusePort: true, onListen() {}, onError: respondToFailure },
      (request, info) => handler(new DenoRequest(request, info)),
    );
  return new RestartingServer(start, onAcceptError);
}
