import { type IpNetwork, isInNetworks, parseAddress } from "./address.ts";

/** Limits the addresses of one `X-Forwarded-For` that are parsed. */
const MAX_PROXIES = 32;

/**
 * Returns the address of the client as text: the right-most of `X-Forwarded-For` that is no trusted proxy, because each
 * proxy appends the address of its client, and a client may send any beginning.
 *
 * @param peer address of the connection
 * @param trusted networks of proxies
 */
export function getClientAddress(
  peer: string,
  forwardedFor: string | null,
  trusted: readonly IpNetwork[],
): string {
  let client = peer;
  let end = forwardedFor?.length ?? 0;
  for (let i = 0; i < MAX_PROXIES && end > 0; i++) {
    const address = parseAddress(client);
    if (!address || !isInNetworks(address, trusted)) break;
    const start = forwardedFor!.lastIndexOf(",", end - 1) + 1;
    const next = removePort(forwardedFor!.slice(start, end).trim());
    if (!parseAddress(next)) break; // of the proxy that it names, only the last is known
    client = next;
    end = start - 1;
  }
  return client;
}

/** Some proxies append `192.0.2.7:49152` or `[2001:db8::7]:49152`. */
function removePort(text: string): string {
  const [, ipv6, ipv4] = /^(?:\[([^\]]*)\](?::\d+)?|(\d[\d.]*):\d+)$/.exec(text) ?? [];
  return ipv6 ?? ipv4 ?? text;
}
