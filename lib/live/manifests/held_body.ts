/** A body that is held in memory until it is known whose it is. */

import type { MemoryAccount } from "../ingest_memory.ts";

const MIN_BLOCK = 4096;
const MAX_BLOCK = 65536;

interface HeldBodyOptions {
  readonly body: AsyncIterable<Uint8Array>;
  /** Has what is held. */
  readonly account: MemoryAccount;
  /** Called with the change of what is held, in bytes. */
  readonly onHeld: (change: number) => void;
}

/** Bytes in blocks: pieces may have a byte each. */
class Block {
  readonly #memory: Uint8Array;
  #length = 0;

  constructor(readonly size: number) {
    this.#memory = new Uint8Array(size);
  }

  /** Returns how many bytes were appended. */
  append(bytes: Uint8Array): number {
    const part = bytes.subarray(0, this.size - this.#length);
    this.#memory.set(part, this.#length);
    this.#length += part.length;
    return part.length;
  }

  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }
}

/** To be iterated once: what is held, then what follows as it arrives. */
export class HeldBody implements AsyncIterable<Uint8Array>, Disposable {
  readonly #options: HeldBodyOptions;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #blocks: Block[] = [];
  #held = 0;
  #isDisposed = false;
  #reading: Promise<Uint8Array | undefined> | undefined;
  /** All of it is held. */
  isWhole = false;

  constructor(options: HeldBodyOptions) {
    this.#options = options;
    this.#pieces = options.body[Symbol.asyncIterator]();
  }

  /**
   * Holds another piece, and resolves to it; undefined: the body is whole.
   *
   * @throws IngestError if the connection is lost, or memory is full
   */
  read(): Promise<Uint8Array | undefined> {
    return this.#reading ??= this.#hold().finally(() => this.#reading = undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    while (true) {
      const block = this.#blocks.shift();
      if (block) {
        this.#add(-block.bytes.length);
        yield block.bytes;
      } else if (this.#reading) await this.#reading;
      else break;
    }
    if (this.isWhole) return;
    yield* { [Symbol.asyncIterator]: () => this.#pieces };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#blocks = [];
    this.#add(-this.#held);
  }

  async #hold(): Promise<Uint8Array | undefined> {
    const { done, value } = await this.#pieces.next();
    this.isWhole = done === true;
    if (done) return undefined;
    await this.#options.account.acquire(value.length);
    if (this.#isDisposed) {
      this.#options.account.set(0);
      return undefined;
    }
    this.#held += value.length;
    this.#options.onHeld(value.length);
    for (let at = 0; at < value.length;) {
      const last = this.#blocks.at(-1);
      const appended = last?.append(value.subarray(at)) ?? 0;
      if (appended === 0) {
        this.#blocks.push(new Block(Math.min(2 * (last?.size ?? MIN_BLOCK / 2), MAX_BLOCK)));
      }
      at += appended;
    }
    return value;
  }

  #add(change: number): void {
    this.#held += change;
    this.#options.onHeld(change);
    this.#options.account.set(this.#held);
  }
}
