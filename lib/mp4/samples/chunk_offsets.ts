import type { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { readVersion } from "../box.ts";
import type { RowRange } from "./moov_buffer.ts";
import { type PagedTable, readRows } from "./paged_table.ts";

export interface ChunkOffsetsBox {
  readonly count: number;
  readonly rowSize: 4 | 8;
  readonly bytes: Uint8Array;
}

export class ChunkOffsets {
  readonly count: number;
  readonly #rowSize: 4 | 8;
  readonly #table: PagedTable;

  constructor({ count, rowSize }: ChunkOffsetsBox, table: PagedTable) {
    this.count = count;
    this.#rowSize = rowSize;
    this.#table = table;
  }

  /** @throws MediaError if there is no such chunk: stsc or a package's index contradicts the table */
  at(chunk: number): number {
    if (!(chunk >= 0 && chunk < this.count)) {
      throw new MediaError(`Cannot find chunk ${chunk + 1} of ${this.count}`);
    }
    const at = this.#rowSize * chunk;
    if (this.#rowSize === 4) return this.#table.u32(at);
    return this.#table.u32(at) * 2 ** 32 + this.#table.u32(at + 4);
  }

  toRowRanges(chunk: number, end: number): RowRange[] {
    return this.#table.toRowRanges(this.#rowSize * chunk, this.#rowSize * end);
  }

  load(chunk: number, count: number): void {
    this.#table.load(this.#rowSize * chunk, this.#rowSize * (chunk + count));
  }
}

/** Chunk Offset (14496-12 §8.7.5) without chunks. */
export function stco(w: ByteWriter): void {
  w.fullBox("stco", 0, 0, () => w.u32(0));
}

/** Chunk Large Offset (14496-12 §8.7.5). */
export function co64(w: ByteWriter, offsets: Float64Array): void {
  w.fullBox("co64", 0, 0, () => {
    w.u32(offsets.length);
    for (const offset of offsets) w.u64(offset);
  });
}

/** Chunk Offset (14496-12 §8.7.5). */
export function readStco(r: ByteReader): ChunkOffsetsBox {
  return readOffsets(r, 4);
}

/** Chunk Large Offset (14496-12 §8.7.5). */
export function readCo64(r: ByteReader): ChunkOffsetsBox {
  return readOffsets(r, 8);
}

function readOffsets(r: ByteReader, rowSize: 4 | 8): ChunkOffsetsBox {
  readVersion(r, 0);
  const count = r.u32();
  return { count, rowSize, bytes: readRows(r, count, rowSize) };
}
