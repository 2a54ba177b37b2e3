/**
 * Estimates the bytes of responses that are still being sent. `Deno.serve` resolves `completed` when it has taken a
 * response, not when the client has received it. A response counts until the next request on its connection (HTTP/1.1
 * responds in order), at most for the time that a slow client needs.
 */

/** Few clients are slower. In bytes a millisecond: 4 Mbit/s. */
const MIN_BYTES_PER_MS = 500;

interface SentResponse {
  readonly size: number;
  /** When it is taken as received, by the clock. */
  readonly expiresAt: number;
}

export class InFlight {
  readonly #responses = new Map<string, SentResponse>(); // by connection, oldest first
  readonly #now: () => number;
  #size = 0;

  /** @param now a monotonic clock in milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** In bytes. */
  get size(): number {
    const now = this.#now();
    for (const [connection, { expiresAt }] of this.#responses) {
      if (now < expiresAt) break; // smaller, later ones are removed after it
      this.#remove(connection);
    }
    return this.#size;
  }

  /** @param size of a response, in bytes */
  add(connection: string, size: number): void {
    this.#remove(connection);
    this.#responses.set(connection, { size, expiresAt: this.#now() + size / MIN_BYTES_PER_MS });
    this.#size += size;
  }

  #remove(connection: string): void {
    this.#size -= this.#responses.get(connection)?.size ?? 0;
    this.#responses.delete(connection);
  }
}
