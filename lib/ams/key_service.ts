/** Starts and replaces the worker that holds keys, and connects other workers with it. */

import { KeyFileError } from "../drm/key_file.ts";
import {
  getKeyResources,
  isReadableByOthers,
  type KeyFileContent,
  readKeyFile,
} from "../keys/read_key_file.ts";
import type { LogMessage } from "../log/message_line.ts";
import type { KeyWorkerCommand, KeyWorkerEvent } from "./key_worker_messages.ts";
import { SetupError } from "./setup.ts";

const RETRY_DELAY_MS = 1000;

export interface KeyServiceOptions {
  /** Path of the key file. */
  readonly file: string;
  /** Document root. */
  readonly root: string;
  readonly onMessage: (message: LogMessage) => void;
  /** Called when other workers have to connect again. */
  readonly onReplaced: () => void;
}

export class KeyService implements Disposable {
  readonly #options: KeyServiceOptions;
  readonly #script: URL;
  #content: KeyFileContent;
  #worker: Worker | undefined;
  #stopped = false;

  /** @throws SetupError if the key file cannot be used */
  constructor(
    options: KeyServiceOptions,
    script = new URL("./key_worker.ts", import.meta.url),
  ) {
    this.#options = options;
    this.#script = script;
    this.#content = this.#read();
    if (isReadableByOthers(options.file)) {
      const message = `Every user can read the key file '${options.file}'`;
      options.onMessage({ level: "warn", message });
    }
    this.#worker = this.#start(this.#content);
  }

  /** Returns a port for a worker's `KeyPort`. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    if (this.#worker) send(this.#worker, { kind: "connect", port: port1 }, [port1]);
    return port2;
  }

  [Symbol.dispose](): void {
    this.#stopped = true;
    this.#worker?.terminate();
  }

  #read(): KeyFileContent {
    const { file, root } = this.#options;
    return readKeyFileOrFail(file, root);
  }

  #start(content: KeyFileContent): Worker {
    const { hosts, paths } = getKeyResources(content);
    const worker = new Worker(this.#script, {
      type: "module",
      deno: { permissions: buildKeyPermissions({ hosts, paths }) },
    });
    const fail = (reason: string) => {
      if (this.#worker !== worker) return;
      worker.terminate();
      this.#worker = undefined;
      this.#replace(reason);
    };
    worker.addEventListener("message", ({ data }: MessageEvent<KeyWorkerEvent>) => {
      if (data.kind === "message") this.#options.onMessage(data.message);
      else if (data.kind === "failed") fail(data.reason);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // or the main thread ends, too
      fail("it could not be loaded");
    });
    const { text, directory, certificates } = content;
    send(worker, {
      kind: "start",
      config: {
        text: text.reveal(),
        directory,
        root: this.#options.root,
        certificates: new Map(
          [...certificates].map(([path, certificate]) => [path, certificate.reveal()]),
        ),
      },
    });
    return worker;
  }

  #replace(reason: string): void {
    const message = `Key worker failed and was restarted: ${reason}`;
    this.#options.onMessage({ level: "error", message });
    setTimeout(() => {
      if (this.#stopped) return;
      this.#worker = this.#start(this.#content);
      this.#options.onReplaced();
    }, RETRY_DELAY_MS);
  }
}

/** The worker may connect to the hosts of sources and read their documents (docs/design/sandbox.md). */
export function buildKeyPermissions(
  { hosts, paths }: { readonly hosts: readonly string[]; readonly paths: readonly string[] },
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

/** @throws SetupError */
export function readKeyFileOrFail(file: string, root: string): KeyFileContent {
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
