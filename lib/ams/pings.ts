/** Pings of a thread, of which each is answered by the message with its number. */
export class Pings {
  readonly #pending = new Map<number, () => void>();
  #last = 0;

  /**
   * Resolves with whether `complete()` is called with the number in time.
   *
   * @param send posts a message with the number
   */
  async ping(send: (id: number) => void, timeoutMs: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const id = ++this.#last;
    this.#pending.set(id, () => resolve(true));
    send(id);
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const responded = await promise;
    clearTimeout(timer);
    this.#pending.delete(id);
    return responded;
  }

  complete(id: number): void {
    this.#pending.get(id)?.();
  }

  /** Completes all, since the thread has ended. */
  completeAll(): void {
    for (const complete of this.#pending.values()) complete();
  }
}
