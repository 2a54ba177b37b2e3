/** Reads blocks of files that are not in memory: from the disk cache, or from the origin. */

import { BLOCK_BYTES } from "./shared_pages.ts";

/** A version of a file, of which blocks are cached. */
export interface BlockFile {
  /** Identifies origin, path and version. */
  readonly key: string;
  readonly size: number;
  /** True if the key differs for any other content: blocks may be kept on disk. */
  readonly isStorable: boolean;
  /** Reads the bytes `[start, end)` from the origin. */
  read(start: number, end: number, signal: AbortSignal): Promise<Uint8Array>;
}

/** Keeps blocks by name. Methods do not fail: what cannot be read is missing. */
export interface BlockStore {
  get(name: string): Promise<Uint8Array | undefined>;
  /**
   * Reads a block at once. Returns its size; 0 if it is missing; undefined if it takes a while, as `get()` says.
   *
   * @param allocate called with the size if the block seems to be there; returns what is filled, of undefined content if the result is 0
   */
  getNow(name: string, allocate: (size: number) => Uint8Array): number | undefined;
  put(name: string, bytes: Uint8Array): void;
}

export interface BlockRun {
  readonly first: number;
  readonly count: number;
  /** Bytes at the start of the first block that are known. */
  readonly head?: Uint8Array | undefined;
  /** The store has none of the blocks. */
  readonly isMissing?: boolean;
}

/** Longer runs are several requests, since a response is in memory until it is complete. */
const MAX_RUN_BLOCKS = 32;

const NOTHING = new Uint8Array(0);

export function toBlockName({ key }: BlockFile, block: number): string {
  return `${key}\n${block}`;
}

/** Returns the bytes of the file that are in a block. */
export function getBlockSize({ size }: Pick<BlockFile, "size">, block: number): number {
  return Math.min(BLOCK_BYTES, size - BLOCK_BYTES * block);
}

/**
 * Groups blocks that follow each other. Those with another block between them are further apart than the 64 KiB that are worth
 * reading.
 *
 * @param blocks in any order, without duplicates
 */
export function groupBlocks(blocks: readonly number[]): BlockRun[] {
  const runs: { first: number; count: number }[] = [];
  let last: { first: number; count: number } | undefined;
  for (const block of blocks.toSorted((a, b) => a - b)) {
    if (last && block === last.first + last.count && last.count < MAX_RUN_BLOCKS) last.count++;
    else runs.push(last = { first: block, count: 1 });
  }
  return runs;
}

/**
 * Returns the bytes of each block of a run. What the store lacks is requested from the origin at the same time, and stored.
 *
 * @throws errors of the file
 */
export async function readBlocks(
  file: BlockFile,
  run: BlockRun,
  { store, signal }: { readonly store?: BlockStore | undefined; readonly signal: AbortSignal },
): Promise<Uint8Array[]> {
  const blocks = Array.from({ length: run.count }, (_, i) => run.first + i);
  const kept = file.isStorable ? store : undefined;
  const known: (Uint8Array | undefined)[] = run.isMissing ? [] : await Promise.all(
    blocks.map((block) => kept?.get(toBlockName(file, block))),
  );
  signal.throwIfAborted();
  if (run.head && run.head.length > (known[0]?.length ?? 0)) known[0] = run.head;
  const missing = blocks.filter((block, i) => known[i]?.length !== getBlockSize(file, block));
  await Promise.all(
    groupBlocks(missing).map(async (part) => {
      const head = known[part.first - run.first] ?? NOTHING;
      const start = BLOCK_BYTES * part.first;
      const end = Math.min(file.size, start + BLOCK_BYTES * part.count);
      const bytes = await file.read(start + head.length, end, signal);
      splitBlocks(head, bytes).forEach((block, i) => {
        known[part.first - run.first + i] = block;
        kept?.put(toBlockName(file, part.first + i), block);
      });
    }),
  );
  return known.map((block) => block!);
}

/** Copies no more than the block that has a head. */
function splitBlocks(head: Uint8Array, bytes: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  let at = 0;
  if (head.length > 0) {
    at = Math.min(bytes.length, BLOCK_BYTES - head.length);
    const first = new Uint8Array(head.length + at);
    first.set(head);
    first.set(bytes.subarray(0, at), head.length);
    blocks.push(first);
  }
  for (; at < bytes.length; at += BLOCK_BYTES) blocks.push(bytes.subarray(at, at + BLOCK_BYTES));
  return blocks;
}
