/** Blocks of remote files in shared pages: each is requested once for all that wait for it. */

import {
  type BlockFile,
  type BlockRun,
  type BlockStore,
  groupBlocks,
  readBlocks,
  toBlockName,
} from "./block_reads.ts";
import { BLOCK_BYTES, type PageRef, type SharedPages } from "./shared_pages.ts";
import { SharedWork } from "../../shared_work.ts";

/** Bytes `[start, end)` of a file. */
export type FileRange = readonly [start: number, end: number];

/** Where a block is now. */
export interface BlockRef extends PageRef {
  readonly block: number;
}

type LoadedBlocks = ReadonlyMap<number, Uint8Array>;

export class BlockCache {
  readonly #pages: SharedPages;
  readonly #store: BlockStore | undefined;
  readonly #refs = new Map<string, PageRef>();
  /** Names of blocks by page. */
  readonly #names: (string | undefined)[] = [];
  readonly #pending = new Map<string, SharedWork<LoadedBlocks>>();
  /** The page that is evicted next unless it was read meanwhile. */
  #next = 0;

  constructor(pages: SharedPages, store?: BlockStore) {
    this.#pages = pages;
    this.#store = store;
  }

  /** Bytes of files that are in pages. */
  get bytes(): number {
    return this.#refs.values().reduce((sum, { size }) => sum + size, 0);
  }

  /** Adds the start of a file. */
  addHead(file: BlockFile, head: Uint8Array): void {
    const name = toBlockName(file, 0);
    const bytes = head.subarray(0, BLOCK_BYTES);
    if (bytes.length <= (this.#refs.get(name)?.size ?? 0)) return;
    this.#put(name, bytes);
    if (file.isStorable) this.#store?.put(name, bytes);
  }

  /** Returns where ranges are; undefined if a part of them is not in memory. */
  find(file: BlockFile, ranges: readonly FileRange[]): BlockRef[] | undefined {
    const refs: BlockRef[] = [];
    for (const [block, size] of listBlocks(ranges)) {
      const ref = this.#refs.get(toBlockName(file, block));
      if (!ref || ref.size < size) return undefined;
      refs.push({ block, ...ref });
    }
    return refs;
  }

  /**
   * Loads what is not in memory of ranges, with a request for each run of blocks, all at the same time. The blocks may have been
   * evicted when it resolves: it returns those that it loaded.
   *
   * @throws errors of the file; the reason of `signal` when that aborts
   */
  async load(
    file: BlockFile,
    ranges: readonly FileRange[],
    signal: AbortSignal,
  ): Promise<LoadedBlocks> {
    const works = new Set<SharedWork<LoadedBlocks>>();
    const missing: number[] = [];
    for (const [block, size] of listBlocks(ranges)) {
      const name = toBlockName(file, block);
      if ((this.#refs.get(name)?.size ?? 0) >= size) continue;
      const pending = this.#pending.get(name);
      if (pending && !pending.isAborted) works.add(pending);
      else missing.push(block);
    }
    for (const run of groupBlocks(missing)) works.add(this.#start(file, run));
    const loaded = await Promise.all(Array.from(works, (work) => work.join(signal)));
    return new Map(loaded.flatMap((blocks) => [...blocks]));
  }

  /** Loads ranges as `load()`, and returns where they are; undefined if they do not fit into memory at the same time. */
  async loadRefs(
    file: BlockFile,
    ranges: readonly FileRange[],
    signal: AbortSignal,
  ): Promise<BlockRef[] | undefined> {
    const known = this.find(file, ranges);
    if (known) return known;
    await this.load(file, ranges, signal);
    return this.find(file, ranges);
  }

  /**
   * Returns the bytes of a range, whatever is evicted meanwhile.
   *
   * @throws as `load()`
   */
  async copy(
    file: BlockFile,
    [start, end]: FileRange,
    signal: AbortSignal,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const into = new Uint8Array(end - start);
    const missing: FileRange[] = [];
    for (const [from, to] of splitAtBlocks([[start, end]])) {
      const part = into.subarray(from - start, to - start);
      if (!this.#copyPart(file, from, part)) missing.push([from, to]);
    }
    if (missing.length === 0) return into;
    const loaded = await this.load(file, missing, signal);
    for (const [from, to] of missing) {
      const block = Math.floor(from / BLOCK_BYTES);
      const at = BLOCK_BYTES * block;
      into.set(loaded.get(block)!.subarray(from - at, to - at), from - start);
    }
    return into;
  }

  #copyPart(file: BlockFile, start: number, into: Uint8Array): boolean {
    const block = Math.floor(start / BLOCK_BYTES);
    const ref = this.#refs.get(toBlockName(file, block));
    const offset = start - BLOCK_BYTES * block;
    if (!ref || ref.size < offset + into.length) return false;
    return this.#pages.copy(ref, offset, into);
  }

  #start(file: BlockFile, run: BlockRun): SharedWork<LoadedBlocks> {
    const names = Array.from({ length: run.count }, (_, i) => toBlockName(file, run.first + i));
    const head = this.#copyHead(names[0]!);
    const work: SharedWork<LoadedBlocks> = new SharedWork(async (signal) => {
      try {
        const blocks = await readBlocks(file, { ...run, head }, { store: this.#store, signal });
        blocks.forEach((bytes, i) => this.#put(names[i]!, bytes));
        return new Map(blocks.map((bytes, i) => [run.first + i, bytes]));
      } finally {
        for (const name of names) if (this.#pending.get(name) === work) this.#pending.delete(name);
      }
    });
    for (const name of names) this.#pending.set(name, work);
    return work;
  }

  #copyHead(name: string): Uint8Array | undefined {
    const ref = this.#refs.get(name);
    if (!ref) return undefined;
    const head = new Uint8Array(ref.size);
    return this.#pages.copy(ref, 0, head) ? head : undefined;
  }

  #put(name: string, bytes: Uint8Array): void {
    const known = this.#refs.get(name);
    if (known) {
      if (known.size >= bytes.length) return;
      this.#refs.set(name, this.#pages.append(known, bytes.subarray(known.size)));
      return;
    }
    const page = this.#takePage();
    this.#names[page] = name;
    this.#refs.set(name, this.#pages.fill(page, bytes));
  }

  /** Evicts by second chance, like `Cache`. Readers that use all pages meanwhile must not keep it busy. */
  #takePage(): number {
    for (let spared = 0;; spared++) {
      const page = this.#next;
      this.#next = (page + 1) % this.#pages.count;
      const name = this.#names[page];
      if (name === undefined) return page;
      if (this.#pages.takeUsed(page) && spared < this.#pages.count) continue;
      this.#refs.delete(name);
      this.#pages.clear(page);
      return page;
    }
  }
}

/** Splits ranges where blocks begin. */
export function* splitAtBlocks(ranges: readonly FileRange[]): Generator<FileRange> {
  for (const [start, end] of ranges) {
    for (let from = start; from < end;) {
      const to = Math.min(end, from - from % BLOCK_BYTES + BLOCK_BYTES);
      yield [from, to];
      from = to;
    }
  }
}

/** Returns the blocks of ranges, and how many bytes at the start of each are needed. */
function listBlocks(ranges: readonly FileRange[]): Map<number, number> {
  const blocks = new Map<number, number>();
  for (const [from, to] of splitAtBlocks(ranges)) {
    const block = Math.floor(from / BLOCK_BYTES);
    blocks.set(block, Math.max(blocks.get(block) ?? 0, to - BLOCK_BYTES * block));
  }
  return blocks;
}
