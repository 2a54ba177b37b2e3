/** Where samples lie: chunks, and how many samples each holds (14496-12 §8.7.4, §8.7.5). */

import type { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readVersion } from "../box.ts";
import { type ChunkCheckpoints, STORED_STRIDE as FEW } from "./checkpoints.ts";
import { binarySearchLessOrEqual } from "../../binary_search.ts";
import { type PagedTable, readRows } from "./paged_table.ts";

/** Runs of stsc from one checkpoint to the next, where it was passed through. */
const SCAN_STRIDE = 64;

/** What stco or co64 says. */
export interface ChunkOffsetsBox {
  readonly count: number;
  /** Of a row, in bytes: 4 or 8. */
  readonly rowSize: 4 | 8;
  readonly bytes: Uint8Array;
}

/** Offsets of chunks, as in stco or co64. */
export class ChunkOffsets {
  readonly count: number;
  readonly #rowSize: 4 | 8;
  readonly #table: PagedTable;

  constructor({ count, rowSize }: ChunkOffsetsBox, table: PagedTable) {
    this.count = count;
    this.#rowSize = rowSize;
    this.#table = table;
  }

  /** Bytes from the start of the file; `chunk` counts from 0. */
  at(chunk: number): number {
    const at = this.#rowSize * chunk;
    if (this.#rowSize === 4) return this.#table.u32(at);
    return this.#table.u32(at) * 2 ** 32 + this.#table.u32(at + 4);
  }

  /** Puts those of up to `count` chunks from `chunk` on into memory. */
  load(chunk: number, count: number): void {
    this.#table.load(this.#rowSize * chunk, this.#rowSize * (chunk + count));
  }
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
  readonly #stsc: PagedTable;
  readonly #runs: number;
  readonly #stride: number;
  readonly #firsts: Float64Array;
  readonly #descriptionFirsts: number[];
  readonly #descriptions: number[];

  /**
   * @param stsc the table's rows of 12 bytes
   * @param samples that the chunks have to hold
   * @param entries of the sample description
   * @param known of this table: it is not passed through
   * @throws MediaError when the runs contradict each other, or hold fewer samples
   */
  constructor(
    stsc: PagedTable,
    readonly offsets: ChunkOffsets,
    readonly samples: number,
    entries: number,
    known?: ChunkCheckpoints,
  ) {
    this.#stsc = stsc;
    this.#runs = stsc.length / 12;
    if (known?.firsts.length !== Math.ceil(this.#runs / FEW)) known = undefined; // of no table of ours
    this.#stride = known ? FEW : SCAN_STRIDE;
    this.#firsts = known?.firsts ?? new Float64Array(Math.ceil(this.#runs / SCAN_STRIDE));
    this.#descriptionFirsts = [...known?.descriptionFirsts ?? []];
    this.#descriptions = [...known?.descriptions ?? []];
    if (known) return;
    const held = samples > 0 ? this.#scan(entries) : 0;
    if (held < samples) {
      throw new MediaError(`Cannot find ${samples} samples in chunks of ${held}`);
    }
  }

  /** What this table's pass told, or was known. */
  checkpoints(): ChunkCheckpoints {
    const every = FEW / this.#stride;
    return {
      firsts: this.#firsts.filter((_, i) => i % every === 0),
      descriptions: this.#descriptions,
      descriptionFirsts: this.#descriptionFirsts,
    };
  }

  /** The chunk that sample `index` is in. */
  findChunk(index: number): Chunk {
    const checkpoint = Math.max(0, binarySearchLessOrEqual(this.#firsts, index));
    let run = checkpoint * this.#stride;
    let first = this.#firsts[checkpoint]!;
    while (run + 1 < this.#runs && first + this.#countSamples(run) <= index) {
      first += this.#countSamples(run++);
    }
    const perChunk = this.#samplesPerChunk(run);
    const ahead = Math.floor((index - first) / perChunk);
    const start = first + ahead * perChunk;
    return { chunk: this.#firstChunk(run) + ahead, first: start, end: start + perChunk, run };
  }

  /** Moves to the chunk behind. */
  advance(at: Chunk): void {
    at.chunk++;
    while (at.run + 1 < this.#runs && this.#firstChunk(at.run + 1) <= at.chunk) at.run++;
    at.first = at.end;
    at.end += this.#samplesPerChunk(at.run);
  }

  /** Puts what is said of up to `count` chunks from `at` on into memory: a chunk has a run of its own at most. */
  load(at: Chunk, count: number): void {
    this.#stsc.load(12 * at.run, 12 * (at.run + count + 1));
    this.offsets.load(at.chunk, count);
  }

  description(index: number): number {
    return this.#descriptions[binarySearchLessOrEqual(this.#descriptionFirsts, index)] ?? 0;
  }

  descriptionEnd(index: number): number {
    const next =
      this.#descriptionFirsts[binarySearchLessOrEqual(this.#descriptionFirsts, index) + 1];
    return Math.min(next ?? this.samples, this.samples);
  }

  #firstChunk(run: number): number {
    return this.#stsc.u32(12 * run) - 1;
  }

  /** At least 1, also where the file changes under our hands: whoever walks from chunk to chunk must come to an end. */
  #samplesPerChunk(run: number): number {
    return Math.max(1, this.#stsc.u32(12 * run + 4));
  }

  /** Samples of a run; runs past the last chunk hold none. */
  #countSamples(run: number): number {
    const count = this.offsets.count;
    const end = run + 1 < this.#runs ? Math.min(this.#firstChunk(run + 1), count) : count;
    return Math.max(0, end - this.#firstChunk(run)) * this.#samplesPerChunk(run);
  }

  /** Checks every run, sets the checkpoints; gives back how many samples there is room for. */
  #scan(entries: number): number {
    const chunks = this.offsets.count;
    let held = 0;
    let [first, perChunk, description] = [-1, 0, -1]; // the run before: it ends where the next one starts
    const pass = (end: number) => {
      const samples = Math.max(0, Math.min(end, chunks) - first) * perChunk;
      if (samples > 0 && description !== this.#descriptions.at(-1)) {
        this.#descriptions.push(description);
        this.#descriptionFirsts.push(held);
      }
      held += samples;
    };
    this.#stsc.scan(0, 12 * this.#runs, (rows, at) => { // a run a chunk in some files: nothing is made for one of them
      for (let i = 0; i < rows.byteLength; i += 12) {
        const run = (at + i) / 12;
        const next = rows.getUint32(i) - 1;
        if (run === 0 ? next !== 0 : next <= first) throw toOrderError(next, first);
        pass(next);
        if (run % SCAN_STRIDE === 0) this.#firsts[run / SCAN_STRIDE] = held;
        first = next;
        perChunk = rows.getUint32(i + 4);
        description = rows.getUint32(i + 8) - 1;
        if (perChunk === 0 || description < 0 || description >= entries) {
          throw new MediaError(
            perChunk === 0
              ? `Cannot read chunk ${first + 1}: it holds no samples`
              : `Cannot find sample description ${description + 1} of ${entries}`,
          );
        }
      }
    });
    pass(chunks);
    return held;
  }
}

function toOrderError(first: number, before: number): MediaError {
  return new MediaError(`Cannot read a run from chunk ${first + 1} on behind ${before + 1}`);
}

/** Sample To Chunk (14496-12 §8.7.4): its rows. In stbl. */
export function readStsc(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return readRows(r, r.u32(), 12);
}

/** Chunk Offset (14496-12 §8.7.5). In stbl. */
export function readStco(r: ByteReader): ChunkOffsetsBox {
  return readOffsets(r, 4);
}

/** Chunk Large Offset (14496-12 §8.7.5). In stbl. */
export function readCo64(r: ByteReader): ChunkOffsetsBox {
  return readOffsets(r, 8);
}

function readOffsets(r: ByteReader, rowSize: 4 | 8): ChunkOffsetsBox {
  readVersion(r, 0);
  const count = r.u32();
  return { count, rowSize, bytes: readRows(r, count, rowSize) };
}
