/** Checks that fail before workers start. */

import { formatInternalError } from "../cli/internal_error.ts";
import { describeSystemError } from "../cli/system_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { Address, Certificate } from "../http/server.ts";
import type { AmsOptions, Endpoint } from "./options.ts";

export class SetupError extends Error {}

/** Formats an error of the command as one line. */
export function formatSetupError(error: unknown): string {
  if (error instanceof SetupError || error instanceof UsageError) return error.message;
  return formatInternalError(error);
}

/** Resolves links, so that those that lead outside can be recognized. */
export function resolveRoot(directory: string): string {
  try {
    const path = Deno.realPathSync(directory);
    if (Deno.statSync(path).isDirectory) return path;
  } catch (error) {
    throw new SetupError(`Cannot serve '${directory}': ${describeSystemError(error)}`);
  }
  throw new SetupError(`Cannot serve '${directory}': not a directory`);
}

/** Returns the number of the device that contains the root, on which an empty root may be no more than a mount point. */
export function getDevice(root: string): number {
  return Deno.statSync(root).dev;
}

/** Workers have no permission to read the files. */
export function readCertificate(files: AmsOptions["certificate"]): Certificate | undefined {
  if (!files) return undefined;
  const [cert, key] = [readTextFile(files.cert), readTextFile(files.key)];
  if (!/^-----BEGIN CERTIFICATE-----/m.test(cert)) {
    throw new SetupError(`Cannot use --cert '${files.cert}': it contains no certificate`);
  }
  if (!/^-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/m.test(key)) {
    throw new SetupError(`Cannot use --key '${files.key}': it contains no private key`);
  }
  return { cert, key };
}

export function readTextFile(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new SetupError(`Cannot read '${file}': ${describeSystemError(error)}`);
  }
}

/**
 * Binds the address once: workers share it, so they would not notice another process. Resolves a host name, which workers
 * may not do.
 */
export function findAddress({ host, port }: Endpoint): Address {
  try {
    using listener = Deno.listen({ hostname: host, port });
    const { hostname, port: found } = listener.addr;
    return { host: hostname, port: found };
  } catch (error) {
    const reason = describeSystemError(error);
    const hint = error instanceof Deno.errors.AddrNotAvailable ? `, only ${listAddresses()}` : "";
    const options = { cause: error };
    throw new SetupError(`Cannot listen on ${host}:${port}: ${reason}${hint}`, options);
  }
}

function listAddresses(): string {
  return Deno.networkInterfaces().map(({ address }) => address).join(", ");
}

/** Binds a port with TLS, as workers will. */
export function checkCertificate(
  { host, certificate: files }: AmsOptions,
  certificate: Certificate | undefined,
): void {
  if (!files || !certificate) return;
  try {
    Deno.listenTls({ hostname: host, port: 0, ...certificate }).close();
  } catch (error) {
    const { message } = error as Error;
    const reason = message.includes("KeyMismatch") ? "the key is of another certificate" : message;
    throw new SetupError(`Cannot use --cert '${files.cert}', --key '${files.key}': ${reason}`);
  }
}

/** Systems other than Linux send all connections to one of the workers that share a port. */
export function getWorkerCount(requested: number | undefined): number {
  if (Deno.build.os !== "linux") return 1;
  return requested ?? navigator.hardwareConcurrency;
}

/**
 * Keys are for those whom a token admits.
 *
 * @throws SetupError without the options that it needs
 */
export function checkKeyServing(
  { serveKeys, auth, keys }: Pick<AmsOptions, "serveKeys" | "auth" | "keys">,
): void {
  if (serveKeys === "access" && auth === undefined) {
    throw new SetupError("Cannot use --serve-keys access without --auth");
  }
  if (serveKeys && keys === undefined) {
    throw new SetupError("Cannot use --serve-keys without --keys");
  }
}
