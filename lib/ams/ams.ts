import type { AccessConfig } from "../access/access_config.ts";
import { EXIT_CODE, exitCodeForError } from "../cli/exit_code.ts";
import { formatInternalError } from "../cli/internal_error.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { Address } from "../http/server.ts";
import type { LogLevel } from "../log/log_format.ts";
import { Devices } from "../storage/local/devices.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";
import { check } from "./check.ts";
import { AccessSource } from "./access_source.ts";
import { watchDescriptors } from "./descriptor_watch.ts";
import { KeyService } from "./key_service.ts";
import type { MonitoredServer, Monitoring } from "./monitoring.ts";
import { AMS_HELP, type AmsOptions, parseAmsOptions } from "./options.ts";
import { SYSTEM_SOURCES } from "./option_sources.ts";
import { type ReloadableFiles, Reloader } from "./reload.ts";
import { watchRoot } from "./root_watch.ts";
import { ServerState } from "./server_state.ts";
import { SeenWarnings } from "./seen_warnings.ts";
import { ServerLog } from "./server_log.ts";
import {
  checkCertificate,
  checkKeyServing,
  findAddress,
  getDevice,
  getWorkerCount,
  readCertificate,
  resolveRoot,
  SetupError,
} from "./setup.ts";
import type { ProcessOutput } from "./stdout.ts";
import { onReloadSignal, waitForStopSignal } from "./stop_signal.ts";
import { printToken } from "./token_command.ts";
import { WorkerPool } from "./worker_pool.ts";

/** Half of what most systems allow a process. */
const MAX_OPEN_FILES = 512;

/** Never rejects: errors are written as one line. Returns the exit code. */
export async function ams(
  args: readonly string[],
  out: ProcessOutput,
  version: string,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === "check") return await check(rest, out, { version, sources: SYSTEM_SOURCES });
    if (command === "token") return await printToken(rest, out, { version });
    const options = parseAmsOptions(args, SYSTEM_SOURCES);
    if (options === "help") await out.write(`${AMS_HELP}\n`);
    else if (options === "version") await out.write(`ams ${version}\n`);
    else if (options.printedConfig) await out.write(`${options.printedConfig.join("\n")}\n`);
    else await serve(options, out, version);
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

async function serve(options: AmsOptions, out: ProcessOutput, version: string): Promise<void> {
  checkKeyServing(options);
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
    packagesOnly: options.packagesOnly === true,
    ...options.serveKeys && { serveKeys: options.serveKeys },
    sendTimeoutMs: 1000 * options.sendTimeoutSeconds,
    version,
  };
  const log = new ServerLog(options.log, out);
  const seen = new SeenWarnings();
  const logMessage = (message: string, level: LogLevel) => log.logMessage({ level, message });
  const auth = options.auth === undefined ? undefined : new AccessSource(options.auth, {
    onMessage: (message) => logMessage(message, "error"),
  });
  const access = (await auth?.read())?.();
  using keys = options.keys === undefined ? undefined : new KeyService({
    file: options.keys,
    root,
    onMessage: (message) => log.logMessage(message),
    onReplaced: () => pool.reconnectKeys(),
    onResult: (source, result) => monitoring?.metrics.countKeyRequest(source, result),
  });
  const rootDevice = getDevice(root);
  using rootWatch = watchRoot(new LocalStorage(root, new Devices(), rootDevice), logMessage);
  const state = new ServerState(() => rootWatch.isGone());
  const pool = new WorkerPool(
    {
      address,
      root,
      rootDevice,
      app: { ...app, ...access && { access } },
      log: options.log,
      trustedProxies: options.trustedProxies,
      metrics: options.admin !== undefined,
      ...(certificate && { certificate }),
    },
    {
      onLog: (batch, worker) => log.addBatch(batch, worker),
      onFirstLine: (timeMs, worker) => log.announceBatch(timeMs, worker),
      onMessage: (message, timeMs) => log.logMessage(message, timeMs),
      onWarning: (file, message) => {
        if (seen.add(file, message)) log.logMessage({ level: "warn", file, message });
      },
      onStorageGone: () => rootWatch.notice(),
      onRefreshKeys: () => auth?.refreshNow().then(applyAccess),
      ...keys && { connectKeys: () => keys.connect() },
      onCounts: (worker, counts) => monitoring?.metrics.addCounts(worker, counts),
      onFailure: (worker) => monitoring?.metrics.countRestart(worker),
    },
  );
  await using monitoring = await monitor(options.admin, { version, pool, state });
  for (const source of keys?.remoteSources ?? []) monitoring?.metrics.addKeySource(source);
  const applyAccess = (config: AccessConfig | undefined) => {
    if (config) pool.access = config;
  };
  using _accessKeys = auth?.watch(applyAccess);
  const createReloader = (files: readonly ReloadableFiles[]) =>
    new Reloader({
      files,
      log: logMessage,
      formatError,
      count: (result) => monitoring?.metrics.countReload(result),
    });
  const reloader = createReloader([
    ...certificate ? [certificateFiles(options, pool)] : [],
    ...auth ? [accessFiles(auth, applyAccess)] : [],
    ...keys ? [keys.files] : [],
  ]);
  onReloadSignal(() => reloader.reload());
  const keyReloader = createReloader(keys ? [keys.files] : []);
  using _keyWatch = keys?.watch(() => keyReloader.reload());
  await pool.start(workerCount).catch((error: Error) => {
    throw new SetupError(`Cannot serve: ${error.message.split("\n")[0]}`);
  });
  using _watch = watchDescriptors(root, (supply, message) => {
    pool.supply = supply;
    logMessage(message, "warn");
  });
  const stopSignal = waitForStopSignal();
  state.phase = "serving";
  const url = toUrl({ ...address, host: options.host }, certificate !== undefined);
  logMessage(`Serving ${root} at ${url}`, "info");
  if (options.serveKeys === "open") {
    logMessage("Keys of packages are served to anybody (--serve-keys open)", "warn");
  }
  if (monitoring) {
    logMessage(`Serving metrics at ${toUrl(monitoring.address, false)}metrics`, "info");
  }
  const drainSeconds = await stopSignal === "SIGTERM" ? options.drainSeconds : 0;
  state.phase = "draining";
  pool.drain();
  await waitWhileDraining(drainSeconds, log);
  state.phase = "stopping";
  log.logStop(`Stopping: responses in progress have ${options.graceSeconds} seconds`);
  await pool.stop(options.graceSeconds);
  await log.flush();
}

async function monitor(
  address: Address | undefined,
  server: MonitoredServer,
): Promise<Monitoring | undefined> {
  if (!address) return undefined;
  const { startMonitoring } = await import("./monitoring.ts");
  return startMonitoring(address, server);
}

async function waitWhileDraining(seconds: number, log: ServerLog): Promise<void> {
  if (seconds === 0) return;
  log.logMessage({ level: "info", message: `Draining: serving for ${seconds} more seconds` });
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

function accessFiles(
  source: AccessSource,
  apply: (config: AccessConfig) => void,
): ReloadableFiles {
  return {
    name: "access tokens",
    async read() {
      const use = await source.read();
      return () => apply(use());
    },
  };
}

function toUrl({ host, port }: Address, secure: boolean): string {
  const anyAddress = host === "0.0.0.0" || host === "::";
  const name = anyAddress ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return `${secure ? "https" : "http"}://${name}:${port}/`;
}
