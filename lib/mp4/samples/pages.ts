/** Pages of a moov on a source that is not synchronous: loaded on demand, in bounded memory. */

import type { Source } from "../../storage/source.ts";

export const PAGE_SIZE = 2 ** 14;
const MAX_READ_SIZE = 2 ** 20;
const MAX_READ_AHEAD = 2 ** 17;

/** A function that is retried more often passes through its tables: it loads twice as much with each retry. */
const MAX_SINGLE_RETRIES = 12;

/** Limit unless the pages are held. */
const MAX_RESIDENT_PAGES = 2 ** 20 / PAGE_SIZE;

type Range = readonly [start: number, end: number];

/** Thrown by a synchronous lookup of rows that are not loaded: see `withPages()`. */
export class MissingPages extends Error {
  /** Ranges of the file that are needed after the rows, and loaded at the same time where the source can. */
  samples: readonly Range[] = [];

  /** @param ranges whole pages of the moov, ascending */
  constructor(readonly pages: Pages, readonly ranges: readonly Range[]) {
    super(`Cannot look up bytes ${ranges.join(" and ")} of a moov before they are loaded`);
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
    const missing = this.#findMissing(start, end);
    if (missing) throw new MissingPages(this, [missing]);
  }

  /** Requires all ranges at the same time. */
  requireAll(ranges: readonly Range[]): void {
    const missing = ranges.flatMap(([start, end]) => {
      const pages = this.#findMissing(start, end);
      return pages ? [pages] : [];
    });
    if (missing.length === 0) return;
    throw new MissingPages(this, missing.sort((a, b) => a[0] - b[0]));
  }

  /** Makes the pages of the range the most recently used. */
  #findMissing(start: number, end: number): Range | undefined {
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
    return missing < 0 ? undefined : [PAGE_SIZE * missing, PAGE_SIZE * missingEnd];
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
   * Loads what is missing of ranges, and some pages after each if the pages before it are resident. Reads are sequential, so that
   * no page is read twice; what the source loads ahead of them is not.
   *
   * @param ahead minimum bytes after each range
   * @throws MediaError of the source; the reason of `signal`, which the source may notice while it loads ahead
   */
  async load(
    { ranges, samples }: Pick<MissingPages, "ranges" | "samples">,
    ahead = 0,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#loadAhead({ ranges, samples }, ahead, signal);
    const loading = this.#lastLoad.then(() => this.#loadMissing(ranges, ahead));
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

  async #loadAhead(
    { ranges, samples }: Pick<MissingPages, "ranges" | "samples">,
    ahead: number,
    signal?: AbortSignal,
  ): Promise<void> {
    if (!this.#source.load) return;
    const pages = this.#planReads(ranges, ahead)
      .map(([first, end]) => this.#toFileRange(first, end));
    const needed = samples.map(([start, end]) => ({ offset: start, size: end - start }));
    await this.#source.load([...pages, ...needed], signal);
  }

  async #loadMissing(ranges: readonly Range[], ahead: number): Promise<void> {
    const runs = this.#planReads(ranges, ahead);
    await Promise.all(runs.map(([first, end]) => this.#read(first, end)));
  }

  /** Returns the numbers of pages to read, as ranges of at most `MAX_READ_SIZE`. */
  #planReads(ranges: readonly Range[], minAhead: number): Range[] {
    const planned = new Set<number>();
    for (const [start, end] of ranges) {
      const first = Math.floor(start / PAGE_SIZE);
      const ahead = Math.max(minAhead, this.#computeReadAhead(first));
      const last = Math.ceil(Math.min(this.#size, end + ahead) / PAGE_SIZE);
      for (let number = first; number < last; number++) {
        if (!this.#pages.has(number)) planned.add(number);
      }
    }
    const runs: [number, number][] = [];
    for (const number of [...planned].sort((a, b) => a - b)) {
      const run = runs.at(-1);
      if (run?.[1] === number && number - run[0] < MAX_READ_SIZE / PAGE_SIZE) run[1]++;
      else runs.push([number, number + 1]);
    }
    return runs;
  }

  /** Doubles with each load of consecutive pages. */
  #computeReadAhead(first: number): number {
    let before = 0;
    while (before < MAX_READ_AHEAD / PAGE_SIZE && this.#pages.has(first - 1 - before)) before++;
    return PAGE_SIZE * before;
  }

  #toFileRange(first: number, end: number): { offset: number; size: number } {
    const offset = PAGE_SIZE * first;
    return { offset: this.#offset + offset, size: Math.min(this.#size, PAGE_SIZE * end) - offset };
  }

  async #read(first: number, end: number): Promise<void> {
    const { offset, size } = this.#toFileRange(first, end);
    const bytes = new Uint8Array(size);
    await this.#source.read(offset, bytes);
    this.add(PAGE_SIZE * first, bytes);
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
    if (error instanceof MissingPages) return loadAndRetry(error, compute);
    throw error;
  }
}

/**
 * Continues as `withPages()` when `compute` has missed pages.
 *
 * @throws also the reason of `signal`, which aborts when the result is no longer needed
 */
export async function loadAndRetry<T>(
  missing: MissingPages,
  compute: () => T | Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const held = new Set<Pages>();
  try {
    for (let retries = 0;; retries++) {
      const { pages } = missing;
      if (!held.has(pages)) pages.hold();
      held.add(pages);
      const doublings = retries - MAX_SINGLE_RETRIES;
      await pages.load(missing, doublings < 0 ? 0 : PAGE_SIZE * 2 ** doublings, signal);
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
