/** Checks that fail before workers start. */

import { describeSystemError } from "../cli/system_error.ts";
import type { Certificate } from "../http/server.ts";
import type { AmsOptions } from "./options.ts";

export class SetupError extends Error {}

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

/** Workers have no permission to read the files. */
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

/** Binds the port once: workers share it, so they would not notice another process. Checks the certificate, too. */
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
