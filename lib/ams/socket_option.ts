/** `--host unix:/path`: a Unix domain socket instead of a port. */

import type { OptionUse } from "../cli/option_table.ts";
import { UsageError } from "../cli/usage_error.ts";

const PREFIX = "unix:";

/** Without a port and TLS, and with one worker: a second one cannot bind the socket. */
const REFUSED_WITH_SOCKET = ["port", "cert", "key", "workers"];

/** Returns undefined for an address or a host name. */
export function findSocketPath(host: string): string | undefined {
  return host.startsWith(PREFIX) ? host.slice(PREFIX.length) : undefined;
}

/** The size of `sun_path` on macOS without the NUL at its end; Linux has four more bytes. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Returns undefined for a socket whose path is too long or not absolute. */
export function parseHost(text: string): string | undefined {
  const path = findSocketPath(text);
  if (path === undefined) return text;
  const isPath = /^\/[^\0]*[^/\0]$/.test(path);
  return isPath && new TextEncoder().encode(path).length <= MAX_SOCKET_PATH_BYTES
    ? text
    : undefined;
}

export const EXPECTED_HOST =
  `an address, a host name, or unix:/PATH of at most ${MAX_SOCKET_PATH_BYTES} bytes`;

/** @throws UsageError if the host is a socket, and an option is set that a socket does not have */
export function refuseWithSocket({ host }: { host: string }, uses: readonly OptionUse[]): void {
  if (findSocketPath(host) === undefined) return;
  const use = uses.find(({ name, value }) =>
    REFUSED_WITH_SOCKET.includes(name) && !(name === "workers" && value === "1")
  );
  if (!use) return;
  const place = use.file === undefined ? "" : `${use.file}: `;
  throw new UsageError(`${place}Cannot use ${use.flag} with --host ${host}`);
}
