import type { Address, ListenAddress } from "../http/server.ts";

/** Formats an address as URLs and permissions contain it; a socket as `--host` does. */
export function formatAddress(address: ListenAddress): string {
  if ("path" in address) return `unix:${address.path}`;
  const { host, port } = address;
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Names this machine where the address stands for all its interfaces. */
export function formatUrl({ host, port }: Address, secure: boolean): string {
  const isAny = host === "0.0.0.0" || host === "::";
  const address = formatAddress({ host: isAny ? "localhost" : host, port });
  return `${secure ? "https" : "http"}://${address}/`;
}
