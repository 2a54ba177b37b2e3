import type { TimeoutClock } from "../../timeout_clock.ts";

/** How slow a body may be. */
export interface SpeedLimits {
  /** In which at least `windowBytes` arrive, or what is left. */
  readonly windowMs: number;
  readonly windowBytes: number;
}

export interface BodyReaderOptions {
  readonly clock: TimeoutClock;
  readonly limits: SpeedLimits;
  /** Ends the connection of a body that is too slow. */
  readonly abort: (reason: string) => void;
}

/** In bytes: of more, larger chunks do not save time. */
const MAX_CHUNK_SIZE = 2 ** 18;

/** Reads the body of a response in its own memory, and watches its speed. */
export class BodyReader {
  /** Bytes that arrived. */
  bytes = 0;
  readonly #options: BodyReaderOptions;
  readonly #reader: ReadableStreamBYOBReader | undefined;
  #scratch: ArrayBuffer = new ArrayBuffer(0);
  #stopTimer = () => {};
  /** When the last whole `windowBytes` had arrived. */
  #reachedAtMs = 0;

  /** @param body of a connection; null if there is none */
  constructor(body: ReadableStream<Uint8Array> | null, options: BodyReaderOptions) {
    this.#options = options;
    this.#reader = body?.getReader({ mode: "byob" });
  }

  /** Yields bytes that are valid until the next ones. Rejects when the connection breaks, or is aborted. */
  async *readChunks(expectedBytes: number): AsyncGenerator<Uint8Array> {
    const { clock, limits: { windowBytes } } = this.#options;
    this.#scratch = new ArrayBuffer(Math.max(1, Math.min(expectedBytes, MAX_CHUNK_SIZE)));
    this.#reachedAtMs = clock.now();
    this.#watch();
    try {
      for (let chunk; (chunk = await this.#readChunk());) {
        const windows = Math.floor(this.bytes / windowBytes);
        this.bytes += chunk.length;
        if (this.bytes >= (windows + 1) * windowBytes) this.#reachedAtMs = clock.now();
        yield chunk;
      }
    } finally {
      this.#stopTimer();
    }
  }

  async #readChunk(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#reader?.read(new Uint8Array(this.#scratch)) ??
      { done: true };
    if (value) this.#scratch = value.buffer;
    return done ? undefined : value;
  }

  #watch(): void {
    const { clock, limits: { windowMs, windowBytes }, abort } = this.#options;
    const leftMs = this.#reachedAtMs + windowMs - clock.now();
    if (leftMs > 0) this.#stopTimer = clock.start(() => this.#watch(), leftMs);
    else abort(`it sends less than ${windowBytes} bytes in ${windowMs / 1000} s`);
  }
}
