/** Starts and replaces the worker that holds keys, and connects other workers with it. */

import { KeyFileError } from "../drm/key_file.ts";
import {
  getKeyFileState,
  getKeyResources,
  type KeyFileContent,
  type KeyResources,
  readKeyFile,
} from "../keys/read_key_file.ts";
import type { LogMessage } from "../log/message_line.ts";
import type { KeyResult } from "../metrics/result_counts.ts";
import type { KeyWorkerCommand, KeyWorkerConfig, KeyWorkerEvent } from "./key_worker_messages.ts";
import type { ReloadableFiles } from "./reload.ts";
import { SetupError } from "./setup.ts";

const RETRY_DELAY_MS = 1000;
const WATCH_INTERVAL_MS = 60_000;

export interface KeyServiceOptions {
  /** Path of the key file. */
  readonly file: string;
  /** Document root; absent if it is on other machines. */
  readonly root?: string;
  readonly onMessage: (message: LogMessage) => void;
  /** Called when other workers have to connect again. */
  readonly onReplaced: () => void;
  /** Called for each request to a key server, and each document that is read. */
  readonly onResult?: (source: string, result: KeyResult) => void;
}

export class KeyService implements Disposable {
  readonly #options: KeyServiceOptions;
  readonly #script: URL;
  #content: KeyFileContent;
  /** Result of `getKeyFileState()` when the files were last read, or could not be. */
  #state: string;
  #worker: Worker | undefined;
  /** Replaces `#worker` when it has the keys of open assets. */
  #successor: Worker | undefined;
  #hasWarned = false;
  /** What each worker has permissions for. */
  readonly #resources = new WeakMap<Worker, string>();
  #stopped = false;

  /** @throws SetupError if the key file cannot be used */
  constructor(options: KeyServiceOptions, script = new URL("./key_worker.ts", import.meta.url)) {
    this.#options = options;
    this.#script = script;
    this.#content = readKeyFileOrFail(options.file, options.root);
    this.#state = this.#content.state;
    this.#checkMode();
    this.#worker = this.#start();
  }

  /** Returns a port for a worker's `KeyPort`. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#worker) send(this.#worker, { kind: "connect", port: port1 }, [port1]);
    return port2;
  }

  /** Names of sources that need requests, or documents. */
  get remoteSources(): string[] {
    const sources = [...this.#content.file];
    return sources.filter(([, { kind }]) => kind === "cpix" || kind === "speke").map(([name]) =>
      name
    );
  }

  get files(): ReloadableFiles {
    return {
      name: "keys",
      read: () => {
        const content = this.#read();
        return () => this.#use(content);
      },
    };
  }

  /** Calls back when the key file, or a file that it names, has changed since it was read; until disposed of. */
  watch(onChange: () => void): Disposable {
    const timer = setInterval(() => this.check(onChange), WATCH_INTERVAL_MS);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  }

  check(onChange: () => void): void {
    if (this.#getState() !== this.#state) onChange();
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#successor?.terminate();
    this.#worker?.terminate();
  }

  #read(): KeyFileContent {
    const { file, root } = this.#options;
    this.#state = this.#getState(); // before reading, to notice changes meanwhile
    return readKeyFileOrFail(file, root);
  }

  #getState(): string {
    return getKeyFileState(this.#options.file, this.#content);
  }

  #checkMode(): void {
    const { file, onMessage } = this.#options;
    const { isReadableByOthers } = this.#content;
    if (isReadableByOthers && !this.#hasWarned) {
      onMessage({ level: "warn", message: describeReadableKeyFile(file) });
    }
    this.#hasWarned = isReadableByOthers;
  }

  #use(content: KeyFileContent): void {
    this.#content = content;
    this.#state = content.state;
    this.#checkMode();
    if (!this.#worker) return; // the next one starts soon
    const isSame = this.#resources.get(this.#worker) === formatResources(content);
    if (!isSame || this.#successor) this.#startSuccessor();
    else send(this.#worker, { kind: "update", config: this.#getConfig() });
  }

  #startSuccessor(): void {
    this.#successor?.terminate();
    const { port1, port2 } = new MessageChannel();
    send(this.#worker!, { kind: "handOver", port: port1 }, [port1]);
    this.#successor = this.#start(port2);
  }

  #start(previous?: MessagePort): Worker {
    const worker = new Worker(this.#script, {
      type: "module",
      deno: { permissions: buildKeyPermissions(getKeyResources(this.#content)) },
    });
    this.#resources.set(worker, formatResources(this.#content));
    worker.addEventListener("message", ({ data }: MessageEvent<KeyWorkerEvent>) => {
      if (data.kind === "ready") this.#replaceBy(worker);
      else if (data.kind === "message") this.#options.onMessage(data.message);
      else if (data.kind === "result") this.#options.onResult?.(data.source, data.result);
      else this.#handleFailure(worker, data.reason);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // or the main thread ends, too
      this.#handleFailure(worker, "Cannot run its code");
    });
    const command = { kind: "start", config: this.#getConfig(), previous } as const;
    send(worker, command, previous ? [previous] : []);
    return worker;
  }

  #replaceBy(worker: Worker): void {
    if (worker !== this.#successor) return;
    this.#worker?.terminate();
    this.#worker = worker;
    this.#successor = undefined;
    this.#options.onReplaced();
  }

  #handleFailure(worker: Worker, reason: string): void {
    worker.terminate();
    if (worker !== this.#worker && worker !== this.#successor) return;
    const message = `Key worker failed and was restarted: ${reason}`;
    this.#options.onMessage({ level: "error", message });
    if (worker === this.#worker) this.#worker = undefined;
    else this.#successor = undefined;
    if (this.#successor) this.#replaceBy(this.#successor);
    else setTimeout(() => this.#restart(), RETRY_DELAY_MS);
  }

  #restart(): void {
    if (this.#stopped || this.#successor) return;
    if (this.#worker) return this.#startSuccessor();
    this.#worker = this.#start();
    this.#options.onReplaced();
  }

  #getConfig(): KeyWorkerConfig {
    const { text, directory, certificates } = this.#content;
    const entries = Array.from(certificates, ([path, it]) => [path, it.reveal()] as const);
    const { root } = this.#options;
    return {
      text: text.reveal(),
      directory,
      ...root !== undefined && { root },
      certificates: new Map(entries),
    };
  }
}

/** The worker may connect to the hosts of sources and read their documents (docs/design/sandbox.md). */
export function buildKeyPermissions(
  { hosts, paths }: KeyResources,
): Deno.PermissionOptionsObject {
  return {
    read: paths.length > 0 ? [...paths] : false,
    net: hosts.length > 0 ? [...hosts] : false,
    write: false,
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}

function formatResources(content: KeyFileContent): string {
  const { hosts, paths } = getKeyResources(content);
  return JSON.stringify([hosts, paths]);
}

export function describeReadableKeyFile(file: string): string {
  return `All users can read the key file '${file}'`;
}

/** @throws SetupError */
export function readKeyFileOrFail(file: string, root: string | undefined): KeyFileContent {
  try {
    return readKeyFile(file, root);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new SetupError(`Cannot use --keys '${file}': ${error.message}`);
  }
}

function send(worker: Worker, command: KeyWorkerCommand, transfer: Transferable[] = []): void {
  worker.postMessage(command, transfer);
}
