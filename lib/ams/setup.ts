/** Checks what `ams` serves and where it listens, before workers start. */

import { describeSystemError } from "../cli/system_error.ts";
import type { Certificate } from "../http/server.ts";
import type { AmsOptions } from "./options.ts";

/** The system or its files prevent serving: one line, exit code 1. */
export class SetupError extends Error {}

/** Resolves links of the document root once, so that links that lead outside can be recognized. */
export function resolveRoot(directory: string): string {
  try {
    const path = Deno.realPathSync(directory);
    if (Deno.statSync(path).isDirectory) return path;
  } catch (error) {
    throw new SetupError(`Cannot serve '${directory}': ${describeSystemError(error)}`);
  }
  throw new SetupError(`Cannot serve '${directory}': not a directory`);
}

/** Reads the files here, since workers have no permission to. */
export function readCertificate(files: AmsOptions["certificate"]): Certificate | undefined {
  return files && { cert: readPem(files.cert), key: readPem(files.key) };
}

function readPem(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new SetupError(`Cannot read '${file}': ${describeSystemError(error)}`);
  }
}

/**
 * Returns the port after binding it once: workers share their port, so they would not notice another process on it.
 * Also checks the certificate and its key.
 */
export function findPort(
  { host, port }: AmsOptions,
  certificate: Certificate | undefined,
): number {
  const address = { hostname: host, port };
  try {
    using listener = certificate
      ? Deno.listenTls({ ...address, ...certificate })
      : Deno.listen(address);
    return (listener.addr as Deno.NetAddr).port;
  } catch (error) {
    throw new SetupError(`Cannot listen on ${host}:${port}: ${describeSystemError(error)}`);
  }
}

/** Systems other than Linux send all connections to one of the workers that share a port. */
export function getWorkerCount(requested: number | undefined): number {
  if (Deno.build.os !== "linux") return 1;
  return requested ?? navigator.hardwareConcurrency;
}
