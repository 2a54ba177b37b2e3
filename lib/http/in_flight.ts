/**
 * Estimates bytes that clients have not received: `Deno.serve` resolves `completed` when it has taken a response. A
 * response counts until the next request on its connection (HTTP/1.1), at most for the time that a slow client needs.
 */

/** Few clients are slower than 4 Mbit/s. */
const MIN_BYTES_PER_MS = 500;

interface SentResponse {
  readonly size: number;
  readonly expiresAt: number;
}

export class InFlight {
  readonly #responses = new Map<string, SentResponse>(); // by connection, oldest first
  readonly #now: () => number;
  #size = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    const now = this.#now();
    for (const [connection, { expiresAt }] of this.#responses) {
      if (now < expiresAt) break; // later ones that expire before are removed with it
      this.#remove(connection);
    }
    return this.#size;
  }

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
