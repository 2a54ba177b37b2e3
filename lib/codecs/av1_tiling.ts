/** Tiles of AV1 frames (AV1 Bitstream & Decoding Process Specification §5.9.15). */

import type { BitReader } from "../bits.ts";

export interface Av1Tiling {
  readonly tiles: number;
  /** Bits of tg_start and tg_end. */
  readonly indexBits: number;
  /** TileSizeBytes. */
  readonly sizeBytes: number;
}

const MAX_TILE_WIDTH = 4096;
const MAX_TILE_AREA = 4096 * 2304;
const MAX_TILES = 64;

/** tile_info(). `frame` has the size before upscaling. */
export function readAv1Tiling(
  r: BitReader,
  frame: { readonly width: number; readonly height: number },
  has128Superblocks: boolean,
): Av1Tiling {
  const size = has128Superblocks ? 128 : 64;
  const columns = countSuperblocks(frame.width, size);
  const rows = countSuperblocks(frame.height, size);
  const maxWidth = MAX_TILE_WIDTH / size;
  const maxArea = MAX_TILE_AREA / (size * size);
  const minColumns = ceilLog2Of(maxWidth, columns);
  const minTiles = Math.max(minColumns, ceilLog2Of(maxArea, rows * columns));
  const isUniform = r.bit() === 1;
  const { across, down } = isUniform
    ? readUniform(r, { columns, rows, minColumns, minTiles })
    : readExplicit(r, { columns, rows, maxWidth, minTiles });
  const indexBits = across.log2 + down.log2;
  if (indexBits > 0) r.skip(indexBits); // context_update_tile_id
  const sizeBytes = indexBits > 0 ? r.bits(2) + 1 : 0;
  return { tiles: across.count * down.count, indexBits, sizeBytes };
}

/** Counts in units of 8 pixels, as MiCols and MiRows do. */
function countSuperblocks(length: number, size: number): number {
  return Math.ceil(8 * Math.ceil(length / 8) / size);
}

interface Split {
  readonly count: number;
  readonly log2: number;
}

interface Splits {
  readonly across: Split;
  readonly down: Split;
}

interface UniformLimits {
  readonly columns: number;
  readonly rows: number;
  readonly minColumns: number;
  readonly minTiles: number;
}

function readUniform(
  r: BitReader,
  { columns, rows, minColumns, minTiles }: UniformLimits,
): Splits {
  const across = readUniformSplit(r, columns, minColumns);
  return { across, down: readUniformSplit(r, rows, Math.max(minTiles - across.log2, 0)) };
}

function readUniformSplit(r: BitReader, superblocks: number, min: number): Split {
  const max = ceilLog2Of(1, Math.min(superblocks, MAX_TILES));
  let log2 = min;
  while (log2 < max && r.bit()) log2++;
  const length = Math.ceil(superblocks / 2 ** log2);
  return { count: Math.ceil(superblocks / length), log2 };
}

interface ExplicitLimits {
  readonly columns: number;
  readonly rows: number;
  readonly maxWidth: number;
  readonly minTiles: number;
}

function readExplicit(r: BitReader, { columns, rows, maxWidth, minTiles }: ExplicitLimits): Splits {
  const across = readExplicitSplit(r, columns, maxWidth);
  const area = minTiles > 0 ? Math.floor(rows * columns / 2 ** (minTiles + 1)) : rows * columns;
  const maxHeight = Math.max(Math.floor(area / across.widest), 1);
  return { across, down: readExplicitSplit(r, rows, maxHeight) };
}

function readExplicitSplit(r: BitReader, superblocks: number, max: number) {
  let [count, widest] = [0, 0];
  for (let start = 0; start < superblocks; count++) {
    const length = readNonSymmetric(r, Math.min(superblocks - start, max)) + 1;
    widest = Math.max(widest, length);
    start += length;
  }
  return { count, widest, log2: ceilLog2Of(1, count) };
}

/** tile_log2(): the smallest k for which `block` · 2^k is at least `target`. */
function ceilLog2Of(block: number, target: number): number {
  let log2 = 0;
  while (block * 2 ** log2 < target) log2++;
  return log2;
}

/** ns(n) (§4.10.7): a value below `count`. */
export function readNonSymmetric(r: BitReader, count: number): number {
  const bits = Math.floor(Math.log2(count)) + 1;
  const short = 2 ** bits - count;
  const value = r.bits(bits - 1);
  return value < short ? value : 2 * value - short + r.bit();
}
