/** A connection whose other end is the test, and what the server has answered over RTMP. */

import type { IngestConnection } from "../../../lib/live/watched_connection.ts";
import { settle } from "../timer_clock.ts";
import { type Answer, readAnswers } from "./answers.ts";

export class ByteConnection implements IngestConnection {
  readonly remoteAddr: { readonly transport: string; readonly hostname: string };
  isClosed = false;
  /** The server sends nothing more. */
  isHalfClosed = false;
  /** False: writes wait for ever, as those to a client that does not read. */
  isWritable = true;
  /** Bytes that the server has read. */
  received = 0;
  readonly #sent: Uint8Array[] = [];
  readonly #pieces: Uint8Array[] = [];
  #hasEnded = false;
  #wakeReader = () => {};
  #wakeWriter = () => {};

  constructor(hostname = "192.0.2.7") {
    this.remoteAddr = { transport: "tcp", hostname };
  }

  /** Bytes that the server has sent. */
  get sent(): Uint8Array {
    const bytes = new Uint8Array(this.#sent.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.#sent) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  }

  get answers(): Answer[] {
    return readAnswers(this.sent);
  }

  /** Codes of `onStatus` and of responses, in order. */
  get statuses(): string[] {
    return this.answers.flatMap(({ code }) => code ?? []);
  }

  /** Pieces that the server has not read. */
  get waiting(): number {
    return this.#pieces.length;
  }

  async push(...pieces: Uint8Array[]): Promise<void> {
    this.#pieces.push(...pieces.filter(({ length }) => length > 0));
    this.#wakeReader();
    await settle();
  }

  /** Ends the connection from the side of the publisher. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.#wakeReader();
    await settle();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#pieces.length === 0 && !this.#hasEnded && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wakeReader = resolve);
    }
    if (this.isClosed) throw new Deno.errors.BadResource("closed");
    const [piece] = this.#pieces;
    if (!piece) return null;
    const count = Math.min(buffer.length, piece.length);
    buffer.set(piece.subarray(0, count));
    if (count < piece.length) this.#pieces[0] = piece.subarray(count);
    else this.#pieces.shift();
    this.received += count;
    return count;
  }

  async write(bytes: Uint8Array): Promise<number> {
    while (!this.isWritable && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wakeWriter = resolve);
    }
    if (this.isClosed) throw new Deno.errors.BrokenPipe("broken");
    const count = Math.ceil(bytes.length / 2); // in parts
    this.#sent.push(bytes.slice(0, count));
    return count;
  }

  closeWrite(): Promise<void> {
    this.isHalfClosed = true;
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.#wakeReader();
    this.#wakeWriter();
  }
}
