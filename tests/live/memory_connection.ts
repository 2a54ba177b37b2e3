import type { IngestConnection } from "../../lib/live/http/watched_connection.ts";
import { concat } from "../mp4/movie_file.ts";

export const toBytes = (text: string) => new TextEncoder().encode(text);

/** Splits bytes at the given offsets. */
export function splitAt(bytes: Uint8Array, ...offsets: number[]): Uint8Array[] {
  const bounds = [0, ...offsets, bytes.length];
  return bounds.slice(1).map((end, i) => bytes.subarray(bounds[i], end))
    .filter(({ length }) => length > 0);
}

type Ending = "open" | "end" | "reset";

/** A connection whose other end is the test. */
export class MemoryConnection implements IngestConnection {
  readonly remoteAddr: { transport: string; hostname: string };
  /** Pieces that the server has sent. */
  readonly #sent: Uint8Array[] = [];
  isClosed = false;
  isHalfClosed = false;
  /** Bytes that the server has read. */
  received = 0;
  /** False: writes wait for ever. */
  isWritable = true;
  readonly #pieces: Uint8Array[] = [];
  #ending: Ending = "open";
  #wakeReader = () => {};
  #wakeWriter = () => {};

  constructor(pieces: readonly Uint8Array[] = [], ending: Ending = "open", hostname = "192.0.2.7") {
    this.remoteAddr = { transport: "tcp", hostname };
    this.#pieces.push(...pieces.filter(({ length }) => length > 0));
    this.#ending = ending;
  }

  /** Text that the server has sent. */
  get sent(): string {
    return new TextDecoder().decode(this.sentBytes);
  }

  /** Bytes that the server has sent. */
  get sentBytes(): Uint8Array {
    return concat(...this.#sent);
  }

  /** Pieces that the server has not read. */
  get waiting(): number {
    return this.#pieces.length;
  }

  push(...pieces: (string | Uint8Array)[]): void {
    const bytes = pieces.map((piece) => typeof piece === "string" ? toBytes(piece) : piece);
    this.#pieces.push(...bytes.filter(({ length }) => length > 0));
    this.#wakeReader();
  }

  end(ending: Ending = "end"): void {
    this.#ending = ending;
    this.#wakeReader();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#pieces.length === 0 && this.#ending === "open" && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wakeReader = resolve);
    }
    if (this.isClosed) throw new Deno.errors.BadResource("closed");
    const piece = this.#pieces[0];
    if (!piece && this.#ending === "reset") throw new Deno.errors.ConnectionReset("reset");
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
    if (this.isClosed || this.#ending === "reset") throw new Deno.errors.BrokenPipe("broken");
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
