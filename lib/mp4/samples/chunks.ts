import { binarySearchLessOrEqual } from "../../binary_search.ts";
import type { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readVersion } from "../box.ts";
import { type ChunkCheckpoints, STORED_STRIDE } from "./checkpoints.ts";
import type { ChunkOffsets } from "./chunk_offsets.ts";
import type { RowRange } from "./moov_buffer.ts";
import { type PagedTable, readRows } from "./paged_table.ts";

/** Divides STORED_STRIDE. */
const SCAN_STRIDE = 64;

export interface Chunk {
  chunk: number;
  first: number;
  end: number;
  run: number;
}

/** Maps samples to chunks and sample descriptions, all counted from 0, over the rows of stsc in the file. */
export class Chunks {
  readonly #stsc: PagedTable;
  readonly #runCount: number;
  readonly #stride: number;
  readonly #checkpoints: Float64Array;
  readonly #descriptionFirsts: number[];
  readonly #descriptions: number[];

  /**
   * @param entries number of sample descriptions
   * @throws MediaError if the runs contradict each other or contain too few samples
   */
  constructor(
    stsc: PagedTable,
    readonly offsets: ChunkOffsets,
    readonly samples: number,
    entries: number,
    known?: ChunkCheckpoints,
  ) {
    this.#stsc = stsc;
    this.#runCount = stsc.byteLength / 12;
    if (!known || !fitsTable(known, this.#runCount, entries)) known = undefined;
    this.#stride = known ? STORED_STRIDE : SCAN_STRIDE;
    this.#checkpoints = known?.firsts ?? new Float64Array(Math.ceil(this.#runCount / SCAN_STRIDE));
    this.#descriptionFirsts = [...known?.descriptionFirsts ?? []];
    this.#descriptions = [...known?.descriptions ?? []];
    if (known || samples === 0) return;
    const capacity = this.#scan(entries);
    if (capacity < samples) {
      throw new MediaError(`Cannot find ${samples} samples in chunks with ${capacity} samples`);
    }
  }

  checkpoints(): ChunkCheckpoints {
    const every = STORED_STRIDE / this.#stride;
    return {
      firsts: this.#checkpoints.filter((_, i) => i % every === 0),
      descriptions: this.#descriptions,
      descriptionFirsts: this.#descriptionFirsts,
    };
  }

  findChunk(index: number): Chunk {
    const checkpoint = Math.max(0, binarySearchLessOrEqual(this.#checkpoints, index));
    let run = checkpoint * this.#stride;
    let first = this.#checkpoints[checkpoint]!;
    while (run + 1 < this.#runCount && first + this.#countSamples(run) <= index) {
      first += this.#countSamples(run++);
    }
    const perChunk = this.#samplesPerChunk(run);
    const skipped = Math.floor((index - first) / perChunk);
    const start = first + skipped * perChunk;
    return { chunk: this.#firstChunk(run) + skipped, first: start, end: start + perChunk, run };
  }

  advance(chunk: Chunk): void {
    chunk.chunk++;
    while (chunk.run + 1 < this.#runCount && this.#firstChunk(chunk.run + 1) <= chunk.chunk) {
      chunk.run++;
    }
    chunk.first = chunk.end;
    chunk.end += this.#samplesPerChunk(chunk.run);
  }

  /** Returns where the rows of samples are: those of stsc exactly, those of stco as if all chunks had as many samples. */
  toRowRanges(first: number, end: number): RowRange[] {
    const start = Math.max(0, binarySearchLessOrEqual(this.#checkpoints, first));
    const next = binarySearchLessOrEqual(this.#checkpoints, end) + 1;
    const perSample = this.offsets.count / this.samples;
    return [
      ...this.#stsc.toRowRanges(12 * this.#stride * start, 12 * this.#stride * next),
      ...this.offsets.toRowRanges(Math.floor(first * perSample), Math.ceil(end * perSample)),
    ];
  }

  /** Each chunk has at most one run of its own. */
  load({ chunk, run }: Chunk, count: number): void {
    this.#stsc.load(12 * run, 12 * (run + count + 1));
    this.offsets.load(chunk, count);
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

  /** At least 1 even if the file changes after the scan: loops over chunks must end. */
  #samplesPerChunk(run: number): number {
    return Math.max(1, this.#stsc.u32(12 * run + 4));
  }

  #countSamples(run: number): number {
    const count = this.offsets.count;
    const end = run + 1 < this.#runCount ? Math.min(this.#firstChunk(run + 1), count) : count;
    return Math.max(0, end - this.#firstChunk(run)) * this.#samplesPerChunk(run);
  }

  #scan(entries: number): number {
    const chunks = this.offsets.count;
    let total = 0;
    let [first, perChunk, description] = [-1, 0, -1];
    const closeRun = (end: number) => {
      const samples = Math.max(0, Math.min(end, chunks) - first) * perChunk;
      if (samples > 0 && description !== this.#descriptions.at(-1)) {
        this.#descriptions.push(description);
        this.#descriptionFirsts.push(total);
      }
      total += samples;
    };
    this.#stsc.scan(0, 12 * this.#runCount, (rows, at) => { // no allocation per run: there may be one per chunk
      for (let i = 0; i < rows.byteLength; i += 12) {
        const run = (at + i) / 12;
        const next = rows.getUint32(i) - 1;
        if (run === 0 ? next !== 0 : next <= first) throw toOrderError(next, first);
        closeRun(next);
        if (run % SCAN_STRIDE === 0) this.#checkpoints[run / SCAN_STRIDE] = total;
        first = next;
        perChunk = rows.getUint32(i + 4);
        description = rows.getUint32(i + 8) - 1;
        if (perChunk === 0 || description < 0 || description >= entries) {
          throw new MediaError(
            perChunk === 0
              ? `Cannot read samples_per_chunk 0 of chunk ${first + 1}`
              : `Cannot find sample description ${description + 1} of ${entries}`,
          );
        }
      }
    });
    closeRun(chunks);
    return total;
  }
}

function toOrderError(first: number, previous: number): MediaError {
  const expected = previous < 0 ? "1" : `more than ${previous + 1}`;
  return new MediaError(`Cannot read first_chunk ${first + 1}, expected ${expected}`);
}

/** Sample To Chunk (14496-12 §8.7.4) of chunks with these numbers of samples, all of the first description. */
export function stsc(w: ByteWriter, counts: Uint32Array = new Uint32Array()): void {
  const starts = [...counts.keys()].filter((chunk) => counts[chunk] !== counts[chunk - 1]);
  w.fullBox("stsc", 0, 0, () => {
    w.u32(starts.length);
    for (const chunk of starts) {
      w.u32(chunk + 1);
      w.u32(counts[chunk]!);
      w.u32(1);
    }
  });
}

/** Sample To Chunk (14496-12 §8.7.4). */
export function readStsc(r: ByteReader): Uint8Array {
  readVersion(r, 0);
  return readRows(r, r.u32(), 12);
}

/** Returns false for the index of another table, or a forged one. */
function fitsTable(
  { firsts, descriptions, descriptionFirsts }: ChunkCheckpoints,
  runCount: number,
  entries: number,
): boolean {
  return firsts.length === Math.ceil(runCount / STORED_STRIDE) &&
    descriptions.length === descriptionFirsts.length &&
    descriptions.every((index) => Number.isInteger(index) && index >= 0 && index < entries);
}
