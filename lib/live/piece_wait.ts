/** Waits for pieces of a body, until publishing is to end. */
export class PieceWait implements Disposable {
  readonly #stopping: AbortSignal;
  /** Ends the current wait. */
  #end: ((piece: undefined) => void) | undefined;
  readonly #stop = () => this.#end?.(undefined);

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
    stopping.addEventListener("abort", this.#stop);
  }

  /** Resolves to undefined once publishing is to end. */
  async untilStopped<T>(next: Promise<T>): Promise<T | undefined> {
    if (this.#stopping.aborted) {
      next.catch(() => {}); // the connection is closed soon
      return undefined;
    }
    const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
    this.#end = resolve;
    next.then(resolve, reject);
    return await promise;
  }

  [Symbol.dispose](): void {
    this.#stopping.removeEventListener("abort", this.#stop);
  }
}
