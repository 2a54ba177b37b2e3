/** What was read of remote files, so that packages of them are made by the same synchronous reads as of local ones. */

import { MediaError } from "../errors.ts";
import { copyToTemporary } from "../origins/temporary_copy.ts";
import { readBytes, type Source } from "../storage/source.ts";

/** In bytes. What is read is loaded in whole blocks. */
const BLOCK_SIZE = 2 ** 14;

/** Bytes that are loaded after those that were missing, doubled with each time. */
const MIN_AHEAD = 2 ** 15;
const MAX_AHEAD = 2 ** 20;

/** A file of which bytes were missing more often is copied: work that reads most of it would start again and again. */
const MAX_MISSES = 24;

interface Range {
  readonly start: number;
  readonly end: number;
}

/** A file that remembers what is read of it. */
export class RememberedSource implements Source {
  readonly synchronous = false;
  /** Reads the same bytes synchronously, and fails with a MediaError where they are not known. */
  readonly now: Source;
  readonly #source: Source;
  /** By number. */
  readonly #blocks = new Map<number, Uint8Array>();
  #missing: Range[] = [];
  #misses = 0;
  #copy: Source | undefined;

  constructor(source: Source) {
    this.#source = source;
    const { name, size, etag } = source;
    const read = (offset: number, into: Uint8Array) => this.#readNow(offset, into);
    this.now = { name, size, etag, synchronous: true, read, close() {} };
  }

  get name(): string {
    return this.#source.name;
  }

  get size(): number {
    return this.#source.size;
  }

  get etag(): string | undefined {
    return this.#source.etag;
  }

  /** The file itself, to read all of it once. */
  get original(): Source {
    return this.#copy ?? this.#source;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    const range = { start: offset, end: offset + into.length };
    if (range.end > this.size) return await this.#source.read(offset, into); // fails
    await this.#load(range);
    this.#copyBlocks(offset, into);
  }

  /**
   * Loads what was missing since the last call. Returns false if that is nothing.
   *
   * @throws MediaError of the source
   */
  async loadMissing(): Promise<boolean> {
    const missing = this.#missing;
    this.#missing = [];
    if (missing.length === 0) return false;
    const ahead = Math.min(MAX_AHEAD, MIN_AHEAD * 2 ** this.#misses++);
    if (this.#misses > MAX_MISSES) {
      this.#copy ??= await copyToTemporary(this.#source);
      this.#blocks.clear();
    } else {
      const toLoaded = ({ start, end }: Range) => ({
        start,
        end: Math.min(this.size, end + ahead),
      });
      await Promise.all(missing.map((range) => this.#load(toLoaded(range))));
    }
    return true;
  }

  /** Loads missing blocks, neighbors in one read. */
  async #load({ start, end }: Range): Promise<void> {
    const runs: { first: number; end: number }[] = [];
    const last = Math.ceil(end / BLOCK_SIZE);
    for (let block = Math.floor(start / BLOCK_SIZE); block < last; block++) {
      if (this.#blocks.has(block)) continue;
      const run = runs.at(-1);
      if (run?.end === block) run.end++;
      else runs.push({ first: block, end: block + 1 });
    }
    await Promise.all(runs.map(async ({ first, end }) => {
      const offset = BLOCK_SIZE * first;
      const size = Math.min(this.size, BLOCK_SIZE * end) - offset;
      const bytes = await readBytes(this.#source, offset, size);
      for (let block = first; block < end; block++) {
        const at = BLOCK_SIZE * (block - first);
        this.#blocks.set(block, bytes.subarray(at, at + BLOCK_SIZE));
      }
    }));
  }

  #readNow(offset: number, into: Uint8Array): void | Promise<void> {
    if (this.#copy) return this.#copy.read(offset, into);
    const range = { start: offset, end: offset + into.length };
    if (range.end > this.size) throw this.#createError(`the file ends at ${this.size}`);
    if (this.#hasAll(range)) return this.#copyBlocks(offset, into);
    this.#missing.push(range);
    throw this.#createError("they are not loaded");
  }

  #createError(why: string): MediaError {
    return new MediaError(`Cannot read bytes of this file: ${why}`, "MEDIA_READ").inFile(this.name);
  }

  #hasAll({ start, end }: Range): boolean {
    for (let block = Math.floor(start / BLOCK_SIZE); BLOCK_SIZE * block < end; block++) {
      if (!this.#blocks.has(block)) return false;
    }
    return true;
  }

  #copyBlocks(offset: number, into: Uint8Array): void {
    for (let at = 0; at < into.length;) {
      const block = Math.floor((offset + at) / BLOCK_SIZE);
      const from = offset + at - BLOCK_SIZE * block;
      const part = this.#blocks.get(block)!.subarray(from, from + into.length - at);
      into.set(part, at);
      at += part.length;
    }
  }

  close(): void {
    this.#copy?.close();
    this.#source.close();
  }
}

/**
 * Repeats work that reads `now` of the listed sources until nothing was missing. What it returns, or fails with, before that does not count.
 *
 * @throws MediaError of a source, and as the work
 */
export async function withRemembered<T>(
  list: () => readonly RememberedSource[],
  work: () => Promise<T>,
): Promise<T> {
  const loadMissing = async () => {
    const loaded = await Promise.all(list().map((source) => source.loadMissing()));
    return loaded.includes(true);
  };
  for (;;) {
    try {
      const result = await work();
      if (!await loadMissing()) return result;
    } catch (error) {
      if (!await loadMissing()) throw error;
    }
  }
}
