import { EXIT_CODE, exitCodeForError } from "../cli/exit_code.ts";
import { formatInternalError } from "../cli/internal_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import { formatMessage } from "../http/access_log.ts";
import type { Address } from "../http/server.ts";
import { Devices } from "../storage/local/devices.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { check } from "./check.ts";
import { LogQueue } from "./log_queue.ts";
import { watchDescriptors } from "./descriptor_watch.ts";
import { AMS_HELP, type AmsOptions, parseAmsOptions } from "./options.ts";
import { SYSTEM_SOURCES } from "./option_sources.ts";
import { type ReloadableFiles, Reloader } from "./reload.ts";
import { watchRoot } from "./root_watch.ts";
import { ServerState } from "./server_state.ts";
import { SeenWarnings } from "./seen_warnings.ts";
import {
  checkCertificate,
  findAddress,
  getDevice,
  getWorkerCount,
  readCertificate,
  resolveRoot,
  SetupError,
} from "./setup.ts";
import { onReloadSignal, waitForStopSignal } from "./stop_signal.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Half of what most systems allow a process. */
const MAX_OPEN_FILES = 512;

/** Time to write the last lines, whose reader may have stopped. */
const LOG_FLUSH_MS = 1000;

export interface ProcessOutput {
  /** Never rejects. Resolves when the text is written. */
  write(text: string): Promise<void>;
  warn(line: string): void;
}

/** Never rejects: errors are written as one line. Returns the exit code. */
export async function ams(
  args: readonly string[],
  out: ProcessOutput,
  version: string,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === "check") return await check(rest, out, { version, sources: SYSTEM_SOURCES });
    const options = parseAmsOptions(args, SYSTEM_SOURCES);
    if (options === "help") await out.write(`${AMS_HELP}\n`);
    else if (options === "version") await out.write(`ams ${version}\n`);
    else if (options.printedConfig) await out.write(`${options.printedConfig.join("\n")}\n`);
    else await serve(options, out);
    return EXIT_CODE.success;
  } catch (error) {
    out.warn(`ams: ${formatError(error)}`);
    return exitCodeForError(error);
  }
}

function formatError(error: unknown): string {
  if (error instanceof SetupError || error instanceof UsageError) return error.message;
  return formatInternalError(error);
}

async function serve(options: AmsOptions, out: ProcessOutput): Promise<void> {
  const root = resolveRoot(options.root);
  const certificate = readCertificate(options.certificate);
  const address = findAddress(options);
  checkCertificate(options, certificate);
  const workerCount = getWorkerCount(options.workers);
  const app = {
    capacity: Math.floor(options.cacheBytes / workerCount),
    maxOpenFiles: Math.max(16, Math.floor(MAX_OPEN_FILES / workerCount)),
    allowedOrigins: options.origins,
    forwardedParameters: options.forwarded,
    listing: options.listing,
    sandboxFiles: options.sandboxFiles === true,
    sendTimeoutMs: 1000 * options.sendTimeoutSeconds,
  };
  const { log } = options;
  const format = log === "none" ? "text" : log;
  const formatLine = (message: string, file?: string) =>
    `${formatMessage(format, new Date(), omitUndefined({ file, message }))}\n`;
  const lines = new LogQueue(
    (text) => out.write(text),
    (count) => formatLine(`Dropped ${count} log lines: standard output is not read`),
  );
  const logMessage = (message: string, file?: string) => lines.add(formatLine(message, file));
  const seen = new SeenWarnings();
  const rootDevice = getDevice(root);
  using rootWatch = watchRoot(new LocalStorage(root, new Devices(), rootDevice), logMessage);
  const state = new ServerState(() => rootWatch.isGone());
  const pool = new WorkerPool(
    { address, root, rootDevice, app, log, ...(certificate && { certificate }) },
    {
      onLog: (text) => lines.add(text),
      onMessage: logMessage,
      onWarning: (file, message) => seen.add(file, message) && logMessage(message, file),
      onStorageGone: () => rootWatch.notice(),
    },
  );
  const reloader = new Reloader({
    files: certificate ? [certificateFiles(options, pool)] : [],
    log: logMessage,
    formatError,
  });
  onReloadSignal(() => reloader.reload());
  await pool.start(workerCount).catch((error: Error) => {
    throw new SetupError(`Cannot serve: ${error.message.split("\n")[0]}`);
  });
  using _watch = watchDescriptors(root, (supply, message) => {
    pool.supply = supply;
    logMessage(message);
  });
  const stopSignal = waitForStopSignal();
  state.phase = "serving";
  const url = toUrl({ ...address, host: options.host }, certificate !== undefined);
  logMessage(`Serving ${root} at ${url}`);
  const drainSeconds = await stopSignal === "SIGTERM" ? options.drainSeconds : 0;
  state.phase = "draining";
  pool.drain();
  await waitWhileDraining(drainSeconds, logMessage);
  state.phase = "stopping";
  logMessage(`Stopping: responses in progress have ${options.graceSeconds} seconds`);
  await pool.stop(options.graceSeconds);
  await lines.flush(LOG_FLUSH_MS);
}

async function waitWhileDraining(seconds: number, log: (message: string) => void): Promise<void> {
  if (seconds === 0) return;
  log(`Draining: serving for ${seconds} more seconds`);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

function certificateFiles(options: AmsOptions, pool: WorkerPool): ReloadableFiles {
  return {
    name: "certificate",
    read() {
      const certificate = readCertificate(options.certificate)!;
      checkCertificate(options, certificate);
      return () => pool.certificate = certificate;
    },
  };
}

function toUrl({ host, port }: Address, secure: boolean): string {
  const anyAddress = host === "0.0.0.0" || host === "::";
  const name = anyAddress ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `${secure ? "https" : "http"}://${name}:${port}/`;
}
