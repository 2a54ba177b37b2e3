/** Connections to an origin. */

export interface OriginFetch extends Disposable {
  readonly fetch: (url: URL, init: RequestInit) => Promise<Response>;
}

const MAX_KEPT_CONNECTIONS = 64;

/** Shorter than what servers and load balancers keep, since a request on a connection that was closed has to be sent again. */
const KEPT_MS = 10_000;

/**
 * Each request has a connection of its own: on one of HTTP/2, a loss holds up all.
 *
 * @param caCerts certificates (PEM) that are trusted as well
 * @throws Error if they cannot be used
 */
export function createOriginFetch(caCerts: readonly string[] = []): OriginFetch {
  const client = Deno.createHttpClient({
    caCerts: [...caCerts],
    http1: true,
    http2: false,
    poolIdleTimeout: KEPT_MS,
    poolMaxIdlePerHost: MAX_KEPT_CONNECTIONS,
  });
  return {
    fetch: (url, init) => fetch(url, { ...init, client }),
    [Symbol.dispose]: () => client.close(),
  };
}
