/** Where samples lie: chunks, and how many samples each holds (14496-12 §8.7.4, §8.7.5). */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readVersion } from "./box.ts";
import { lastNotAbove } from "./run_lengths.ts";
import { takeTable } from "./sample_sizes.ts";

/** Runs of stsc from one checkpoint to the next. */
const STRIDE = 64;

/** Offsets of chunks, as in stco or co64. */
export interface ChunkOffsets {
  readonly count: number;
  /** Bytes from the start of the file; `chunk` counts from 0. */
  at(chunk: number): number;
}

/** A chunk, and which samples are in it. */
export interface Chunk {
  /** Number of the chunk, from 0. */
  chunk: number;
  /** The samples from `first` up to, not with, `end`. */
  first: number;
  end: number;
  /** Run of stsc, from 0. */
  run: number;
}

/** Which chunk a sample is in, and with which description. Kept as the file's own bytes. */
export class Chunks {
  readonly #stsc: DataView;
  readonly #runs: number;
  readonly #firsts: Float64Array;
  readonly #descriptionFirsts: number[] = [];
  readonly #descriptions: number[] = [];

  /**
   * @param stsc the table's rows of 12 bytes
   * @param samples that the chunks have to hold
   * @param entries of the sample description
   * @throws MediaError when the runs contradict each other, or hold fewer samples
   */
  constructor(
    stsc: Uint8Array,
    readonly offsets: ChunkOffsets,
    readonly samples: number,
    entries: number,
  ) {
    this.#stsc = new DataView(stsc.buffer, stsc.byteOffset, stsc.byteLength);
    this.#runs = stsc.length / 12;
    this.#firsts = new Float64Array(Math.ceil(this.#runs / STRIDE));
    const held = samples > 0 ? this.#scan(entries) : 0;
    if (held < samples) {
      throw new MediaError(`Cannot find ${samples} samples in chunks of ${held}`);
    }
  }

  /** The chunk that sample `index` is in. */
  chunkOf(index: number): Chunk {
    const checkpoint = Math.max(0, lastNotAbove(this.#firsts, index));
    let run = checkpoint * STRIDE;
    let first = this.#firsts[checkpoint]!;
    while (run + 1 < this.#runs && first + this.#samplesOf(run) <= index) {
      first += this.#samplesOf(run++);
    }
    const perChunk = this.#perChunk(run);
    const ahead = Math.floor((index - first) / perChunk);
    const start = first + ahead * perChunk;
    return { chunk: this.#firstChunk(run) + ahead, first: start, end: start + perChunk, run };
  }

  /** Moves to the chunk behind. */
  pass(at: Chunk): void {
    at.chunk++;
    while (at.run + 1 < this.#runs && this.#firstChunk(at.run + 1) <= at.chunk) at.run++;
    at.first = at.end;
    at.end += this.#perChunk(at.run);
  }

  description(index: number): number {
    return this.#descriptions[lastNotAbove(this.#descriptionFirsts, index)] ?? 0;
  }

  descriptionEnd(index: number): number {
    const next = this.#descriptionFirsts[lastNotAbove(this.#descriptionFirsts, index) + 1];
    return Math.min(next ?? this.samples, this.samples);
  }

  #firstChunk(run: number): number {
    return this.#stsc.getUint32(12 * run) - 1;
  }

  #perChunk(run: number): number {
    return this.#stsc.getUint32(12 * run + 4);
  }

  /** Samples of a run; runs past the last chunk hold none. */
  #samplesOf(run: number): number {
    const count = this.offsets.count;
    const end = run + 1 < this.#runs ? Math.min(this.#firstChunk(run + 1), count) : count;
    return Math.max(0, end - this.#firstChunk(run)) * this.#perChunk(run);
  }

  /** Checks every run, sets the checkpoints; gives back how many samples there is room for. */
  #scan(entries: number): number {
    let held = 0;
    for (let run = 0; run < this.#runs; run++) {
      this.#checkRun(run, entries);
      if (run % STRIDE === 0) this.#firsts[run / STRIDE] = held;
      const description = this.#stsc.getUint32(12 * run + 8) - 1;
      const samples = this.#samplesOf(run);
      if (description !== this.#descriptions.at(-1) && samples > 0) {
        this.#descriptions.push(description);
        this.#descriptionFirsts.push(held);
      }
      held += samples;
    }
    return held;
  }

  #checkRun(run: number, entries: number): void {
    const first = this.#firstChunk(run);
    const last = run > 0 ? this.#firstChunk(run - 1) : -1;
    if (run === 0 ? first !== 0 : first <= last) {
      throw new MediaError(`Cannot read a run from chunk ${first + 1} on behind ${last + 1}`);
    }
    if (this.#perChunk(run) === 0) {
      throw new MediaError(`Cannot read chunk ${first + 1}: it holds no samples`);
    }
    const description = this.#stsc.getUint32(12 * run + 8);
    if (description === 0 || description > entries) {
      throw new MediaError(`Cannot find sample description ${description} of ${entries}`);
    }
  }
}

/** Sample To Chunk (14496-12 §8.7.4): its rows. In stbl. */
export function readStsc(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return takeTable(r, r.u32(), 12);
}

/** Chunk Offset (14496-12 §8.7.5). In stbl. */
export function readStco(r: ByteReader): ChunkOffsets {
  readVersion(r, 0);
  const count = r.u32();
  const bytes = takeTable(r, count, 4);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { count, at: (chunk) => view.getUint32(4 * chunk) };
}

/** Chunk Large Offset (14496-12 §8.7.5). In stbl. */
export function readCo64(r: ByteReader): ChunkOffsets {
  readVersion(r, 0);
  const count = r.u32();
  const bytes = takeTable(r, count, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    count,
    at: (chunk) => view.getUint32(8 * chunk) * 2 ** 32 + view.getUint32(8 * chunk + 4),
  };
}
