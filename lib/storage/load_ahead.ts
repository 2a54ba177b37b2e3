/** Loads what is read bit by bit, of which each would wait for a remote source. */

import { type ByteRange, loadRanges, type PlanSlice } from "./read_plan.ts";
import type { Source } from "./source.ts";

/** Fewer bytes are loaded at once. */
const MAX_AT_ONCE = 2 ** 22;

/** Bytes of larger responses that are loaded ahead: they are for nothing if the client goes. */
const WINDOW_BYTES = 2 ** 20;

interface LoadedWindow {
  readonly start: number;
  readonly end: number;
  readonly loaded: Promise<void>;
}

/** Positions are those of bytes in the ranges, one after the other. */
export class LoadAhead {
  readonly #ranges: readonly ByteRange[];
  readonly #signal: AbortSignal | undefined;
  readonly #size: number;
  readonly #windowSize: number;
  #windows: LoadedWindow[] = [];
  #loadedTo = 0;
  /** The first range that is not loaded, and how much of it is. */
  #next = { index: 0, offset: 0 };

  /** @param signal aborts when the bytes are no longer needed */
  constructor(ranges: readonly ByteRange[], signal?: AbortSignal) {
    this.#ranges = ranges;
    this.#signal = signal;
    this.#size = ranges.reduce((sum, { size }) => sum + size, 0);
    this.#windowSize = this.#size <= MAX_AT_ONCE ? MAX_AT_ONCE : WINDOW_BYTES;
  }

  /** Resolves when the bytes before `end` were loaded, and starts to load those after them. Reading them reports errors. */
  async prepare(end: number): Promise<void> {
    const ahead = Math.min(this.#size, end + this.#windowSize / 2);
    while (this.#loadedTo < ahead) this.#loadNext();
    const needed = this.#windows.filter(({ start }) => start < end);
    this.#windows = this.#windows.filter((window) => window.end > end);
    await Promise.all(needed.map(({ loaded }) => loaded));
  }

  #loadNext(): void {
    const start = this.#loadedTo;
    const ranges = this.#takeRanges(this.#windowSize);
    this.#loadedTo += ranges.reduce((sum, { size }) => sum + size, 0);
    const loaded = loadRanges(ranges, this.#signal).catch(() => {}); // reads report the error
    this.#windows.push({ start, end: this.#loadedTo, loaded });
  }

  #takeRanges(maxBytes: number): ByteRange[] {
    const taken: ByteRange[] = [];
    let left = maxBytes;
    while (left > 0 && this.#next.index < this.#ranges.length) {
      const { index, offset } = this.#next;
      const range = this.#ranges[index]!;
      const size = Math.min(left, range.size - offset);
      taken.push({ source: range.source, offset: range.offset + offset, size });
      left -= size;
      const isWhole = offset + size === range.size;
      this.#next = isWhole ? { index: index + 1, offset: 0 } : { index, offset: offset + size };
    }
    return taken;
  }
}

/** Returns undefined if it would not help. */
export function createLoadAhead(
  ranges: readonly ByteRange[],
  getSignal: () => AbortSignal | undefined,
): LoadAhead | undefined {
  return ranges.some(({ source }) => source.load) ? new LoadAhead(ranges, getSignal()) : undefined;
}

/** Returns a function that resolves when the ranges of a slice were loaded; undefined if it would not help. */
export function createSlicesAhead(
  slices: readonly PlanSlice[],
  { start, end }: { readonly start: number; readonly end: number },
  getSignal: () => AbortSignal | undefined,
): ((index: number) => Promise<void>) | undefined {
  if (!slices.some(({ plan }) => plan.ranges[0]?.source.load)) return undefined;
  const ranges: ByteRange[] = [];
  let [position, size] = [0, 0];
  const ends = slices.map((slice) => {
    const isNeeded = position < end && position + slice.size > start;
    position += slice.size;
    for (const range of isNeeded ? slice.plan.ranges : []) {
      ranges.push(range);
      size += range.size;
    }
    return size;
  });
  const ahead = new LoadAhead(ranges, getSignal());
  return (index) => ahead.prepare(ends[index]!);
}

export interface BytePlace {
  readonly offset: number;
  readonly size: number;
}

/**
 * Loads what several readers of sources are about to read, at the same time where sources can.
 *
 * @param locate returns the bytes that a reader needs
 * @throws as `read()` of a source, and what `locate` rejects with
 */
export async function loadTogether<Reader extends { readonly source: Source }>(
  readers: readonly Reader[],
  locate: (reader: Reader) => Promise<readonly BytePlace[]>,
): Promise<void> {
  const bySource = Map.groupBy(readers, ({ source }) => source);
  await Promise.all(Array.from(bySource, async ([source, readers]) => {
    if (!source.load) return;
    const places = await Promise.all(readers.map(locate));
    await source.load(places.flat());
  }));
}
