/** Starts and replaces the worker that reads files of origins, and connects other workers with it. */

import type { LogMessage } from "../log/message_line.ts";
import type { SourceCounts } from "../metrics/source_counts.ts";
import { listHosts } from "../storage/remote/object_url.ts";
import { allocatePages } from "../storage/remote/shared_pages.ts";
import { Pings } from "./pings.ts";
import type { DiskCache, SourceOptions } from "./source_options.ts";
import type {
  ConfiguredOrigin,
  CredentialsResult,
  SourceProbe,
  StorageWorkerCommand,
  StorageWorkerEvent,
} from "./storage_worker_messages.ts";
import type { StorageConnection } from "./worker_messages.ts";

const RETRY_DELAY_MS = 1000;

export interface StorageServiceOptions {
  readonly origins: readonly ConfiguredOrigin[];
  readonly sources: Pick<SourceOptions, "cacheBytes" | "freshSeconds" | "timeoutSeconds">;
  /** Its directory exists, and has no links in its path; absent: nothing is kept on disk. */
  readonly disk?: DiskCache | undefined;
  readonly onMessage: (message: LogMessage) => void;
  /** Called when other workers have to connect again. */
  readonly onReplaced: () => void;
  readonly onCounts?: (counts: SourceCounts) => void;
  /** Called for each origin of a mount when it was asked at the start; absent: the log has the result. */
  readonly onProbed?: (probe: SourceProbe) => void;
  /** Returns false while a thread that cannot open its files would end the process. */
  readonly canStart?: () => boolean;
}

export class StorageService implements Disposable {
  readonly #options: StorageServiceOptions;
  readonly #script: URL;
  readonly #pings = new Pings();
  readonly #clients = new Map<object, number>();
  /** The last result for each origin, by its name. */
  readonly #credentials = new Map<string, CredentialsResult>();
  #origins: readonly ConfiguredOrigin[];
  #lastClient = 0;
  #worker: Worker | undefined;
  #pages: SharedArrayBuffer;
  #isStopped = false;

  constructor(
    options: StorageServiceOptions,
    script = new URL("./storage_worker.ts", import.meta.url),
  ) {
    this.#options = options;
    this.#script = script;
    this.#origins = options.origins;
    this.#pages = this.#allocatePages();
    this.#worker = this.#start();
  }

  /** Connects a worker again, or for the first time, through what it needs for a `StoragePort`. */
  connect(client: object): StorageConnection {
    this.disconnect(client);
    const { port1, port2 } = new MessageChannel();
    const id = ++this.#lastClient;
    this.#clients.set(client, id);
    this.#send({ kind: "connect", client: id, port: port1 }, [port1]);
    return { port: port2, pages: this.#pages };
  }

  /** Aborts what a worker has asked for, which has ended. */
  disconnect(client: object): void {
    const id = this.#clients.get(client);
    if (id === undefined) return;
    this.#clients.delete(client);
    this.#send({ kind: "disconnect", client: id });
  }

  /** @param names of origins whose requests they sign from now on */
  setCredentials(names: readonly string[], result: CredentialsResult): void {
    for (const name of names) this.#credentials.set(name, result);
    this.#send({ kind: "credentials", origins: names, result });
  }

  /** @param origins the same ones, with what the files that they name contain now */
  replaceSecrets(origins: readonly ConfiguredOrigin[]): void {
    this.#origins = origins;
    this.#send({ kind: "secrets", origins });
  }

  /** Resolves with whether the thread, if it runs, responds within this time; it sends its counts before. */
  async ping(timeoutMs: number): Promise<boolean> {
    if (!this.#worker) return true;
    return await this.#pings.ping((id) => this.#send({ kind: "ping", id }), timeoutMs);
  }

  [Symbol.dispose](): void {
    this.#isStopped = true;
    this.#end();
  }

  /** What a thread that has ended was about to write must not appear among what the next one writes. */
  #allocatePages(): SharedArrayBuffer {
    return allocatePages(this.#options.sources.cacheBytes);
  }

  #start(): Worker {
    const { sources: { freshSeconds, timeoutSeconds }, disk } = this.#options;
    const origins = this.#origins;
    const worker = new Worker(this.#script, {
      type: "module",
      deno: { permissions: buildStoragePermissions(origins, disk) },
    });
    worker.addEventListener("message", ({ data }: MessageEvent<StorageWorkerEvent>) => {
      if (data.kind === "message") this.#options.onMessage(data.message);
      else if (data.kind === "probed") this.#reportProbe(data.probe);
      else if (data.kind === "counts") this.#options.onCounts?.(data.counts);
      else if (data.kind === "pong") this.#pings.complete(data.id);
      else this.#handleFailure(worker, data.reason);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // or the main thread ends, too
      this.#handleFailure(worker, event.message);
    });
    const pages = this.#pages;
    const config = { origins, pages, freshSeconds, timeoutSeconds, ...disk && { disk } };
    post(worker, { kind: "start", config });
    for (const [name, result] of this.#credentials) {
      post(worker, { kind: "credentials", origins: [name], result });
    }
    return worker;
  }

  #reportProbe(probe: SourceProbe): void {
    const { onProbed, onMessage } = this.#options;
    if (onProbed) onProbed(probe);
    else onMessage({ level: probe.isUsable ? "info" : "error", message: probe.message });
  }

  #handleFailure(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#end();
    const message = `Storage worker failed and was restarted: ${reason}`;
    this.#options.onMessage({ level: "error", message });
    setTimeout(() => this.#restart(), RETRY_DELAY_MS);
  }

  #restart(): void {
    if (this.#isStopped) return;
    if (this.#options.canStart?.() === false) {
      setTimeout(() => this.#restart(), RETRY_DELAY_MS);
      return;
    }
    this.#pages = this.#allocatePages();
    this.#worker = this.#start();
    this.#options.onReplaced();
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#pings.completeAll();
  }

  #send(command: StorageWorkerCommand, transfer: Transferable[] = []): void {
    if (this.#worker) post(this.#worker, command, transfer);
  }
}

/** The worker may connect to the hosts of origins, and use its cache directory (docs/design/sandbox.md). */
export function buildStoragePermissions(
  origins: readonly Pick<ConfiguredOrigin, "origin">[],
  disk?: Pick<DiskCache, "directory">,
): Deno.PermissionOptionsObject {
  const directories = disk ? [disk.directory] : false;
  return {
    read: directories,
    write: directories,
    net: [...new Set(origins.flatMap(({ origin }) => listHosts(origin)))],
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

function post(worker: Worker, command: StorageWorkerCommand, transfer: Transferable[] = []): void {
  worker.postMessage(command, transfer);
}
