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
type LoadingWork = SharedWork<LoadedBlocks>;

interface LackingBlocks {
  /** Requests in progress. */
  readonly pending: ReadonlySet<LoadingWork>;
  /** Bytes that are needed by block. */
  readonly blocks: ReadonlyMap<number, number>;
}

const NOTHING = new Uint8Array(0);

export class BlockCache {
  readonly #pages: SharedPages;
  readonly #store: BlockStore | undefined;
  readonly #refs = new Map<string, PageRef>();
  /** Names of blocks by page. */
  readonly #names: (string | undefined)[] = [];
  readonly #pending = new Map<string, LoadingWork>();
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
  load(
    file: BlockFile,
    ranges: readonly FileRange[],
    signal: AbortSignal,
  ): Promise<LoadedBlocks> {
    const { pending, blocks } = this.#listLacking(file, ranges);
    return this.#join(pending, this.#start(file, groupBlocks([...blocks.keys()])), signal);
  }

  /**
   * Loads ranges as `load()`, and returns where they are; undefined if they do not fit into memory at the same time. Returns no promise
   * for what is in memory, or on a disk that is fast.
   */
  loadRefs(
    file: BlockFile,
    ranges: readonly FileRange[],
    signal: AbortSignal,
  ): BlockRef[] | undefined | Promise<BlockRef[] | undefined> {
    const { pending, blocks } = this.#listLacking(file, ranges);
    const lacking = { missing: [] as number[], slow: [] as number[] };
    for (const [block, size] of blocks) {
      const result = this.#takeStored(file, block, size);
      if (result !== "found") lacking[result].push(block);
    }
    const missing = groupBlocks(lacking.missing).map((run) => ({ ...run, isMissing: true }));
    const runs = [...missing, ...groupBlocks(lacking.slow)];
    if (pending.size + runs.length === 0) return this.find(file, ranges);
    return this.#join(pending, this.#start(file, runs), signal)
      .then(() => this.find(file, ranges));
  }

  /** Returns what is not in memory of ranges. */
  #listLacking(file: BlockFile, ranges: readonly FileRange[]): LackingBlocks {
    const pending = new Set<LoadingWork>();
    const blocks = new Map<number, number>();
    for (const [block, size] of listBlocks(ranges)) {
      const name = toBlockName(file, block);
      if ((this.#refs.get(name)?.size ?? 0) >= size) continue;
      const work = this.#pending.get(name);
      if (work && !work.isAborted) pending.add(work);
      else blocks.set(block, size);
    }
    return { pending, blocks };
  }

  /** Reads a block from a fast disk into a page. */
  #takeStored(file: BlockFile, block: number, needed: number): "found" | "missing" | "slow" {
    if (!file.isStorable || !this.#store) return "missing";
    const name = toBlockName(file, block);
    let page: number | undefined;
    const size = this.#store.getNow(name, (size) => {
      const known = this.#refs.get(name);
      if (known && known.size >= size) return NOTHING;
      page = known?.page ?? this.#takePage();
      this.#refs.delete(name);
      this.#names[page] = undefined;
      return this.#pages.open(page).subarray(0, size);
    });
    if (size === undefined) return "slow";
    if (page !== undefined && size > 0) {
      this.#names[page] = name;
      this.#refs.set(name, this.#pages.publish(page, size));
    }
    return size < needed ? "missing" : "found";
  }

  async #join(
    pending: Iterable<LoadingWork>,
    started: readonly LoadingWork[],
    signal: AbortSignal,
  ): Promise<LoadedBlocks> {
    const works = [...pending, ...started];
    const loaded = await Promise.all(works.map((work) => work.join(signal)));
    return new Map(loaded.flatMap((blocks) => [...blocks]));
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

  #start(file: BlockFile, runs: readonly BlockRun[]): LoadingWork[] {
    return runs.map((run) => this.#startRun(file, run));
  }

  #startRun(file: BlockFile, run: BlockRun): LoadingWork {
    const names = Array.from({ length: run.count }, (_, i) => toBlockName(file, run.first + i));
    const head = this.#copyHead(names[0]!);
    const work: LoadingWork = new SharedWork(async (signal) => {
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
