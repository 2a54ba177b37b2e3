import type { TimeoutClock } from "../../timeout_clock.ts";
import { settlesWithin } from "./settles_within.ts";
import type { ByteStream } from "./stream_reader.ts";

/** A client that has not sent more by then waits for the response. */
const PROMPT_MS = 2;

/** A client that sends more without waiting for the response, and then nothing for so long, has sent all. */
const QUIET_MS = 200;

const MAX_QUEUED_BYTES = 16384;

interface ResponseStream extends ByteStream {
  send(bytes: Uint8Array): Promise<void>;
}

/**
 * Delays responses while the client sends more requests. At its end, ffmpeg closes connections whose responses it has not read:
 * that resets them, and what waits to be sent is lost (24 of 110 files of ffmpeg 5.1 with `-http_persistent 1`, read slowly).
 */
export class ResponseQueue implements ByteStream {
  readonly #stream: ResponseStream;
  readonly #clock: TimeoutClock;
  #queued: Uint8Array[] = [];
  #queuedBytes = 0;
  #waitMs = PROMPT_MS;
  #reading: Promise<unknown> | undefined;

  constructor(stream: ResponseStream, clock: TimeoutClock) {
    this.#stream = stream;
    this.#clock = clock;
  }

  get readsInParts(): boolean | undefined {
    return this.#stream.readsInParts;
  }

  /** Sends a response later, also while a read is pending. What follows it may be received already. */
  async add(response: Uint8Array, { isFollowed }: { readonly isFollowed: boolean }): Promise<void> {
    if (isFollowed) this.#waitMs = QUIET_MS;
    this.#queued.push(response);
    this.#queuedBytes += response.length;
    if (this.#queuedBytes > MAX_QUEUED_BYTES) await this.flush();
    else if (this.#reading) await this.#flushUnlessRead(this.#reading);
  }

  /** Reads, and sends the responses if that takes long. */
  async read(buffer: Uint8Array): Promise<number | null> {
    const reading = this.#reading = this.#stream.read(buffer);
    try {
      if (this.#queued.length > 0) await this.#flushUnlessRead(reading);
      return await reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #flushUnlessRead(reading: Promise<unknown>): Promise<void> {
    if (await settlesWithin(reading, this.#waitMs, this.#clock)) this.#waitMs = QUIET_MS;
    else await this.flush();
  }

  /** Sends responses now. A client that has closed the connection misses them, but what it has sent can still be read. */
  async flush(): Promise<void> {
    const queued = this.#queued;
    this.#queued = [];
    this.#queuedBytes = 0;
    this.#waitMs = PROMPT_MS;
    try {
      for (const response of queued) await this.#stream.send(response);
    } catch {
      // a read fails too, after what was received
    }
  }
}
