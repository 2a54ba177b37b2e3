/** ams: a command line in, a server that runs until it is told to stop, an exit code out. */

import type { Address, Certificate } from "../http/server.ts";
import { formatMessage } from "../http/access_log.ts";
import { EXIT_CODE, exitCodeForError } from "../cli/exit_code.ts";
import { formatInternalError } from "../cli/internal_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import { AMS_HELP, type AmsOptions, parseAmsOptions } from "./options.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Media files that may be open at a time, in all workers together: half of what most systems allow a process. */
const MAX_OPEN_FILES = 512;

/** Where lines go: to standard output, to standard error. */
export interface ProcessOutput {
  write(text: string): void;
  warn(line: string): void;
}

/** The system, or what lies on it, is against it: one line, exit 1. */
class SetupError extends Error {}

/**
 * Never throws: what goes wrong is a line.
 *
 * @param version of AMS
 * @returns the exit code, when told to stop: 0 after an orderly end
 */
export async function ams(
  args: readonly string[],
  out: ProcessOutput,
  version: string,
): Promise<number> {
  try {
    const options = parseAmsOptions(args);
    if (options === "help") out.write(`${AMS_HELP}\n`);
    else if (options === "version") out.write(`ams ${version}\n`);
    else await serve(options, out);
    return EXIT_CODE.success;
  } catch (error) {
    out.warn(`ams: ${sentence(error)}`);
    return exitCodeForError(error);
  }
}

function sentence(error: unknown): string {
  if (error instanceof SetupError || error instanceof UsageError) return error.message;
  return formatInternalError(error);
}

async function serve(options: AmsOptions, out: ProcessOutput): Promise<void> {
  const root = resolveRoot(options.root);
  const certificate = readCertificate(options.certificate);
  const address = { host: options.host, port: findPort(options, certificate) };
  const count = getWorkerCount(options.workers);
  const app = {
    root,
    capacity: Math.floor(options.cache / count),
    maxOpenFiles: Math.max(16, Math.floor(MAX_OPEN_FILES / count)),
    allowedOrigins: options.origins,
    forwardedParameters: options.forwarded,
    listing: options.listing,
  };
  const { log } = options;
  const form = log === "none" ? "text" : log;
  const note = (message: string) => out.write(`${formatMessage(form, new Date(), { message })}\n`);
  const workers = new WorkerPool(
    { address, app, log, ...(certificate && { certificate }) },
    { onLog: (lines) => out.write(lines), onMessage: note },
  );
  await workers.start(count).catch((error: Error) => {
    throw new SetupError(`Cannot serve: ${error.message.split("\n")[0]}`);
  });
  const toldToStop = stopSignal();
  note(`Serving ${root} at ${toUrl(address, certificate !== undefined)}`);
  await toldToStop;
  note(`Stopping: answers under way have ${options.grace} seconds`);
  await workers.stop(options.grace);
}

/** Links are followed here, once, so that what leads out of it can be told. */
function resolveRoot(folder: string): string {
  try {
    const path = Deno.realPathSync(folder);
    if (Deno.statSync(path).isDirectory) return path;
  } catch (error) {
    throw new SetupError(`Cannot serve '${folder}': ${systemReason(error)}`);
  }
  throw new SetupError(`Cannot serve '${folder}': it is not a folder`);
}

/** Read here: workers can't. */
function readCertificate(files: AmsOptions["certificate"]): Certificate | undefined {
  return files && { cert: readPem(files.cert), key: readPem(files.key) };
}

function readPem(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch (error) {
    throw new SetupError(`Cannot read '${file}': ${systemReason(error)}`);
  }
}

/**
 * The port, once it is sure that nobody else has it: workers share theirs, and would share it with anybody. Whether
 * the certificate is one, and the key its own, shows on the way.
 */
function findPort({ host, port }: AmsOptions, certificate: Certificate | undefined): number {
  const address = { hostname: host, port };
  try {
    using listener = certificate
      ? Deno.listenTls({ ...address, ...certificate })
      : Deno.listen(address);
    return (listener.addr as Deno.NetAddr).port;
  } catch (error) {
    throw new SetupError(`Cannot listen on ${host}:${port}: ${systemReason(error)}`);
  }
}

function systemReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file or folder";
  if (error instanceof Deno.errors.AddrInUse) return "the port is taken";
  if (error instanceof Deno.errors.PermissionDenied) return "the system does not let us";
  return error instanceof Error ? error.message.split("\n")[0]! : String(error);
}

/** Elsewhere the system gives all connections to one of those who listen on a port. */
function getWorkerCount(asked: number | undefined): number {
  if (Deno.build.os !== "linux") return 1;
  return asked ?? navigator.hardwareConcurrency;
}

function toUrl({ host, port }: Address, secure: boolean): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  const name = everywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `${secure ? "https" : "http"}://${name}:${port}/`;
}

/** Kept when the first signal to stop comes; the second one ends the process at once. */
function stopSignal(): Promise<void> {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM"];
  return new Promise((resolve) => {
    let told = false;
    for (const name of signals) {
      Deno.addSignalListener(name, () => {
        if (told) Deno.exit(EXIT_CODE.failure);
        told = true;
        resolve();
      });
    }
  });
}
