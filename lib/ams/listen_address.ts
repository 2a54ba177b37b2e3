/** Addresses to listen on, and those at which clients reach them. */

import { describeSystemError } from "../cli/system_error.ts";
import type { Address, ListenAddress } from "../http/server.ts";
import { parseAddress } from "../ip/address.ts";
import { formatAddress } from "./address_format.ts";
import type { AmsOptions, Endpoint } from "./options.ts";
import { SetupError } from "./setup.ts";

/** Unprivileged users may bind ports from here on. */
const MIN_UNPRIVILEGED_PORT = 1024;

const ALL_IPV4 = "0.0.0.0";

/** All addresses, IPv6 and IPv4. */
const ALL = "::";

/** Returns the address of requests. Whether a socket is in use is known only to the worker that binds it. */
export function findListenAddress({ socketPath, ...endpoint }: ListenOptions): ListenAddress {
  return socketPath === undefined ? findAddress(endpoint) : { path: socketPath };
}

type ListenOptions = Pick<AmsOptions, "host" | "port" | "socketPath">;

/**
 * Binds the address once: workers share it, so they would not notice another process. Resolves a host name, which workers
 * may not do. `::` is replaced by 0.0.0.0 where it does not include IPv4, or the system has no IPv6.
 *
 * @throws SetupError
 */
export function findAddress({ host, port }: Endpoint): Address {
  if (host === ALL && !hasDualStack()) return findAddress({ host: ALL_IPV4, port });
  try {
    using listener = Deno.listen({ hostname: host, port });
    const { hostname, port: found } = listener.addr;
    return { host: hostname, port: found };
  } catch (error) {
    const reason = describeListenError(error, port);
    throw new SetupError(`Cannot listen on ${formatAddress({ host, port })}: ${reason}`, {
      cause: error,
    });
  }
}

/** A second listener can have the port of IPv4 if the first one, on `::`, is not on it, too. */
function hasDualStack(): boolean {
  try {
    using listener = Deno.listen({ hostname: ALL, port: 0 });
    try {
      Deno.listen({ hostname: ALL_IPV4, port: listener.addr.port }).close();
      return false;
    } catch (error) {
      if (error instanceof Deno.errors.AddrInUse) return true;
      throw error;
    }
  } catch {
    return false; // there is no IPv6
  }
}

/** Describes why a port cannot be bound, and what helps. */
export function describeListenError(error: unknown, port: number): string {
  return describeSystemError(error) + suggestCure(error, port);
}

function suggestCure(error: unknown, port: number): string {
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return `, only ${Deno.networkInterfaces().map(({ address }) => address).join(", ")}`;
  }
  if (!(error instanceof Deno.errors.PermissionDenied) || port >= MIN_UNPRIVILEGED_PORT) return "";
  return `: ports below ${MIN_UNPRIVILEGED_PORT} need CAP_NET_BIND_SERVICE, unlike others (-p 8080)`;
}

/**
 * Returns the addresses at which other machines reach a listener on all addresses, IPv4 first; none for another listener.
 *
 * @param interfaces default: those of this machine
 */
export function findNetworkAddresses(
  { host, port }: Address,
  interfaces: readonly Pick<Deno.NetworkInterfaceInfo, "address">[] = Deno.networkInterfaces(),
): Address[] {
  if (host !== ALL && host !== ALL_IPV4) return [];
  const hosts = interfaces.map(({ address }) => address).filter(isReachable);
  const [ipv6, ipv4] = [hosts.filter(isIpv6), hosts.filter((address) => !isIpv6(address))];
  return [...ipv4, ...host === ALL ? ipv6 : []].map((host) => ({ host, port }));
}

/** Link-local addresses need a zone, which differs by machine. */
function isReachable(address: string): boolean {
  const range = parseAddress(address)?.range();
  return range !== "loopback" && range !== "linkLocal";
}

const isIpv6 = (address: string) => address.includes(":");
