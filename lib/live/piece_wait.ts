import { IngestError } from "./ingest_error.ts";

/** Waits for pieces of a body, until publishing is to end. */
export class PieceWait implements Disposable {
  readonly #stopping: AbortSignal;
  /** Ends the current wait. */
  #end: ((error: IngestError) => void) | undefined;
  readonly #stop = () => this.#end?.(createStopped());

  constructor(stopping: AbortSignal) {
    this.#stopping = stopping;
    stopping.addEventListener("abort", this.#stop);
  }

  /** @throws IngestError `DRAINING` once publishing is to end */
  async untilStopped<T>(next: Promise<T>): Promise<T> {
    if (this.#stopping.aborted) {
      next.catch(() => {}); // the connection is closed soon
      throw createStopped();
    }
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#end = reject;
    next.then(resolve, reject);
    return await promise;
  }

  [Symbol.dispose](): void {
    this.#stopping.removeEventListener("abort", this.#stop);
  }
}

function createStopped(): IngestError {
  return new IngestError("DRAINING", "Cannot receive more: publishing has ended");
}
