/** Responses whose end is known, by connection. */
export class FollowedResponses {
  readonly #counts = new Map<string, number>();
  readonly #minMultiplexed: number;
  #multiplexed = 0;
  #bytes = 0;

  /** @param minMultiplexed responses in progress that only a connection with multiplexing has */
  constructor(minMultiplexed: number) {
    this.#minMultiplexed = minMultiplexed;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a connection multiplexes. */
  get hasMultiplexed(): boolean {
    return this.#multiplexed > 0;
  }

  getCount(connection: string): number {
    return this.#counts.get(connection) ?? 0;
  }

  /** Returns a function to call once, when the response has ended. */
  add(connection: string, size: number): () => void {
    this.#bytes += size;
    this.#change(connection, 1);
    return () => {
      this.#bytes -= size;
      this.#change(connection, -1);
    };
  }

  #change(connection: string, by: 1 | -1): void {
    const count = this.getCount(connection) + by;
    if (count === 0) this.#counts.delete(connection);
    else this.#counts.set(connection, count);
    if (count === this.#minMultiplexed - (by < 0 ? 1 : 0)) this.#multiplexed += by;
  }
}
