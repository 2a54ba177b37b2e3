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
const MOST_ASKED = 1024;

/** What takes longer doesn't just take its time. In milliseconds. */
const HANG_MS = 250;

/** Something that is asked of a device without holding the thread up. */
export interface IoTask<T> {
  /** That are read. */
  readonly bytes: number;
  readonly ask: () => Promise<T>;
  /** When this is kept, it may be asked. */
  readonly after?: Promise<void> | undefined;
}

export class DeviceQueue {
  readonly #pace = new LatencyMonitor();
  /** When what is under way began, the oldest first. */
  readonly #underWay = new Set<{ readonly since: number }>();
  /** Under way, or waiting for it. */
  #asked = 0;
  /** Turns that are taken: whoever is done hands theirs on. */
  #turns = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(readonly system: FileSystem) {}

  #slow = false;

  /** Ask it with `run`, as it might hold the thread up. Doesn't change while a synchronous function runs. */
  get slow(): boolean {
    return this.#slow;
  }

  /** Told of what was asked of it with the thread held up. `since` by the clock of the system. */
  note(since: number, bytes: number): void {
    this.#pace.record(this.system.now() - since, bytes);
    if (this.#pace.slow !== this.#slow) queueMicrotask(() => this.#slow = this.#pace.slow);
  }

  /**
   * Asks when it is its turn.
   *
   * @throws MediaError `MEDIA_READ` when too many wait; what `ask` throws
   */
  async run<T>({ bytes, ask, after }: IoTask<T>): Promise<T> {
    if (this.#asked >= MOST_ASKED) {
      throw new MediaError(`Cannot wait for the storage: ${MOST_ASKED} do already`, "MEDIA_READ");
    }
    this.#asked++;
    try {
      await after;
      return await this.#inTurn(bytes, ask);
    } finally {
      this.#asked--;
    }
  }

  async #inTurn<T>(bytes: number, ask: () => Promise<T>): Promise<T> {
    if (this.#turns < MAX_CONCURRENCY) this.#turns++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const asked = { since: this.system.now() };
    this.#underWay.add(asked);
    try {
      return await ask();
    } finally {
      this.#underWay.delete(asked);
      this.#pace.record(this.system.now() - asked.since, bytes, this.#hangs());
      this.#slow = this.#pace.slow;
      const next = this.#waiting.shift();
      if (next) next();
      else this.#turns--;
    }
  }

  /** The oldest question that is under way has been so for too long. */
  #hangs(): boolean {
    for (const { since } of this.#underWay) return this.system.now() - since > HANG_MS;
    return false;
  }
}
