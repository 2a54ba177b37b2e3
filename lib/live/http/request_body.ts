/** Bodies of publishers' requests (RFC 9112 §6 and §7). */

import { IngestError } from "../ingest_error.ts";
import type { StreamReader } from "./stream_reader.ts";

/** Extensions of a chunk have no meaning here. */
const MAX_CHUNK_LINE_BYTES = 1024;

const MAX_TRAILER_BYTES = 16384;

/** Sizes below 2^52, after zeros. */
const CHUNK_LINE = /^0*([0-9a-f]{1,13})[ \t]*(?:;.*)?$/i;

interface BodyOptions {
  readonly reader: StreamReader;
  /** In bytes; 0 for a request without body. */
  readonly length: number | "chunked";
  /** Called once, before the first wait for bytes that the client has not sent yet. */
  readonly sendContinue?: (() => Promise<void>) | undefined;
}

/**
 * A body that is received while it is iterated, and no faster. Each piece is a view that is valid until the next one is requested.
 * An iteration that stops early can be continued by another one.
 */
export class IngestBody implements AsyncIterable<Uint8Array> {
  /** Bytes that were iterated. */
  size = 0;
  readonly #reader: StreamReader;
  readonly #isChunked: boolean;
  #sendContinue: (() => Promise<void>) | undefined;
  /** Bytes of the body, or of the current chunk, that are to come. */
  #left: number;
  /** What comes next; `size` and `trailer` in a chunked body only. */
  #state: "size" | "data" | "trailer" | "end" | "broken";
  #trailerLeft = MAX_TRAILER_BYTES;

  constructor({ reader, length, sendContinue }: BodyOptions) {
    this.#reader = reader;
    this.#sendContinue = sendContinue;
    this.#isChunked = length === "chunked";
    this.#left = length === "chunked" ? 0 : length;
    this.#state = length === "chunked" ? "size" : length > 0 ? "data" : "end";
  }

  /** Its last byte, or the chunk of size 0, was received: it is complete, whatever happens to the connection afterwards. */
  get isWhole(): boolean {
    return this.#state === "trailer" || this.#state === "end";
  }

  /** Nothing of it is left on the connection, so that another request can follow. */
  get isAtEnd(): boolean {
    return this.#state === "end";
  }

  /**
   * @throws IngestError `BODY_INCOMPLETE` if the connection ends or fails before the body is whole, `BAD_REQUEST` for a malformed
   *   chunk; also in later iterations
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    while (this.#state !== "end") {
      const piece = this.#takePiece();
      if (piece) yield piece;
      else if (!await this.#advance()) return;
    }
  }

  /** Takes what is received of the body, or of the current chunk. */
  #takePiece(): Uint8Array | undefined {
    if (this.#state !== "data" || this.#left === 0) return undefined;
    const piece = this.#reader.received.subarray(0, this.#left);
    if (piece.length === 0) return undefined;
    this.#reader.consume(piece.length);
    this.size += piece.length;
    this.#left -= piece.length;
    if (this.#left === 0 && !this.#isChunked) this.#state = "end";
    return piece;
  }

  /** Reads what surrounds the data of chunks, or waits for more. Returns false if a whole body has ended with the connection. */
  async #advance(): Promise<boolean> {
    if (this.#state === "broken") throw this.#incomplete();
    try {
      if (this.#isChunked && this.#readLine()) return true;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      return this.#fail(
        new IngestError("BAD_REQUEST", "Cannot read the body: a chunk is malformed"),
      );
    }
    await this.#askToContinue();
    return await this.#receive() || this.#fail(this.#incomplete());
  }

  /** Returns false if more bytes are needed. */
  #readLine(): boolean {
    if (this.#state === "data" && this.#left > 0) return false;
    const max = this.#state === "trailer" ? this.#trailerLeft : MAX_CHUNK_LINE_BYTES;
    const line = this.#reader.takeLine(max);
    if (line === undefined) return false;
    if (this.#state === "size") this.#startChunk(line);
    else if (this.#state === "trailer") this.#readTrailer(line);
    else if (line === "") this.#state = "size";
    else throw new RangeError("data longer than the chunk");
    return true;
  }

  #startChunk(line: string): void {
    const size = CHUNK_LINE.exec(line)?.[1];
    if (size === undefined) throw new RangeError("no size");
    this.#left = parseInt(size, 16);
    this.#state = this.#left > 0 ? "data" : "trailer";
  }

  /** Fields are ignored. */
  #readTrailer(line: string): void {
    this.#trailerLeft -= line.length + 2;
    if (line === "") this.#state = "end";
  }

  async #askToContinue(): Promise<void> {
    const send = this.#sendContinue;
    this.#sendContinue = undefined;
    if (send && this.#reader.received.length === 0) await send();
  }

  /** A failure of the connection is its end. */
  async #receive(): Promise<boolean> {
    try {
      return await this.#reader.receive();
    } catch {
      return false;
    }
  }

  /** A whole body stays one. */
  #fail(error: IngestError): false {
    if (this.isWhole) return false;
    this.#state = "broken";
    throw error;
  }

  #incomplete(): IngestError {
    return new IngestError(
      "BODY_INCOMPLETE",
      `Cannot read the body: it ended after ${this.size} bytes, before it was complete`,
    );
  }
}
