import { MediaError } from "../../errors.ts";
import type { FileSystem } from "./file_system.ts";
import { LatencyMonitor } from "./latency.ts";

/** Each operation blocks one of 32 threads per worker: a hung device leaves most of them to others. */
const MAX_CONCURRENCY = 8;

/** Further operations are rejected, since waiting requests use memory. */
const MAX_QUEUED = 1024;

const HANG_MS = 250;

export interface IoTask<T> {
  readonly bytes: number;
  readonly run: () => Promise<T>;
  readonly after?: Promise<void> | undefined;
}

export class DeviceQueue {
  readonly #latency = new LatencyMonitor();
  /** The oldest first. */
  readonly #active = new Set<{ readonly since: number }>();
  #queued = 0;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly system: FileSystem) {}

  #slow = false;

  /** Does not change while a synchronous function runs. */
  get slow(): boolean {
    return this.#slow;
  }

  record(since: number, bytes: number): void {
    this.#latency.record(this.system.now() - since, bytes);
    if (this.#latency.slow !== this.#slow) queueMicrotask(() => this.#slow = this.#latency.slow);
  }

  /**
   * Runs an operation when a slot is free.
   *
   * @throws MediaError `MEDIA_READ` if too many operations wait; errors of the operation
   */
  async run<T>({ bytes, run, after }: IoTask<T>): Promise<T> {
    if (this.#queued >= MAX_QUEUED) {
      throw new MediaError(
        `Cannot queue an operation: ${MAX_QUEUED} wait for the storage`,
        "MEDIA_READ",
      );
    }
    this.#queued++;
    try {
      await after;
      return await this.#runInTurn(bytes, run);
    } finally {
      this.#queued--;
    }
  }

  async #runInTurn<T>(bytes: number, run: () => Promise<T>): Promise<T> {
    if (this.#running < MAX_CONCURRENCY) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const operation = { since: this.system.now() };
    this.#active.add(operation);
    try {
      return await run();
    } finally {
      this.#active.delete(operation);
      this.#latency.record(this.system.now() - operation.since, bytes, this.#isHung());
      this.#slow = this.#latency.slow;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #isHung(): boolean {
    for (const { since } of this.#active) return this.system.now() - since > HANG_MS;
    return false;
  }
}
