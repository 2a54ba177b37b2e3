/** Where blocks of remote files are, as far as one thread knows. */

import { type BlockRef, type FileRange, splitAtBlocks } from "./block_cache.ts";
import { BLOCK_BYTES, type PageRef, SharedPages } from "./shared_pages.ts";

interface KnownBlock {
  readonly key: string;
  readonly block: number;
}

/** There is at most one known block a page: memory is bounded. */
export class KnownPages {
  readonly #pages: SharedPages;
  readonly #files = new Map<string, Map<number, PageRef>>();
  /** By page. */
  readonly #blocks: (KnownBlock | undefined)[] = [];

  constructor(pages: SharedArrayBuffer) {
    this.#pages = new SharedPages(pages);
  }

  /** The size of all pages, in bytes. */
  get capacity(): number {
    return this.#pages.count * BLOCK_BYTES;
  }

  /** @param key of a version of a file */
  add(key: string, { block, page, generation, size }: BlockRef): void {
    this.#forget(page);
    const blocks = this.#files.get(key) ?? new Map();
    blocks.set(block, { page, generation, size });
    this.#files.set(key, blocks);
    this.#blocks[page] = { key, block };
  }

  /** Copies bytes at `offset` of a file. Returns false if a part of them is not in a known page; `into` is undefined then. */
  copy(key: string, offset: number, into: Uint8Array): boolean {
    const blocks = this.#files.get(key);
    if (!blocks) return false;
    for (let at = 0; at < into.length;) {
      const block = Math.floor((offset + at) / BLOCK_BYTES);
      const from = offset + at - BLOCK_BYTES * block;
      const length = Math.min(into.length - at, BLOCK_BYTES - from);
      const ref = blocks.get(block);
      if (!ref || ref.size < from + length) return false;
      if (!this.#pages.copy(ref, from, into.subarray(at, at + length))) {
        this.#forget(ref.page);
        return false;
      }
      at += length;
    }
    return true;
  }

  /** Returns whether all blocks of ranges are in known pages, which may have other content meanwhile. */
  has(key: string, ranges: readonly FileRange[]): boolean {
    const blocks = this.#files.get(key);
    for (const [start, end] of splitAtBlocks(ranges)) {
      const block = Math.floor(start / BLOCK_BYTES);
      const ref = blocks?.get(block);
      if (!ref || ref.size < end - BLOCK_BYTES * block || !this.#pages.copy(ref, 0, NOTHING)) {
        return false;
      }
    }
    return true;
  }

  #forget(page: number): void {
    const known = this.#blocks[page];
    if (!known) return;
    this.#blocks[page] = undefined;
    const blocks = this.#files.get(known.key);
    if (blocks?.get(known.block)?.page === page) blocks.delete(known.block);
    if (blocks?.size === 0) this.#files.delete(known.key);
  }
}

const NOTHING = new Uint8Array(0);
