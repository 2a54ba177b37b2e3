import { Cache } from "../cache.ts";
import { SOCKET_PEER } from "../socket_peer.ts";
import {
  type IpNetwork,
  isInNetworks,
  parseAddress,
  parseNetwork,
  unmapAddress,
} from "./address.ts";

export interface TrustedProxies {
  readonly networks: readonly IpNetwork[];
  /** All clients on a Unix domain socket; absent: false. */
  readonly sockets?: boolean;
}

const CAPACITY_BYTES = 2 ** 18;

/** Longer lists are a client's invention, and would displace others. */
const MAX_CACHED_CHARS = 256;

/** Finds the clients of requests, and remembers them: an address takes a microsecond to parse. */
export class ClientAddresses {
  readonly #trusted: TrustedProxies;
  readonly #clients = new Cache<string>(CAPACITY_BYTES);

  /**
   * @param trusted addresses and networks of proxies, and `unix:`
   * @throws Error if one is none of these
   */
  constructor(trusted: readonly string[]) {
    const networks = trusted.filter((text) => text !== SOCKET_PEER).map((text) => {
      const network = parseNetwork(text);
      if (!network) throw new Error(`Cannot parse the network '${text}'`);
      return network;
    });
    this.#trusted = { networks, sockets: trusted.includes(SOCKET_PEER) };
  }

  /** Returns the address of the client as text; `getClientAddress()` describes how. */
  get(remote: string, headers: Headers): string {
    const peer = unmapAddress(remote);
    const { networks, sockets } = this.#trusted;
    if (networks.length === 0 && !sockets) return peer;
    const forwardedFor = headers.get("x-forwarded-for");
    if (forwardedFor === null) return peer;
    if (forwardedFor.length > MAX_CACHED_CHARS) {
      return getClientAddress(peer, forwardedFor, this.#trusted);
    }
    const key = `${peer} ${forwardedFor}`;
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const client = getClientAddress(peer, forwardedFor, this.#trusted);
    this.#clients.set(key, client, 64 + 2 * (key.length + client.length));
    return client;
  }
}

/** Limits the addresses of one `X-Forwarded-For` that are parsed. */
const MAX_PROXIES = 32;

/**
 * Returns the address of the client as text: the right-most of `X-Forwarded-For` that is no trusted proxy, because each
 * proxy appends the address of its client, and a client may send any beginning.
 *
 * @param peer address of the connection
 * @param trusted proxies
 */
export function getClientAddress(
  peer: string,
  forwardedFor: string | null,
  trusted: TrustedProxies,
): string {
  let client = peer;
  let end = forwardedFor?.length ?? 0;
  for (let i = 0; i < MAX_PROXIES && end > 0; i++) {
    if (!isTrusted(client, trusted)) break;
    const start = forwardedFor!.lastIndexOf(",", end - 1) + 1;
    const next = removePort(forwardedFor!.slice(start, end).trim());
    const address = parseAddress(next);
    if (!address) break; // of the proxy that it names, only the last is known
    client = address.kind() === "ipv4" ? address.toString() : next;
    end = start - 1;
  }
  return client;
}

/** No header names a socket: the addresses of `X-Forwarded-For` are parsed. */
function isTrusted(client: string, { networks, sockets = false }: TrustedProxies): boolean {
  if (client === SOCKET_PEER) return sockets;
  const address = parseAddress(client);
  return address !== undefined && isInNetworks(address, networks);
}

/** Some proxies append `192.0.2.7:49152` or `[2001:db8::7]:49152`. */
function removePort(text: string): string {
  const [, ipv6, ipv4] = /^(?:\[([^\]]*)\](?::\d+)?|(\d[\d.]*):\d+)$/.exec(text) ?? [];
  return ipv6 ?? ipv4 ?? text;
}
