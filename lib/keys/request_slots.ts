interface WaitingRun {
  readonly owner: string;
  readonly start: () => void;
}

/**
 * Bounds how many requests are in progress. Others wait in order, except that one whose owner has fewer in progress precedes: the
 * requests of an owner that does not respond delay those of others by one of them at most.
 */
export class RequestSlots {
  readonly #waiting: WaitingRun[] = [];
  /** Requests in progress by owner. */
  readonly #running = new Map<string, number>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  async run<T>(owner: string, work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#take(owner);
    else await new Promise<void>((start) => this.#waiting.push({ owner, start }));
    try {
      return await work();
    } finally {
      this.#release(owner);
    }
  }

  #take(owner: string): void {
    this.#free--;
    this.#running.set(owner, this.#getCount(owner) + 1);
  }

  #release(owner: string): void {
    this.#free++;
    const count = this.#getCount(owner) - 1;
    if (count > 0) this.#running.set(owner, count);
    else this.#running.delete(owner);
    const next = this.#takeNext();
    if (!next) return;
    this.#take(next.owner);
    next.start();
  }

  #takeNext(): WaitingRun | undefined {
    let [first, least] = [-1, Infinity];
    for (const [i, { owner }] of this.#waiting.entries()) {
      const count = this.#getCount(owner);
      if (count < least) [first, least] = [i, count];
    }
    return first < 0 ? undefined : this.#waiting.splice(first, 1)[0];
  }

  #getCount(owner: string): number {
    return this.#running.get(owner) ?? 0;
  }
}
