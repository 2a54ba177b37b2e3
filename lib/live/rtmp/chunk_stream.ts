/** What a receiver knows of one chunk stream: the header before, and the message under way (RTMP 1.0 §5.3.1). */

import { GrowingBuffer } from "../media/growing_buffer.ts";
import type { ChunkHeader } from "./chunk_header.ts";
import { RtmpError } from "./rtmp_error.ts";
import type { RtmpMessage } from "./rtmp_message.ts";

/** In bytes, that the first chunk of a larger message occupies: clients may begin many. */
const MIN_CAPACITY = 4096;

export class ChunkStream {
  readonly #id: number;
  #timestamp = 0;
  /** What a chunk of type 3 that begins a message adds to the timestamp. */
  #delta = 0;
  #isExtended = false;
  #size: number | undefined;
  #type = 0;
  #streamId = 0;
  #message: GrowingBuffer | undefined;

  constructor(id: number) {
    this.#id = id;
  }

  get isInMessage(): boolean {
    return this.#message !== undefined;
  }

  /** Bytes of the message under way. */
  get heldBytes(): number {
    return this.#message?.length ?? 0;
  }

  /** Bytes that the message under way still lacks. */
  get missingBytes(): number {
    return this.#message ? this.#size! - this.#message.length : 0;
  }

  /** The extended timestamp that is repeated in chunks of type 3. */
  get extendedTimestamp(): number | undefined {
    return this.#isExtended ? this.#delta : undefined;
  }

  /**
   * Applies the header of the next chunk, which goes on with a message or begins one.
   *
   * @throws RtmpError if a message is broken off, or nothing is known of the one that begins
   */
  start(header: ChunkHeader): void {
    if (this.#message) this.#checkContinuation(header);
    else this.#startMessage(header);
  }

  /** Takes bytes of the message under way. */
  append(part: Uint8Array): void {
    this.#message!.append(part);
  }

  /** Ends the message under way, which is complete. */
  takeMessage(): RtmpMessage {
    const payload = this.#message!.bytes;
    this.#message = undefined;
    return { type: this.#type, timestamp: this.#timestamp, streamId: this.#streamId, payload };
  }

  /** Discards the message under way, and frees its memory: left to the garbage collector, it stays for long. */
  abort(): void {
    this.#message?.free();
    this.#message = undefined;
  }

  #checkContinuation({ format }: ChunkHeader): void {
    if (format === 3) return;
    throw new RtmpError(
      `Cannot read a chunk of type ${format} in a message of chunk stream ${this.#id} ` +
        `that lacks ${this.missingBytes} bytes, expected type 3`,
    );
  }

  #startMessage(header: ChunkHeader): void {
    const { format, timestamp } = header;
    if (format === 0) this.#streamId = header.messageStreamId;
    if (format < 2) {
      this.#size = header.messageSize;
      this.#type = header.messageType;
    }
    if (this.#size === undefined) {
      throw new RtmpError(`Cannot start chunk stream ${this.#id} with a chunk of type ${format}`);
    }
    if (format < 3) {
      this.#delta = timestamp;
      this.#isExtended = header.isExtended;
    }
    // After type 0, type 3 adds the timestamp of that (§5.3.1.2.4), as ffmpeg and OBS do.
    this.#timestamp = format === 0 ? timestamp : (this.#timestamp + this.#delta) % 2 ** 32;
    this.#message = new GrowingBuffer(this.#size, MIN_CAPACITY);
  }
}
