/** Reassembles messages from interleaved chunks, however their bytes are split (RTMP 1.0 §5.3, §5.4.1, §5.4.2). */

import { toDataView } from "../../bytes.ts";
import { createChunkHeader, MAX_CHUNK_HEADER_SIZE, readChunkHeader } from "./chunk_header.ts";
import { ChunkStream } from "./chunk_stream.ts";
import { RtmpError } from "./rtmp_error.ts";
import { MESSAGE_TYPES, type RtmpMessage } from "./rtmp_message.ts";

/** Encoders use fewer than 20. */
const MAX_CHUNK_STREAMS = 128;

/** Encoders interleave audio with one message of video. */
const MAX_OPEN_MESSAGES = 16;

/** In bytes, of all messages under way; one may have 2^24. */
const MAX_OPEN_BYTES = 2 ** 25;

/** Until the client sets another (§5.4.1). */
const DEFAULT_CHUNK_SIZE = 128;

export class ChunkReader implements Disposable {
  readonly #streams = new Map<number, ChunkStream>();
  readonly #header = createChunkHeader();
  /** The start of a header that came in parts. */
  readonly #start = new Uint8Array(MAX_CHUNK_HEADER_SIZE);
  #startLength = 0;
  #chunkSize = DEFAULT_CHUNK_SIZE;
  /** The chunk stream of the chunk whose header is complete. */
  #stream: ChunkStream | undefined;
  /** Bytes of that chunk that have not arrived. */
  #left = 0;
  #openMessages = 0;
  #openBytes = 0;
  /** Some encoders do not repeat an extended timestamp in chunks of type 3. */
  #repeatsTimestamps = true;
  #messages: RtmpMessage[] = [];

  /** Bytes in memory of messages that are not complete. */
  get heldBytes(): number {
    return this.#startLength + this.#openBytes;
  }

  /** Frees the memory of messages that are not complete. */
  [Symbol.dispose](): void {
    for (const stream of this.#streams.values()) stream.abort();
    this.#openBytes = 0;
  }

  /** Returns the messages that are complete. */
  takeMessages(): RtmpMessage[] {
    const messages = this.#messages;
    this.#messages = [];
    return messages;
  }

  /**
   * Takes the next bytes. Set Chunk Size and Abort Message are applied here.
   *
   * @throws RtmpError if a chunk is malformed, or too much is under way: afterwards only `takeMessages()` may be called
   */
  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      at += this.#stream ? this.#takeBody(this.#stream, bytes, at) : this.#takeHeader(bytes, at);
    }
  }

  /** Returns how many bytes were taken. */
  #takeHeader(bytes: Uint8Array, at: number): number {
    if (this.#startLength === 0) {
      const size = this.#readHeader(bytes, at, bytes.length);
      return size > 0 ? size : this.#keepStart(bytes, at);
    }
    const before = this.#startLength;
    const taken = this.#keepStart(bytes, at);
    const size = this.#readHeader(this.#start, 0, this.#startLength);
    if (size === 0) return taken;
    this.#startLength = 0;
    if (size >= before) return size - before;
    this.push(this.#start.slice(size, before)); // looked like an extended timestamp, and is media
    return 0;
  }

  /** Adds bytes to the start of a header, as many as one can have. */
  #keepStart(bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + MAX_CHUNK_HEADER_SIZE - this.#startLength);
    this.#start.set(part, this.#startLength);
    this.#startLength += part.length;
    return part.length;
  }

  /** Returns the size of the header at `at`; 0 if it is incomplete. */
  #readHeader(bytes: Uint8Array, at: number, end: number): number {
    const header = this.#header;
    readChunkHeader(bytes, at, end, header);
    if (header.size === 0) return 0;
    const stream = this.#getStream(header.chunkStreamId);
    const repeated = header.format === 3 ? this.#findRepeated(stream, bytes, at, end) : 0;
    if (repeated === undefined) return 0;
    this.#startChunk(stream);
    return header.size + repeated;
  }

  /**
   * Returns the size of the extended timestamp after a header of type 3: 4, or 0 if the bytes there are others. Undefined: more
   * bytes are needed to know.
   */
  #findRepeated(stream: ChunkStream, bytes: Uint8Array, at: number, end: number) {
    const expected = stream.extendedTimestamp;
    if (expected === undefined || !this.#repeatsTimestamps) return 0;
    const start = at + this.#header.size;
    for (let i = 0; i < 4; i++) {
      if (start + i >= end) return undefined;
      if (bytes[start + i] === Math.floor(expected / 2 ** (24 - 8 * i)) % 256) continue;
      // OBS repeats it inside a message alone
      if (stream.isInMessage) this.#repeatsTimestamps = false;
      return 0;
    }
    return 4;
  }

  #getStream(id: number): ChunkStream {
    let stream = this.#streams.get(id);
    if (stream) return stream;
    if (this.#streams.size >= MAX_CHUNK_STREAMS) {
      throw new RtmpError(`Cannot read more than ${MAX_CHUNK_STREAMS} chunk streams`);
    }
    stream = new ChunkStream(id);
    this.#streams.set(id, stream);
    return stream;
  }

  #startChunk(stream: ChunkStream): void {
    if (!stream.isInMessage && ++this.#openMessages > MAX_OPEN_MESSAGES) {
      throw new RtmpError(`Cannot read more than ${MAX_OPEN_MESSAGES} messages at once`);
    }
    stream.start(this.#header);
    this.#left = Math.min(stream.missingBytes, this.#chunkSize);
    this.#stream = stream;
    if (this.#left === 0) this.#endChunk(stream);
  }

  #takeBody(stream: ChunkStream, bytes: Uint8Array, at: number): number {
    const part = bytes.subarray(at, at + this.#left);
    if (this.#openBytes + part.length > MAX_OPEN_BYTES) {
      throw new RtmpError(`Cannot hold more than ${MAX_OPEN_BYTES} bytes of incomplete messages`);
    }
    stream.append(part);
    this.#openBytes += part.length;
    this.#left -= part.length;
    if (this.#left === 0) this.#endChunk(stream);
    return part.length;
  }

  #endChunk(stream: ChunkStream): void {
    this.#stream = undefined;
    if (stream.missingBytes > 0) return;
    const message = stream.takeMessage();
    this.#forget(message.payload.length);
    if (message.type === MESSAGE_TYPES.setChunkSize) this.#setChunkSize(message);
    else if (message.type === MESSAGE_TYPES.abort) this.#abort(message);
    else this.#messages.push(message);
  }

  /** Subtracts a message from what is under way. */
  #forget(size: number): void {
    this.#openBytes -= size;
    this.#openMessages--;
  }

  #setChunkSize({ payload }: RtmpMessage): void {
    const size = readControlValue(payload, "Set Chunk Size");
    if (size === 0 || size >= 2 ** 31) {
      throw new RtmpError(`Cannot read chunks of ${size} bytes, expected 1 to 2147483647`);
    }
    this.#chunkSize = size;
  }

  #abort({ payload }: RtmpMessage): void {
    const stream = this.#streams.get(readControlValue(payload, "Abort Message"));
    if (!stream?.isInMessage) return;
    this.#forget(stream.heldBytes);
    stream.abort();
  }
}

function readControlValue(payload: Uint8Array, name: string): number {
  if (payload.length >= 4) return toDataView(payload).getUint32(0);
  throw new RtmpError(`Cannot read ${name} of ${payload.length} bytes, expected 4`);
}
