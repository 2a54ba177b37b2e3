/** What files of one device share: how quickly it answers, and how much is asked of it at a time. */

import { MediaError } from "../../errors.ts";
import type { FileSystem } from "./file_system.ts";
import { LatencyMonitor } from "./latency.ts";

/**
 * Asked of a device at a time, without holding the thread up. Each takes one of the 32 threads that Deno has for such
 * work in each worker, for as long as the device doesn't answer: one that hangs leaves most of them to others.
 */
const MAX_CONCURRENCY = 8;

/** Whoever waits takes memory: what comes when so many do is refused. */
const MAX_QUEUED = 1024;

/** What takes longer doesn't just take its time. In milliseconds. */
const HANG_MS = 250;

/** Something that is asked of a device without holding the thread up. */
export interface IoTask<T> {
  /** That are read. */
  readonly bytes: number;
  readonly run: () => Promise<T>;
  /** When this is kept, it may be asked. */
  readonly after?: Promise<void> | undefined;
}

export class DeviceQueue {
  readonly #latency = new LatencyMonitor();
  /** When what is under way began, the oldest first. */
  readonly #active = new Set<{ readonly since: number }>();
  /** Under way, or waiting for it. */
  #queued = 0;
  /** Turns that are taken: whoever is done hands theirs on. */
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly system: FileSystem) {}

  #slow = false;

  /** Ask it with `run`, as it might hold the thread up. Doesn't change while a synchronous function runs. */
  get slow(): boolean {
    return this.#slow;
  }

  /** Told of what was asked of it with the thread held up. `since` by the clock of the system. */
  record(since: number, bytes: number): void {
    this.#latency.record(this.system.now() - since, bytes);
    if (this.#latency.slow !== this.#slow) queueMicrotask(() => this.#slow = this.#latency.slow);
  }

  /**
   * Asks when it is its turn.
   *
   * @throws MediaError `MEDIA_READ` when too many wait; what `ask` throws
   */
  async run<T>({ bytes, run, after }: IoTask<T>): Promise<T> {
    if (this.#queued >= MAX_QUEUED) {
      throw new MediaError(`Cannot wait for the storage: ${MAX_QUEUED} do already`, "MEDIA_READ");
    }
    this.#queued++;
    try {
      await after;
      return await this.#runInTurn(bytes, run);
    } finally {
      this.#queued--;
    }
  }

  async #runInTurn<T>(bytes: number, ask: () => Promise<T>): Promise<T> {
    if (this.#running < MAX_CONCURRENCY) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const asked = { since: this.system.now() };
    this.#active.add(asked);
    try {
      return await ask();
    } finally {
      this.#active.delete(asked);
      this.#latency.record(this.system.now() - asked.since, bytes, this.#isHung());
      this.#slow = this.#latency.slow;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  /** The oldest question that is under way has been so for too long. */
  #isHung(): boolean {
    for (const { since } of this.#active) return this.system.now() - since > HANG_MS;
    return false;
  }
}
