/**
 * Bytes that were given out whole and may be on their way still. `Deno.serve` keeps `completed` when it has taken an answer,
 * not when the client has, so this goes by what is known: who asks again on a connection has got what was asked for before
 * (HTTP/1.1 answers in turn), and whoever does not is through, or gone, after a while.
 */

/** Readers that are slower than that are few. In bytes a millisecond: 4 Mbit/s. */
const SLOWEST = 500;

interface Given {
  readonly size: number;
  /** By the clock. */
  readonly until: number;
}

export class InFlight {
  readonly #given = new Map<string, Given>(); // what was given out first is first
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
      if (now < until) break; // what is smaller and behind it waits for it
      this.#remove(connection);
    }
    return this.#size;
  }

  /** @param size of an answer, in bytes */
  add(connection: string, size: number): void {
    this.#remove(connection);
    this.#given.set(connection, { size, until: this.#now() + size / SLOWEST });
    this.#size += size;
  }

  #remove(connection: string): void {
    this.#size -= this.#given.get(connection)?.size ?? 0;
    this.#given.delete(connection);
  }
}
