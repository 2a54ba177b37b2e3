/** Memory that one thread fills, and others read without messages (docs/design/memory-and-speed.md). */

/** The size of a page, and of the blocks of files that pages hold, in bytes. */
export const BLOCK_BYTES = 2 ** 17;

/** Two numbers of 32 bits a page, before the pages. */
const STATE_BYTES = 8;

const ALIGNMENT = 4096;

/** V8 copies shared memory by words if both addresses allow it, and else by bytes, which takes ten times as long. */
const WORD_BYTES = 8;

/** Copying less twice saves nothing. */
const MIN_ALIGNED_BYTES = 64;

/** Content of a page at a time. */
export interface PageRef {
  readonly page: number;
  readonly generation: number;
  /** Bytes of the page that are filled. */
  readonly size: number;
}

/**
 * Pages of 128 KiB. A page has a generation, which is odd while the page is filled. A reader compares it before and after it copies,
 * and holds no lock: one that ends halfway leaves nothing behind.
 */
export class SharedPages {
  readonly count: number;
  readonly #generations: Int32Array;
  /** 1 if a page was read since the writer last looked. */
  readonly #used: Int32Array;
  readonly #bytes: Uint8Array;
  #scratch: Uint8Array | undefined;

  /** @param buffer of `allocatePages()` */
  constructor(readonly buffer: SharedArrayBuffer) {
    this.count = Math.floor(buffer.byteLength / (BLOCK_BYTES + STATE_BYTES));
    while (getSize(this.count) > buffer.byteLength) this.count--;
    this.#generations = new Int32Array(buffer, 0, this.count);
    this.#used = new Int32Array(buffer, 4 * this.count, this.count);
    this.#bytes = new Uint8Array(buffer, getDataOffset(this.count));
  }

  /** Replaces the content of a page. Only one thread may call it. */
  fill(page: number, content: Uint8Array): PageRef {
    this.open(page).set(content);
    return this.publish(page, content.length);
  }

  /** Makes what readers know of a page invalid, and returns its bytes, which only one thread may change, until `publish()`. */
  open(page: number): Uint8Array {
    this.clear(page);
    return this.#bytes.subarray(BLOCK_BYTES * page, BLOCK_BYTES * (page + 1));
  }

  /** @param size bytes that were filled since `open()` */
  publish(page: number, size: number): PageRef {
    const generation = (Atomics.add(this.#generations, page, 1) + 1) | 0;
    Atomics.store(this.#used, page, 1);
    return { page, generation, size };
  }

  /** Makes what readers know of a page invalid, until it is filled. */
  clear(page: number): void {
    if ((Atomics.load(this.#generations, page) & 1) === 0) Atomics.add(this.#generations, page, 1);
  }

  /** Adds bytes after those that are filled, which stay valid for readers. */
  append({ page, generation, size }: PageRef, content: Uint8Array): PageRef {
    this.#bytes.set(content, BLOCK_BYTES * page + size);
    return { page, generation, size: size + content.length };
  }

  /** Returns whether the page was read since the last call. */
  takeUsed(page: number): boolean {
    return Atomics.exchange(this.#used, page, 0) === 1;
  }

  /** Copies bytes at an offset in the page. Returns false if the page has other content now, and `into` undefined bytes. */
  copy({ page, generation }: PageRef, offset: number, into: Uint8Array): boolean {
    if (Atomics.load(this.#generations, page) !== generation) return false;
    const start = BLOCK_BYTES * page + offset;
    const target = this.#align(start, into);
    target.set(this.#bytes.subarray(start, start + into.length));
    // a read-modify-write: on ARM, a load could be moved before the copy
    if (Atomics.add(this.#generations, page, 0) !== generation) return false;
    if (target !== into) into.set(target);
    if (this.#used[page] === 0) this.#used[page] = 1;
    return true;
  }

  /** Returns `into`, or bytes like it at an address that differs from `start` by whole words. */
  #align(start: number, into: Uint8Array): Uint8Array {
    const shift = start % WORD_BYTES;
    if (into.byteOffset % WORD_BYTES === shift || into.length < MIN_ALIGNED_BYTES) return into;
    this.#scratch ??= new Uint8Array(BLOCK_BYTES + WORD_BYTES);
    return this.#scratch.subarray(shift, shift + into.length);
  }
}

/** Allocates as many pages as fit into `bytes`, at least one. The system provides memory when they are filled. */
export function allocatePages(bytes: number): SharedArrayBuffer {
  return new SharedArrayBuffer(getSize(Math.max(1, Math.floor(bytes / BLOCK_BYTES))));
}

function getDataOffset(count: number): number {
  return ALIGNMENT * Math.ceil(STATE_BYTES * count / ALIGNMENT);
}

function getSize(count: number): number {
  return getDataOffset(count) + BLOCK_BYTES * count;
}
