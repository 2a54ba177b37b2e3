/**
 * Orders requests for a stream. Encoders send them on several connections, and do not wait for responses: a segment may be read before
 * an init segment that was sent before it. Segments that waited for a manifest are stored one after the other, and before later ones:
 * one that is stored while another one is open would be that of a standby.
 */
export class StreamTurns {
  readonly #last = new Map<string, Promise<void>>();

  /** Init segments that are being received; of a stream the last one, since an earlier encoder may be lost. */
  readonly #inits = new Map<string, Promise<void>>();

  /** Resolves when the init segment before, and all segments that have waited, are stored. */
  async wait(stream: string): Promise<void> {
    await this.#inits.get(stream);
    await this.#last.get(stream);
  }

  /** Lets later segments wait for an init segment, until the function that it returns is called. */
  startInit(stream: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#inits.set(stream, promise);
    return () => {
      if (this.#inits.get(stream) === promise) this.#inits.delete(stream);
      resolve();
    };
  }

  /** Resolves when it is the turn of a segment that has waited, to a function that ends it. */
  async take(stream: string): Promise<() => void> {
    const before = this.#last.get(stream);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last.set(stream, promise);
    await before;
    return () => {
      if (this.#last.get(stream) === promise) this.#last.delete(stream);
      resolve();
    };
  }
}
