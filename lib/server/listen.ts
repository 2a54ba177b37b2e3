/** A socket, in the clear or with TLS, and an answer to every request that comes in. */

import { MediaError } from "../errors.ts";
import { rawPathOf, rawQueryOf } from "./raw_path.ts";
import type { Call } from "./response.ts";
import { serveTls } from "./tls.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export type Answer = (call: Required<Call>) => Response | Promise<Response>;

export interface Server {
  /** Takes no new connections; kept when the answers under way are over. */
  shutdown(): Promise<void>;
}

/**
 * Several workers may listen on one address: the system shares connections out among them.
 *
 * @param answer never throws
 * @throws whatever the system or the certificate has against it
 */
export function listen(
  address: Address,
  certificate: Certificate | undefined,
  answer: Answer,
): Promise<Server> {
  return certificate ? serveTls(address, certificate, answer) : serve(address, answer);
}

// deno-lint-ignore require-await -- what binding throws is a promise that is broken
async function serve({ host, port }: Address, answer: Answer): Promise<Server> {
  return Deno.serve(
    { hostname: host, port, reusePort: true, onListen() {}, onError },
    ({ method, url, headers }, { completed }) =>
      answer({ method, rawPath: rawPathOf(url), rawQuery: rawQueryOf(url), headers, completed }),
  );
}

/** Comes when an answer under way is cut off: the client sees that, its length was said. The log knows why already. */
function onError(error: unknown): Response {
  if (!(error instanceof MediaError)) reportError(error); // a defect ends the worker
  return new Response(null, { status: 500 });
}
