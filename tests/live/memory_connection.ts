import type { IngestConnection } from "../../lib/live/watched_connection.ts";

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
  /** Text that the server has sent. */
  sent = "";
  isClosed = false;
  isHalfClosed = false;
  /** Bytes that the server has read. */
  received = 0;
  /** False: writes wait for ever. */
  isWritable = true;
  readonly #pieces: Uint8Array[] = [];
  #ending: Ending = "open";
  #wake: (() => void) | undefined;

  constructor(pieces: readonly Uint8Array[] = [], ending: Ending = "open", hostname = "192.0.2.7") {
    this.remoteAddr = { transport: "tcp", hostname };
    this.#pieces.push(...pieces.filter(({ length }) => length > 0));
    this.#ending = ending;
  }

  push(text: string): void {
    this.#pieces.push(toBytes(text));
    this.#wake?.();
  }

  end(ending: Ending = "end"): void {
    this.#ending = ending;
    this.#wake?.();
  }

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#pieces.length === 0 && this.#ending === "open" && !this.isClosed) {
      await new Promise<void>((resolve) => this.#wake = resolve);
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
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    if (this.isClosed || this.#ending === "reset") throw new Deno.errors.BrokenPipe("broken");
    const count = Math.ceil(bytes.length / 2); // in parts
    this.sent += new TextDecoder().decode(bytes.subarray(0, count));
    return count;
  }

  closeWrite(): Promise<void> {
    this.isHalfClosed = true;
    return Promise.resolve();
  }

  close(): void {
    this.isClosed = true;
    this.#wake?.();
  }
}
