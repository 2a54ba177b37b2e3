/** The main thread while ams serves: it starts workers, and reads for them what they may not read. */

import type { AccessConfig } from "../access/access_config.ts";
import type { LogLevel } from "../log/log_format.ts";
import { Devices } from "../storage/local/devices.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";
import { AccessSource } from "./access_source.ts";
import { announce } from "./announcement.ts";
import { watchDescriptors } from "./descriptor_watch.ts";
import { KeyService } from "./key_service.ts";
import type { Monitoring } from "./monitoring.ts";
import type { AmsOptions } from "./options.ts";
import { RecorderService } from "./recorder_service.ts";
import { type ReloadableFiles, Reloader } from "./reload.ts";
import { type RootWatch, watchRoot } from "./root_watch.ts";
import { SeenWarnings } from "./seen_warnings.ts";
import { ServerLog } from "./server_log.ts";
import { provideCredentials } from "./credentials.ts";
import { OriginFiles } from "./origin_files.ts";
import { StorageService } from "./storage_service.ts";
import { ServerState } from "./server_state.ts";
import { checkSetup, type ServerSetup, toWorkerConfig } from "./server_setup.ts";
import { checkCertificate, formatSetupError, readCertificate, SetupError } from "./setup.ts";
import type { ProcessOutput } from "./stdout.ts";
import { onReloadSignal } from "./stop_signal.ts";
import { type PoolEvents, WorkerPool } from "./worker_pool.ts";

export class ServerProcess implements AsyncDisposable {
  readonly #setup: ServerSetup;
  readonly #log: ServerLog;
  readonly #auth: AccessSource | undefined;
  readonly #keys: KeyService | undefined;
  /** Absent: nothing is read from other machines. */
  readonly #storage: StorageService | undefined;
  /** Absent: the document root is on other machines. */
  readonly #rootWatch: RootWatch | undefined;
  readonly #state: ServerState;
  readonly #pool: WorkerPool;
  /** Absent: encoders cannot publish. */
  readonly #recorder: RecorderService | undefined;
  /** Absent: nothing is read from other machines. */
  #originFiles: OriginFiles | undefined;
  readonly #resources = new AsyncDisposableStack();
  #monitoring: Monitoring | undefined;

