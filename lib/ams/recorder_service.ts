/** Starts, replaces and stops the thread that records. */

import type { Certificate } from "../http/server.ts";
import type { LogMessage } from "../log/message_line.ts";
import type { LiveCounts } from "../metrics/live_counts.ts";
import { formatAddress } from "./address_format.ts";
import { Pings } from "./pings.ts";
import type { RecorderCommand, RecorderConfig, RecorderEvent } from "./recorder_worker_messages.ts";

const RETRY_DELAY_MS = 1000;

/** Time to close files and to write them to the disk, after connections have ended. */
const MAX_CLOSE_MS = 10_000;

export interface RecorderServiceEvents {
  /** @param timeMs since 1970; default: now */
  onMessage(message: LogMessage, timeMs?: number): void;
  /** Called with channel files whose archives have grown. */
  onAppended(files: readonly string[]): void;
  /** Called with totals since `recorder` started. */
  onCounts?(recorder: object, counts: LiveCounts): void;
  /** Called when the thread has failed. */
  onFailure?(): void;
  /** Returns false while a thread that cannot open its files would end the process. */
  canStart?(): boolean;
}

export class RecorderService implements Disposable {
  readonly #events: RecorderServiceEvents;
  readonly #script: URL;
  readonly #pings = new Pings();
  #config: RecorderConfig;
  #worker: Worker | undefined;
  #isDraining = false;
  #onStopped: (() => void) | undefined;
  #isStopping = false;

  constructor(
    config: RecorderConfig,
    events: RecorderServiceEvents,
    script = new URL("./recorder_worker.ts", import.meta.url),
  ) {
    this.#config = config;
    this.#events = events;
    this.#script = script;
  }

  /** With channel files and archives. */
  get directory(): string {
    return this.#config.directory;
  }

  /**
   * Resolves when publishers can connect.
   *
   * @throws Error with the reason if they cannot
   */
  start(): Promise<void> {
    const worker = new Worker(this.#script, {
      type: "module",
      deno: { permissions: buildRecorderPermissions(this.#config) },
    });
    this.#worker = worker;
    return new Promise((resolve, reject) => {
      let onFailure = (reason: string) => reject(new Error(reason));
      const onReady = () => {
        resolve();
        onFailure = (reason) => this.#replace(reason);
      };
      const fail = (reason: string) => {
        if (worker !== this.#worker) return;
        this.#end();
        onFailure(reason);
      };
      worker.addEventListener("message", ({ data }: MessageEvent<RecorderEvent>) => {
        if (data.kind === "ready") onReady();
        else if (data.kind === "failed") fail(data.reason);
        else this.#handle(data, worker);
      });
      worker.addEventListener("error", (event) => {
        event.preventDefault(); // or the main thread ends, too
        fail("Cannot run its code");
      });
      this.#send({ kind: "start", config: this.#config });
      if (this.#isDraining) this.#send({ kind: "drain" });
    });
  }

  /** Replaces the certificate for new connections. */
  set certificate(certificate: Certificate) {
    this.#config = { ...this.#config, certificate };
    this.#send({ kind: "certificate", certificate });
  }

  /** Rejects publishers that are not publishing, from now on. */
  drain(): void {
    this.#isDraining = true;
    this.#send({ kind: "drain" });
  }

  /** Resolves with whether the thread, if it runs, responds within this time; it sends its counts before. */
  async ping(timeoutMs: number): Promise<boolean> {
    if (!this.#worker) return true;
    return await this.#pings.ping((id) => this.#send({ kind: "ping", id }), timeoutMs);
  }

  /** Ends all connections after the fragment under way, at the latest after this time; resolves when all is on disk. */
  async stop(graceSeconds: number): Promise<void> {
    this.#isStopping = true;
    if (!this.#worker) return;
    const graceMs = 1000 * graceSeconds;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onStopped = resolve;
    this.#send({ kind: "stop", graceMs });
    const timer = setTimeout(() => {
      this.#report("Recorder was ended before all was on disk");
      resolve();
    }, graceMs + MAX_CLOSE_MS);
    await promise;
    clearTimeout(timer);
    this.#end();
  }

  [Symbol.dispose](): void {
    this.#isStopping = true;
    this.#end();
  }

  #handle(event: Exclude<RecorderEvent, { kind: "ready" | "failed" }>, worker: Worker): void {
    if (event.kind === "appended") this.#events.onAppended(event.files);
    else if (event.kind === "message") this.#events.onMessage(event.message, event.timeMs);
    else if (event.kind === "counts") this.#events.onCounts?.(worker, event.counts);
    else if (event.kind === "pong") this.#pings.complete(event.id);
    else this.#onStopped?.();
  }

  /** Forgets the thread, and what waits for it. */
  #end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#onStopped?.();
    this.#pings.completeAll();
  }

  async #replace(reason: string): Promise<void> {
    this.#events.onFailure?.();
    if (this.#isStopping) return this.#report(`Recorder failed: ${reason}`);
    this.#report(`Recorder failed and was restarted; publishers have to reconnect: ${reason}`);
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
      if (this.#isStopping) return;
      if (this.#events.canStart?.() === false) continue;
      try {
        return await this.start();
      } catch (error) {
        this.#report(`Cannot start the recorder: ${(error as Error).message}`);
      }
    }
  }

  #report(message: string): void {
    this.#events.onMessage({ level: "error", message });
  }

  #send(command: RecorderCommand): void {
    this.#worker?.postMessage(command);
  }
}

/** The recorder may read and write the directory of channels, and listen on its addresses (docs/design/sandbox.md). */
export function buildRecorderPermissions(
  { directory, address, tlsAddress }: RecorderConfig,
): Deno.PermissionOptionsObject {
  const addresses = [address, tlsAddress].filter((it) => it !== undefined);
  return {
    read: [directory],
    write: [directory],
    net: addresses.map(formatAddress),
    run: false,
    env: false,
    sys: false,
    ffi: false,
    import: false,
  };
}
