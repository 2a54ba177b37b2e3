/** A server of a test in place of ams. */

export interface TestServer extends AsyncDisposable {
  /** Without a trailing slash. */
  readonly url: string;
  /** Number of requests so far. */
  count(): number;
}

export function startServer(
  handler: (request: Request) => Response | Promise<Response>,
): TestServer {
  let count = 0;
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, (request) => {
    count++;
    return handler(request);
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    count: () => count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