  private constructor(setup: ServerSetup, log: ServerLog, access: OpenedAccess | undefined) {
    const { options, root, rootDevice } = setup;
    this.#setup = setup;
    this.#log = log;
    this.#auth = access?.source;
    this.#keys = options.keys === undefined ? undefined : this.#use(
      new KeyService({
        file: options.keys,
        ...root !== undefined && { root },
        onMessage: (message) => log.logMessage(message),
        onReplaced: () => this.#pool.reconnectKeys(),
        onResult: (source, result) => this.#monitoring?.metrics.countKeyRequest(source, result),
      }),
    );
    this.#rootWatch = root === undefined ? undefined : this.#use(
      watchRoot(new LocalStorage(root, new Devices(), rootDevice), this.#logMessage),
    );
    this.#state = new ServerState(() => this.#rootWatch?.isGone() ?? false);
    this.#storage = this.#openStorage();
    this.#pool = new WorkerPool(toWorkerConfig(setup, access?.config), this.#createEvents());
    this.#recorder = setup.recorder && this.#use(
      new RecorderService(setup.recorder, {
        onMessage: (message, timeMs) => log.logMessage(message, timeMs),
        onAppended: (files) => this.#pool.noticeAppended(files),
        onCounts: (recorder, counts) => this.#monitoring?.live?.update(recorder, counts),
        onFailure: () => this.#monitoring?.live?.clear(),
        canStart: () => this.#pool.supply !== "none",
      }),
    );
  }

  /** @throws SetupError if an option cannot be used */
  static async create(
    options: AmsOptions,
    out: ProcessOutput,
    version: string,
  ): Promise<ServerProcess> {
    const setup = checkSetup(options, version);
    const log = new ServerLog(options.log, out);
    const access = await openAccess(options.auth, (message) => {
      log.logMessage({ level: "error", message });
    });
    const server = new ServerProcess(setup, log, access);
    try {
      await server.#monitor();
      return server;
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * Resolves when all workers listen.
   *
   * @throws SetupError if one cannot
   */
  async start(): Promise<void> {
    const { root = ".", workerCount } = this.#setup;
    this.#watchFiles();
    await this.#pool.start(workerCount).catch(failAs("Cannot serve"));
    await this.#recorder?.start().catch(failAs("Cannot record"));
    this.#use(watchDescriptors(root, (supply, message) => {
      this.#pool.supply = supply;
      this.#logMessage(message, "warn");
    }));
  }

  /** Logs that requests are served, and reports it to load balancers. */
  announce(): void {
    this.#state.phase = "serving";
    for (const { level, message } of announce(this.#setup, this.#monitoring?.address)) {
      this.#logMessage(message, level);
    }
  }

  /** Serves on for the time of draining, then stops when no response is in progress. */
  async stop(drainSeconds: number): Promise<void> {
    const { graceSeconds } = this.#setup.options;
    this.#state.phase = "draining";
    this.#pool.drain();
    this.#recorder?.drain();
    await waitWhileDraining(drainSeconds, this.#log);
    this.#state.phase = "stopping";
    this.#log.logStop(`Stopping: responses in progress have ${graceSeconds} seconds`);
    await Promise.all([this.#pool.stop(graceSeconds), this.#recorder?.stop(graceSeconds)]);
    await this.#log.flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }

  readonly #logMessage = (message: string, level: LogLevel): void => {
    this.#log.logMessage({ level, message });
  };

  readonly #applyAccess = (config: AccessConfig | undefined): void => {
    if (config) this.#pool.access = config;
  };

  #use<T extends Disposable | undefined>(resource: T): T {
    return this.#resources.use(resource);
  }

  #openStorage(): StorageService | undefined {
    const { sources: { remote }, options: { sources } } = this.#setup;
    if (!remote) return undefined;
    const storage = this.#use(
      new StorageService({
        ...remote,
        sources,
        onMessage: (message) => this.#log.logMessage(message),
        onReplaced: () => this.#pool.reconnectStorage(),
        onCounts: (counts) => this.#monitoring?.sources?.add(counts),
        canStart: () => this.#pool.supply !== "none",
      }),
    );
    const credentials = this.#use(
      provideCredentials(remote.origins, storage, this.#logMessage),
    );
    this.#originFiles = new OriginFiles({ setup: this.#setup, receiver: storage, credentials });
    return storage;
  }

  #createEvents(): PoolEvents {
    const log = this.#log;
    const [keys, storage] = [this.#keys, this.#storage];
    const seen = new SeenWarnings();
    return {
      onLog: (batch, worker) => log.addBatch(batch, worker),
      onFirstLine: (timeMs, worker) => log.announceBatch(timeMs, worker),
      onMessage: (message, timeMs) => log.logMessage(message, timeMs),
      onWarning: (file, message) => {
        if (seen.add(file, message)) log.logMessage({ level: "warn", file, message });
      },
      onStorageGone: () => this.#rootWatch?.notice(),
      onRefreshKeys: () => this.#auth?.refreshNow().then(this.#applyAccess),
      ...keys && { connectKeys: () => keys.connect() },
      ...storage && {
        connectStorage: (worker: object) => storage.connect(worker),
        disconnectStorage: (worker: object) => storage.disconnect(worker),
      },
      onCounts: (worker, counts) => this.#monitoring?.metrics.addCounts(worker, counts),
      onFailure: (worker) => this.#monitoring?.metrics.countRestart(worker),
    };
  }

  async #monitor(): Promise<void> {
    const { options: { admin }, version } = this.#setup;
    if (!admin) return;
    const { startMonitoring } = await import("./monitoring.ts");
    const { recorder, storage } = { recorder: this.#recorder, storage: this.#storage };
    const server = { version, pool: this.#pool, state: this.#state, recorder, storage };
    const monitoring = this.#resources.use(startMonitoring(admin, server));
    for (const source of this.#keys?.remoteSources ?? []) monitoring.metrics.addKeySource(source);
    this.#monitoring = monitoring;
  }

  /** Reads files again on SIGHUP, keys when they have changed or are due, and those of sources when they have changed. */
  #watchFiles(): void {
    const [auth, keys] = [this.#auth, this.#keys];
    const sources = this.#originFiles?.isUsed ? this.#originFiles : undefined;
    const reloader = this.#createReloader([
      ...this.#setup.certificate ? [this.#certificateFiles()] : [],
      ...auth ? [accessFiles(auth, this.#applyAccess)] : [],
      ...keys ? [keys.files] : [],
      ...sources ? [sources] : [],
    ]);
    onReloadSignal(() => reloader.reload());
    this.#use(auth?.watch(this.#applyAccess));
    const keyReloader = this.#createReloader(keys ? [keys.files] : []);
    this.#use(keys?.watch(() => keyReloader.reload()));
    const sourceReloader = this.#createReloader(sources ? [sources] : []);
    this.#use(sources?.watch(() => sourceReloader.reload()));
  }

  #createReloader(files: readonly ReloadableFiles[]): Reloader {
    return new Reloader({
      files,
      log: this.#logMessage,
      formatError: formatSetupError,
      count: (result) => this.#monitoring?.metrics.countReload(result),
    });
  }

  #certificateFiles(): ReloadableFiles {
    const { options } = this.#setup;
    return {
      name: "certificate",
      read: () => {
        const certificate = readCertificate(options.certificate)!;
        checkCertificate(options, certificate);
        return () => {
          this.#pool.certificate = certificate;
          if (this.#recorder) this.#recorder.certificate = certificate;
        };
      },
    };
  }
}

interface OpenedAccess {
  readonly source: AccessSource;
  readonly config: AccessConfig;
}

async function openAccess(
  file: string | undefined,
  onMessage: (message: string) => void,
): Promise<OpenedAccess | undefined> {
  if (file === undefined) return undefined;
  const source = new AccessSource(file, { onMessage });
  const use = await source.read();
  return { source, config: use() };
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

async function waitWhileDraining(seconds: number, log: ServerLog): Promise<void> {
  if (seconds === 0) return;
  log.logMessage({ level: "info", message: `Draining: serving for ${seconds} more seconds` });
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}

/** Describes an error that a thread has reported, on one line. */
function failAs(what: string): (error: Error) => never {
  return ({ message }) => {
    const [line] = message.split("\n");
    throw new SetupError(line!.startsWith("Cannot ") ? line! : `${what}: ${line}`);
  };
}
