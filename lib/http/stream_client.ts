import type { Client } from "./client_gone.ts";

/** The client of a response in slices, for reads that are of no use without it. */
export class StreamClient {
  readonly #request: Client;
  readonly #left = new AbortController();
  #signal: AbortSignal | undefined;

  constructor(request: Client) {
    this.#request = request;
  }

  /** Aborts when the client goes before the response, or while it is sent. Slow to read for the first time. */
  get signal(): AbortSignal {
    return this.#signal ??= AbortSignal.any([this.#left.signal, ...this.#listOwn()]);
  }

  #listOwn(): AbortSignal[] {
    const { signal } = this.#request;
    return signal ? [signal] : [];
  }

  /** Aborts the reads of a client that has canceled the stream. */
  leave(): void {
    this.#left.abort();
  }
}
