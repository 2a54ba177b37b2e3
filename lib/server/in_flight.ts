/**
 * Bytes that were given out whole and may be on their way still. `Deno.serve` keeps `completed` when it has taken an answer,
 * not when the client has, so this goes by what is known: who asks again on a connection has got what was asked for before
 * (HTTP/1.1 answers in turn), and one that asks no more is through, or gone, after a while.
 */

/** Readers that are slower than that are few, and hold no more than the largest answer each. In milliseconds. */
const LONGEST = 10_000;

interface Given {
  readonly size: number;
  readonly until: number;
}

export class InFlight {
  readonly #given = new Map<string, Given>(); // what is over first is first
  readonly #now: () => number;
  #size = 0;

  /** @param now in milliseconds, from any start */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** In bytes. */
  get size(): number {
    const now = this.#now();
    for (const [connection, { until }] of this.#given) {
      if (now < until) break;
      this.#remove(connection);
    }
    return this.#size;
  }

  /** @param size of an answer, in bytes */
  add(connection: string, size: number): void {
    this.#remove(connection);
    this.#given.set(connection, { size, until: this.#now() + LONGEST });
    this.#size += size;
  }

  #remove(connection: string): void {
    this.#size -= this.#given.get(connection)?.size ?? 0;
    this.#given.delete(connection);
  }
}
