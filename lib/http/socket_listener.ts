/** HTTP on a Unix domain socket, for a proxy on the same machine. */

import { findLinkStatus } from "../link_status.ts";
import { SOCKET_PEER } from "../socket_peer.ts";
import { DenoRequest, respondToFailure } from "./deno_request.ts";
import { RestartingServer } from "./restarting_server.ts";
import type { Handler, HttpServer, ListenOptions, SocketAddress } from "./server.ts";

/** Writing is connecting: the user and the group of the process may. */
const SOCKET_MODE = 0o660;

/**
 * Replaces the file of a socket on which no process listens, as one that was killed leaves it.
 *
 * @param handler never throws
 * @throws Error if the path cannot be used
 */
export async function serveSocket(
  { path }: SocketAddress,
  handler: Handler,
  { onAcceptError }: ListenOptions,
): Promise<HttpServer> {
  await removeAbandoned(path);
  let own: number | null = null;
  const start = () => {
    if (own !== null && findInode(path) === own) Deno.removeSync(path);
    const server = Deno.serve(
      { path, onListen() {}, onError: respondToFailure },
      (request, info) => handler(new SocketRequest(request, info)),
    );
    Deno.chmodSync(path, SOCKET_MODE);
    own = findInode(path);
    return server;
  };
  return new RestartingServer(start, onAcceptError);
}

/** @throws Error if the file is something else, or a process listens */
async function removeAbandoned(path: string): Promise<void> {
  const status = findLinkStatus(path);
  if (!status) return;
  if (!status.isSocket) throw new Error("the file is no socket");
  if (await isAnswered(path)) throw new Error("another process listens on this socket");
  Deno.removeSync(path);
}

async function isAnswered(path: string): Promise<boolean> {
  try {
    (await Deno.connect({ transport: "unix", path })).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return false;
    if (error instanceof Deno.errors.WouldBlock) return true; // it has yet to accept others
    throw error;
  }
}

function findInode(path: string): number | null {
  return findLinkStatus(path)?.ino ?? null;
}

/** Clients on a socket have no address, and their connections have no names. */
class SocketRequest extends DenoRequest {
  static #count = 0;

  override get remoteAddress(): string {
    return SOCKET_PEER;
  }

  override get connection(): string {
    return `${SOCKET_PEER} ${++SocketRequest.#count}`;
  }
}
