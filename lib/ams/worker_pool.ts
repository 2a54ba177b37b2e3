/** Starts, replaces and stops workers. */

import type { AccessConfig } from "../access/access_config.ts";
import { formatAddress } from "./address_format.ts";
import type { DescriptorSupply } from "./descriptor_reserve.ts";
import type { Certificate } from "../http/server.ts";
import type { LogBatch } from "../log/access_log.ts";
import type { LogMessage } from "../log/message_line.ts";
import type { WorkerCounts } from "../metrics/worker_counts.ts";
import type {
  StorageConnection,
  WorkerCommand,
  WorkerConfig,
  WorkerEvent,
} from "./worker_messages.ts";

const RETRY_DELAY_MS = 1000;

export interface PoolEvents {
  /** @param worker identifies the worker whose lines the batch contains */
  onLog(batch: LogBatch, worker: object): void;
  /** Called with the time of the first line of the worker's next batch, as soon as there is one. */
  onFirstLine?(timeMs: number, worker: object): void;
  /** @param timeMs since 1970; default: now */
  onMessage(message: LogMessage, timeMs?: number): void;
  /** Each worker warns of a file whenever it opens it. */
  onWarning(file: string, message: string): void;
  /** Each worker reports this at most once a second. */
  onStorageGone(): void;
  /** Each worker reports this at most once a minute, and waits a few seconds until `access` is set. */
  onRefreshKeys?(): void;
  /** Returns a port through which a worker requests keys; absent: there are none. */
  connectKeys?(): MessagePort;
  /** Connects a worker with the thread that reads files of origins; absent: there is none. */
  connectStorage?(worker: object): StorageConnection;
  /** Called when a worker has ended. */
  disconnectStorage?(worker: object): void;
  /** Called with the counts of a worker, which identifies them. */
  onCounts?(worker: object, counts: WorkerCounts): void;
  /** Called when a worker that listened has failed. */
  onFailure?(worker: object): void;
}

/** A ping that workers have yet to answer. */
interface Ping {
  readonly id: number;
  readonly missing: Set<Worker>;
  readonly onComplete: () => void;
}

export class WorkerPool {
  readonly #workers = new Set<Worker>();
  readonly #listening = new Set<Worker>();
  readonly #pings = new Set<Ping>();
  #count = 0;
  #lastPing = 0;
  #stopping = false;
  #draining = false;
  #supply: DescriptorSupply = "enough";
  #config: WorkerConfig;

  constructor(
    config: WorkerConfig,
    readonly events: PoolEvents,
    readonly script = new URL("./worker.ts", import.meta.url),
  ) {
    this.#config = config;
  }

  /** How many workers listen. */
  get listeningCount(): number {
    return this.#listening.size;
  }

  /** Whether all workers listen. */
  get isComplete(): boolean {
    return this.#listening.size === this.#count;
  }

