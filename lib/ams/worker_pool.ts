/** The workers: started together, replaced when they fail, stopped together. */

import type { WorkerCommand, WorkerConfig, WorkerEvent } from "./worker.ts";

/** Before a worker that failed at once is tried again. In milliseconds. */
const RETRY_DELAY_MS = 1000;

export interface PoolEvents {
  /** Lines of the log, each with its newline. */
  onLog(lines: string): void;
  /** A sentence of our own. */
  onMessage(message: string): void;
}

export class WorkerPool {
  readonly #workers = new Set<Worker>();
  #stopping = false;

  /** @param script what a worker runs */
  constructor(
    readonly config: WorkerConfig,
    readonly events: PoolEvents,
    readonly script = new URL("./worker.ts", import.meta.url),
  ) {}

  /**
   * Kept when all of them listen.
   *
   * @throws Error with the reason why one can't
   */
  async start(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.#startWorker()));
  }

  /** Kept when no answer is under way any more, or at the latest after `grace` seconds. */
  async stop(grace: number): Promise<void> {
    this.#stopping = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => timer = setTimeout(resolve, grace * 1000));
    await Promise.race([Promise.all([...this.#workers].map(stopWorker)), late]);
    clearTimeout(timer);
    for (const worker of this.#workers) worker.terminate();
    this.#workers.clear();
  }

  /** Kept when it listens; after that, it is replaced when it fails. */
  #startWorker(): Promise<void> {
    const worker = new Worker(this.script, {
      type: "module",
      deno: { permissions: buildPermissions(this.config) },
    });
    this.#workers.add(worker);
    return new Promise((resolve, reject) => {
      let failed = (reason: string) => reject(new Error(reason));
      const ready = () => {
        resolve();
        failed = (reason) => this.#replace(reason);
      };
      const fail = (reason: string) => {
        if (!this.#workers.delete(worker)) return; // it has said so already
        worker.terminate();
        failed(reason);
      };
      worker.addEventListener("message", ({ data }: MessageEvent<WorkerEvent>) => {
        if (data.kind === "lines") this.events.onLog(data.lines);
        else if (data.kind === "ready") ready();
        else if (data.kind === "failed") fail(data.reason);
      });
      worker.addEventListener("error", (event) => {
        event.preventDefault(); // else it would end main too
        fail(event.message);
      });
      worker.postMessage(this.config satisfies WorkerCommand);
    });
  }

  async #replace(reason: string): Promise<void> {
    this.events.onMessage(`Cannot go on in a worker, another one takes its place: ${reason}`);
    while (!this.#stopping) {
      try {
        return await this.#startWorker();
      } catch (error) {
        this.events.onMessage(`Cannot start a worker: ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      }
    }
  }
}

/** The sandbox: the document root can be read, the address listened on. */
export function buildPermissions(
  { app, address: { host, port } }: WorkerConfig,
): Deno.PermissionOptionsObject {
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    read: [app.root],
    net: [`${name}:${port}`],
    write: false,
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
    worker.postMessage("stop" satisfies WorkerCommand);
  });
}
