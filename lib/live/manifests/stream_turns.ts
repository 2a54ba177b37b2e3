/** Orders requests for a stream. */

/** In µs: a request before may be of a connection that is lost. */
const MAX_WAIT = 2e6;

interface Wait {
  readonly since: number;
  readonly end: () => void;
}

/**
 * Encoders send the requests for a stream on several connections, and do not wait for responses: a segment may be read before an init
 * segment that was sent before it, or while the segment before is open. It would be that of a standby then.
 */
export class StreamTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Init segments that are being received; of a stream the last one, since an earlier encoder may be lost. */
  readonly #inits = new Map<string, Promise<void>>();

  readonly #waits = new Set<Wait>();

  /** Lets later segments wait for an init segment, until the function that it returns is called. */
  startInit(stream: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#inits.set(stream, promise);
    return () => {
      if (this.#inits.get(stream) === promise) this.#inits.delete(stream);
      resolve();
    };
  }

  /**
   * Resolves when the segments before are stored, or it has waited for 2 s, to a function that ends the turn.
   *
   * @param now in µs of the monotonic clock
   */
  async take(stream: string, now: number): Promise<() => void> {
    const before = this.#last.get(stream);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(stream, promise);
    if (before) await this.#waitFor(before, now);
    return () => {
      if (this.#last.get(stream) === promise) this.#last.delete(stream);
      resolve();
    };
  }

  /** Resolves as `take()`, also after the init segment that is being received. */
  async takeAfterInit(stream: string, now: number): Promise<() => void> {
    const taken = this.take(stream, now);
    await this.#inits.get(stream);
    return await taken;
  }

  /** Ends what has waited for too long. To be called four times a second, with µs of the monotonic clock. */
  update(now: number): void {
    for (const { since, end } of this.#waits) if (now - since >= MAX_WAIT) end();
  }

  async #waitFor(before: Promise<void>, now: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const wait = { since: now, end: resolve };
    this.#waits.add(wait);
    await Promise.race([before, promise]);
    this.#waits.delete(wait);
  }
}
