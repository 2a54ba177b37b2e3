/** Values of options that are lists or paths. */

import { parseNetwork } from "../ip/address.ts";
import { SOCKET_PEER } from "../socket_peer.ts";

/** Returns undefined if one is not an origin. */
export function parseOrigins(list: string): string[] | undefined {
  if (list === "" || list === "none") return [];
  const origins = list.split(",").map((origin) => origin.trim().replace(/\/$/, ""));
  const isOrigin = (origin: string) => /^(\*|[a-z][a-z0-9+.-]*:\/\/[^\/\s]+)$/i.test(origin);
  return origins.every(isOrigin) ? origins.map(toBrowserOrigin) : undefined;
}

/** Returns the origin as browsers send it: lower case, and without a default port. */
function toBrowserOrigin(origin: string): string {
  const parsed = URL.parse(origin)?.origin ?? "null"; // "null" for schemes of apps, such as capacitor:
  return parsed === "null" ? origin.toLowerCase() : parsed;
}

export function parseNames(list: string): string[] | undefined {
  const names = list.split(",").map((name) => name.trim());
  return names.includes("") ? undefined : names;
}

/** Networks of proxies; `unix:` stands for the clients on a Unix domain socket. */
export function parseNetworks(list: string): string[] | undefined {
  const networks = list.split(",").map((network) => network.trim());
  const isProxy = (text: string) => text === SOCKET_PEER || parseNetwork(text) !== undefined;
  return networks.every(isProxy) ? networks : undefined;
}

/** Returns the path of a directory below the document root without a slash at its end. Dot files are never served. */
export function parseChannelsDirectory(path: string): string | undefined {
  const names = path.replace(/^\.\//, "").replace(/\/$/, "").split("/");
  const isName = (name: string) =>
    /^[^.\\\p{Cc}][^\\\p{Cc}]*$/u.test(name) && !/\.live$/i.test(name);
  return names.every(isName) ? names.join("/") : undefined;
}
