/** Checks that fail before workers start. */

import { formatInternalError } from "../cli/internal_error.ts";
import { describeSystemError } from "../cli/system_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { Certificate } from "../http/server.ts";
import type { AmsOptions } from "./options.ts";

/** Present where no network is. */
const LOOPBACK = "127.0.0.1";

export class SetupError extends Error {}

/** Formats an error of the command as one line. */
export function formatSetupError(error: unknown): string {
  if (error instanceof SetupError || error instanceof UsageError) return error.message;
  return formatInternalError(error);
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

/** Binds a port with TLS, as workers will. */
export function checkCertificate(
  { certificate: files }: Pick<AmsOptions, "certificate">,
  certificate: Certificate | undefined,
): void {
  if (!files || !certificate) return;
  try {
    Deno.listenTls({ hostname: LOOPBACK, port: 0, ...certificate }).close();
  } catch (error) {
    const { message } = error as Error;
    const reason = message.includes("KeyMismatch") ? "the key is of another certificate" : message;
    throw new SetupError(`Cannot use --cert '${files.cert}', --key '${files.key}': ${reason}`);
  }
}

/** Systems other than Linux send all connections to one of the workers that share a port; workers cannot share a socket. */
export function getWorkerCount(
  { workers, socketPath }: Pick<AmsOptions, "workers" | "socketPath">,
): number {
  if (Deno.build.os !== "linux" || socketPath !== undefined) return 1;
  return workers ?? navigator.hardwareConcurrency;
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
