import type { Address } from "../http/server.ts";

/** Formats an address as URLs and permissions contain it. */
export function formatAddress({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Names this machine where the address stands for all its interfaces. */
export function formatReachableAddress({ host, port }: Address): string {
  const isAny = host === "0.0.0.0" || host === "::";
  return formatAddress({ host: isAny ? "localhost" : host, port });
}
