/** Pages of a moov on a source that is not synchronous: loaded on demand, in bounded memory. */

import type { Source } from "../../storage/source.ts";

export const PAGE_SIZE = 2 ** 14;
const MAX_READ_SIZE = 2 ** 20;
const MAX_READ_AHEAD = 2 ** 17;

/** A function that is retried more often passes through its tables: it loads twice as much with each retry. */
const MAX_SINGLE_RETRIES = 12;

/** Limit unless the pages are held. */
const MAX_RESIDENT_PAGES = 2 ** 20 / PAGE_SIZE;

/** Thrown by a synchronous lookup of rows that are not loaded: see `withPages()`. */
export class MissingPages extends Error {
  constructor(readonly pages: Pages, readonly start: number, readonly end: number) {
    super(`Cannot look up bytes ${start} to ${end} of a moov before they are loaded`);
  }
}

/** Methods throw `MissingPages`. */
export class Pages {
  readonly #source: Source;
  readonly #offset: number;
  readonly #size: number;
  /** By number; the least recently used comes first. */
  readonly #pages = new Map<number, Uint8Array>();
  #holders = 0;
  #lastLoad: Promise<unknown> = Promise.resolve();

  constructor(source: Source, offset: number, size: number) {
    this.#source = source;
    this.#offset = offset;
    this.#size = size;
  }

  get residentBytes(): number {
    return PAGE_SIZE * this.#pages.size;
  }

  /** Returns the bounds of the pages that contain a range. */
  bounds(start: number, end: number): { start: number; end: number } {
    return {
      start: start - start % PAGE_SIZE,
      end: Math.min(this.#size, PAGE_SIZE * Math.ceil(end / PAGE_SIZE)),
    };
  }

  require(start: number, end: number): void {
    let missing = -1;
    let missingEnd = -1;
    for (let number = Math.floor(start / PAGE_SIZE); PAGE_SIZE * number < end; number++) {
      const page = this.#pages.get(number);
      if (page) {
        this.#pages.delete(number);
        this.#pages.set(number, page);
      } else {
        if (missing < 0) missing = number;
        missingEnd = number + 1;
      }
    }
    if (missing >= 0) throw new MissingPages(this, PAGE_SIZE * missing, PAGE_SIZE * missingEnd);
  }

  copy(start: number, into: Uint8Array): void {
    this.require(start, start + into.length);
    for (let at = 0; at < into.length;) {
      const number = Math.floor((start + at) / PAGE_SIZE);
      const from = start + at - PAGE_SIZE * number;
      const rows = this.#pages.get(number)!.subarray(from, from + into.length - at);
      into.set(rows, at);
      at += rows.length;
    }
  }

  /**
   * Loads what is missing of a range, and some pages after it if the pages before it are resident. Loads are sequential, so that
   * no page is read twice.
   *
   * @param ahead minimum bytes after the range
   * @throws MediaError of the source
   */
  async load(start: number, end: number, ahead = 0): Promise<void> {
    const loading = this.#lastLoad.then(() => this.#loadMissing(start, end, ahead));
    this.#lastLoad = loading.catch(() => {}); // its caller gets the error
    await loading;
  }

  /** Retains all pages until `release()` is called as often. */
  hold(): void {
    this.#holders++;
  }

  release(): void {
    if (--this.#holders > 0) return;
    for (const number of this.#pages.keys()) {
      if (this.#pages.size <= MAX_RESIDENT_PAGES) return;
      this.#pages.delete(number);
    }
  }

  async #loadMissing(start: number, end: number, minAhead: number): Promise<void> {
    const first = Math.floor(start / PAGE_SIZE);
    const ahead = Math.max(minAhead, this.#computeReadAhead(first));
    const last = Math.ceil(Math.min(this.#size, end + ahead) / PAGE_SIZE);
    for (let number = first; number < last; number++) {
      if (this.#pages.has(number)) continue;
      let next = number + 1;
      const max = Math.min(last, number + MAX_READ_SIZE / PAGE_SIZE);
      while (next < max && !this.#pages.has(next)) next++;
      await this.#read(number, next);
      number = next - 1;
    }
  }

  /** Doubles with each load of consecutive pages. */
  #computeReadAhead(first: number): number {
    let before = 0;
    while (before < MAX_READ_AHEAD / PAGE_SIZE && this.#pages.has(first - 1 - before)) before++;
    return PAGE_SIZE * before;
  }

  async #read(first: number, end: number): Promise<void> {
    const offset = PAGE_SIZE * first;
    const bytes = new Uint8Array(Math.min(this.#size, PAGE_SIZE * end) - offset);
    await this.#source.read(this.#offset + offset, bytes);
    this.add(offset, bytes);
  }

  /** Adds whole pages. */
  add(start: number, bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += PAGE_SIZE) {
      this.#pages.set((start + at) / PAGE_SIZE, bytes.slice(at, at + PAGE_SIZE)); // a copy, so that each can be released
    }
  }
}

/**
 * Calls a synchronous function, which may look up samples, until all pages that it needs are loaded. It must have no effect before
 * it returns. Returns no promise if nothing was missing.
 *
 * @throws MediaError of the source, and as `compute`
 */
export function withPages<T>(compute: () => T): T | Promise<T> {
  try {
    return compute();
  } catch (error) {
    return retryWithPages(error, compute);
  }
}

/** Continues as `withPages()` after an error of `compute`, which is thrown again unless pages are missing. */
export function retryWithPages<T>(
  error: unknown,
  compute: () => T | Promise<T>,
): Promise<T> {
  if (error instanceof MissingPages) return loadAndRetry(error, compute);
  throw error;
}

async function loadAndRetry<T>(
  missing: MissingPages,
  compute: () => T | Promise<T>,
): Promise<T> {
  const held = new Set<Pages>();
  try {
    for (let retries = 0;; retries++) {
      const { pages, start, end } = missing;
      if (!held.has(pages)) pages.hold();
      held.add(pages);
      const doublings = retries - MAX_SINGLE_RETRIES;
      await pages.load(start, end, doublings < 0 ? 0 : PAGE_SIZE * 2 ** doublings);
      try {
        return await compute();
      } catch (error) {
        if (!(error instanceof MissingPages)) throw error;
        missing = error;
      }
    }
  } finally {
    for (const pages of held) pages.release();
  }
}
