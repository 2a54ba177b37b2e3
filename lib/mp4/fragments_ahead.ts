/** Loads fragments of a remote file ahead: their boxes name no other, so that each would take a round trip. */

import { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBytes, type Source } from "../storage/source.ts";
import { MFRO_SIZE, readMfra, readMfro, readSidx } from "./fragment_offsets.ts";
import { MAX_TAIL } from "./top_level.ts";

/** Fragments that are loaded at the same time, a few of them by each call: a source may join what it has to load by one. */
const MAX_AT_ONCE = 64;
const MAX_PER_LOAD = 16;

/** More than most moofs have. */
const LOADED_SIZE = 2 ** 13;

/** As much as is loaded at the end of a file anyway. It has all of the index. */
const END_SIZE = MAX_TAIL;

/** In bytes, of an index. */
const MAX_INDEX_SIZE = 2 ** 21;

export class FragmentsAhead {
  readonly #source: Source;
  /** Ascending; undefined as long as no index was found. */
  #offsets: readonly number[] | undefined;
  readonly #positions = new Map<number, number>();
  #loadedTo = 0;
  #hasReadEnd = false;

  constructor(source: Source) {
    this.#source = source;
  }

  /** @param body of a sidx, which ends at `end` in the file */
  addSidx(body: Uint8Array, end: number): void {
    if (!this.#offsets) this.#add(() => readSidx(new ByteReader(body), end));
  }

  /**
   * Reads the index at the end of the file unless there was one before.
   *
   * @throws MediaError of the source
   */
  async readEnd(): Promise<void> {
    const { size } = this.#source;
    if (this.#offsets || this.#hasReadEnd || size < MFRO_SIZE) return;
    this.#hasReadEnd = true;
    const start = Math.max(0, size - END_SIZE);
    await this.#source.load?.([{ offset: start, size: size - start }]);
    const end = await readBytes(this.#source, size - MFRO_SIZE, MFRO_SIZE);
    const mfra = readMfro(new ByteReader(end)) ?? 0;
    if (mfra <= MFRO_SIZE || mfra > Math.min(size, MAX_INDEX_SIZE)) return;
    const box = await readBytes(this.#source, size - mfra, mfra);
    this.#add(() => readMfra(new ByteReader(box.subarray(8))));
  }

  #add(read: () => number[]): void {
    const offsets = readIfValid(read);
    if (offsets.length === 0) return;
    const { size } = this.#source;
    this.#offsets = [...new Set(offsets)].filter((offset) => offset < size).sort((a, b) => a - b);
    for (const [i, offset] of this.#offsets.entries()) this.#positions.set(offset, i);
  }

  /**
   * Loads fragments from `offset` on. Returns undefined if they are loaded, or no index names them.
   *
   * @throws MediaError of the source
   */
  load(offset: number): Promise<unknown> | undefined {
    const first = this.#positions.get(offset) ?? -1;
    if (first < this.#loadedTo) return undefined;
    this.#loadedTo = first + MAX_AT_ONCE;
    const places = this.#offsets!.slice(first, this.#loadedTo).map((offset) => ({
      offset,
      size: Math.min(LOADED_SIZE, this.#source.size - offset),
    }));
    const parts = Array.from(
      { length: Math.ceil(places.length / MAX_PER_LOAD) },
      (_, i) => places.slice(MAX_PER_LOAD * i, MAX_PER_LOAD * (i + 1)),
    );
    return Promise.all(parts.map((part) => this.#source.load?.(part)));
  }
}

/** Returns nothing for an index that is broken: the boxes themselves are read in any case. */
function readIfValid(read: () => number[]): number[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof MediaError) return [];
    throw error;
  }
}