  /** Resolves with whether all workers that run respond within this time; they send their counts before. */
  async ping(timeoutMs: number): Promise<boolean> {
    if (this.#workers.size === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const id = ++this.#lastPing;
    const ping = { id, missing: new Set(this.#workers), onComplete: () => resolve(true) };
    this.#pings.add(ping);
    for (const worker of this.#workers) send(worker, { kind: "ping", id });
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const responded = await promise;
    clearTimeout(timer);
    this.#pings.delete(ping);
    return responded;
  }

  /** @param id of the only ping that the worker has responded to; default: all */
  #completePings(worker: Worker, id?: number): void {
    for (const ping of this.#pings) {
      if (id !== undefined && ping.id !== id) continue;
      ping.missing.delete(worker);
      if (ping.missing.size === 0) ping.onComplete();
    }
  }

  get supply(): DescriptorSupply {
    return this.#supply;
  }

  /** Sets how many file descriptors are left, on which the workers act. */
  set supply(supply: DescriptorSupply) {
    if (supply === this.#supply) return;
    this.#supply = supply;
    for (const worker of this.#workers) send(worker, { kind: "supply", supply });
  }

  /** Replaces the certificate for new connections; connections that are open continue with the previous one. */
  set certificate(certificate: Certificate) {
    this.#config = { ...this.#config, certificate };
    for (const worker of this.#workers) send(worker, { kind: "certificate", certificate });
  }

  /** Replaces what decides about access to files. */
  set access(access: AccessConfig) {
    this.#config = { ...this.#config, app: { ...this.#config.app, access } };
    for (const worker of this.#workers) send(worker, { kind: "access", access });
  }

  /** Replaces the ports through which workers request keys. */
  reconnectKeys(): void {
    for (const worker of this.#workers) {
      const port = this.events.connectKeys?.();
      if (port) send(worker, { kind: "keys", port }, [port]);
    }
  }

  /** Connects the workers with another thread that reads files of origins. */
  reconnectStorage(): void {
    for (const worker of this.#workers) {
      const storage = this.events.connectStorage?.(worker);
      if (storage) send(worker, { kind: "storage", storage }, [storage.port]);
    }
  }

  /** Makes the workers look at channels whose archives have grown, by the paths of their files. */
  noticeAppended(files: readonly string[]): void {
    for (const worker of this.#listening) send(worker, { kind: "appended", files });
  }

  /** Makes the workers report that no further requests should be sent, and serve those that are. */
  drain(): void {
    this.#draining = true;
    for (const worker of this.#workers) send(worker, { kind: "drain" });
  }

  /**
   * Resolves when all workers listen.
   *
   * @throws Error with the reason if one cannot start
   */
  async start(count: number): Promise<void> {
    this.#count = count;
    await Promise.all(Array.from({ length: count }, () => this.#startWorker()));
  }

  /** Resolves when no response is in progress, at the latest after this time. */
  async stop(graceSeconds: number): Promise<void> {
    this.#stopping = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise<void>((resolve) =>
      timer = setTimeout(resolve, graceSeconds * 1000)
    );
    await Promise.race([Promise.all([...this.#workers].map(stopWorker)), timeout]);
    clearTimeout(timer);
    for (const worker of this.#workers) {
      worker.terminate();
      this.#completePings(worker);
    }
    this.#workers.clear();
    this.#listening.clear();
  }

  /** Resolves when the worker listens; replaces it if it fails later. */
  #startWorker(): Promise<void> {
    const worker = new Worker(this.script, {
      type: "module",
      deno: { permissions: buildPermissions(this.#config) },
    });
    this.#workers.add(worker);
    return new Promise((resolve, reject) => {
      let onFailure = (reason: string) => reject(new Error(reason));
      const onReady = () => {
        this.#listening.add(worker);
        resolve();
        onFailure = (reason) => {
          this.events.onFailure?.(worker);
          this.#replaceWorker(reason);
        };
      };
      const fail = (reason: string) => {
        if (!this.#workers.delete(worker)) return;
        worker.terminate();
        this.events.disconnectStorage?.(worker);
        this.#listening.delete(worker);
        this.#completePings(worker);
        onFailure(reason);
      };
      worker.addEventListener("message", ({ data }: MessageEvent<WorkerEvent>) => {
        if (data.kind === "log") this.events.onLog(data.batch, worker);
        else if (data.kind === "firstLine") this.events.onFirstLine?.(data.timeMs, worker);
        else if (data.kind === "warning") this.events.onWarning(data.file, data.message);
        else if (data.kind === "storageGone") this.events.onStorageGone();
        else if (data.kind === "message") this.events.onMessage(data.message, data.timeMs);
        else if (data.kind === "counts") this.events.onCounts?.(worker, data.counts);
        else if (data.kind === "pong") this.#completePings(worker, data.id);
        else if (data.kind === "refreshKeys") this.events.onRefreshKeys?.();
        else if (data.kind === "ready") onReady();
        else if (data.kind === "failed") fail(data.reason);
      });
      worker.addEventListener("error", (event) => {
        event.preventDefault(); // or the main thread ends, too
        fail(event.message);
      });
      this.#sendStart(worker);
      if (this.#draining) send(worker, { kind: "drain" });
      if (this.#supply !== "enough") send(worker, { kind: "supply", supply: this.#supply });
    });
  }

  #sendStart(worker: Worker): void {
    const keys = this.events.connectKeys?.();
    const storage = this.events.connectStorage?.(worker);
    const connections = { ...keys && { keys }, ...storage && { storage } };
    const ports = [keys, storage?.port].filter((port) => port !== undefined);
    send(worker, { kind: "start", config: this.#config, ...connections }, ports);
  }

  #report(message: string): void {
    this.events.onMessage({ level: "error", message });
  }

  async #replaceWorker(reason: string): Promise<void> {
    this.#report(`Worker failed and was restarted: ${reason}`);
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      if (this.#stopping) return;
      if (this.#supply === "none") continue; // a worker that cannot open its files would end the process
      try {
        return await this.#startWorker();
      } catch (error) {
        this.#report(`Cannot start a worker: ${(error as Error).message}`);
      }
    }
  }
}

/** A worker may read the document root and listen on its address (docs/design/sandbox.md). */
export function buildPermissions(
  { root, mounts = [], address }: WorkerConfig,
): Deno.PermissionOptionsObject {
  const socket = "path" in address ? [address.path] : [];
  const directories = mounts.flatMap(({ source }) =>
    source.kind === "directory" ? [source.path] : []
  );
  return {
    read: [...root === undefined ? [] : [root], ...directories, ...socket],
    net: [formatAddress(address)],
    write: socket.length > 0 && socket,
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

function stopWorker(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    worker.addEventListener("message", ({ data }: MessageEvent<WorkerEvent>) => {
      if (data.kind === "stopped" || data.kind === "failed") resolve();
    });
    send(worker, { kind: "stop" });
  });
}

function send(worker: Worker, command: WorkerCommand, transfer: Transferable[] = []): void {
  worker.postMessage(command, transfer);
}
