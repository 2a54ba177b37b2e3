/** Rows and media of the points that the version hashes, in an index: columns of the rows take half of their bytes. */

import { ByteWriter } from "../bytes.ts";

/** Points of a track whose rows and media are hashed. */
export const HASHED_POINTS = 16;

const ROWS_PER_POINT = 8;

/** In bytes: offset of 64 bits, size, duration, composition offset and flags. */
const ROW_SIZE = 24;

/** Two files of constant bitrate can have the same `moov`, so some media is hashed. */
export const MAX_BYTES_PER_POINT = 64;

/** Returns the samples `[index, end)` whose rows are hashed, of the samples `[first, end)` of a track. */
export function getPoint(
  point: number,
  { first, end }: { readonly first: number; readonly end: number },
): { readonly index: number; readonly end: number } {
  const index = first + Math.floor(point * (end - 1 - first) / (HASHED_POINTS - 1));
  return { index, end: Math.min(end, index + ROWS_PER_POINT) };
}

/** Rows of samples. */
export interface PointRows {
  readonly offsets: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
  readonly durations: ArrayLike<number>;
  readonly compositionOffsets: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
}

export function serializeRows(
  { offsets, sizes, durations, compositionOffsets, flags }: PointRows,
): Uint8Array {
  const w = new ByteWriter(ROW_SIZE * sizes.length);
  for (let i = 0; i < sizes.length; i++) {
    w.u64(offsets[i]!);
    w.u32(sizes[i]!);
    w.u32(durations[i]!);
    w.i32(compositionOffsets[i]!);
    w.u32(flags[i]!);
  }
  return w.finish();
}

/** A point among those of a track. */
export interface StoredPoint {
  readonly rows: DataView;
  /** The first bytes of the first sample. */
  readonly media: { readonly offset: number; readonly bytes: Uint8Array };
}

/** Splits the points of a track with the samples `[first, end)`; undefined if they are of others. */
export function splitPoints(
  points: Uint8Array,
  samples: { readonly first: number; readonly end: number },
): StoredPoint[] | undefined {
  const split: StoredPoint[] = [];
  let at = 0;
  for (let point = 0; point < HASHED_POINTS; point++) {
    const { index, end } = getPoint(point, samples);
    const rowsEnd = at + ROW_SIZE * (end - index);
    if (!(rowsEnd > at && rowsEnd <= points.length)) return undefined;
    const rows = new DataView(points.buffer, points.byteOffset + at, rowsEnd - at);
    const size = Math.min(MAX_BYTES_PER_POINT, rows.getUint32(8));
    const bytes = points.subarray(rowsEnd, rowsEnd + size);
    split.push({ rows, media: { offset: readOffset(rows, 0), bytes } });
    at = rowsEnd + size;
  }
  return at === points.length ? split : undefined;
}

function readOffset(rows: DataView, at: number): number {
  return rows.getUint32(at) * 2 ** 32 + rows.getUint32(at + 4);
}

/** Points as columns. */
export interface SerializedPoints {
  /** Differences to the end of the sample before, or of another point. */
  readonly gaps: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
  readonly durations: ArrayLike<number>;
  readonly shifts: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
  /** What all points have of their first samples. */
  readonly media: Uint8Array;
}

/** Returns undefined if the points are of other samples. */
export function serializePoints(
  points: Uint8Array,
  samples: { readonly first: number; readonly end: number },
): SerializedPoints | undefined {
  const split = splitPoints(points, samples);
  if (!split) return undefined;
  const [gaps, sizes, durations, shifts, flags] = [[], [], [], [], []] as number[][];
  let last = 0;
  for (const { rows } of split) {
    for (let at = 0; at < rows.byteLength; at += ROW_SIZE) {
      const offset = readOffset(rows, at);
      const size = rows.getUint32(at + 8);
      gaps!.push(offset - last);
      sizes!.push(size);
      durations!.push(rows.getUint32(at + 12));
      shifts!.push(rows.getInt32(at + 16));
      flags!.push(rows.getUint32(at + 20));
      last = offset + size;
    }
  }
  const w = new ByteWriter();
  for (const { media } of split) w.bytes(media.bytes);
  return {
    ...{ gaps: gaps!, sizes: sizes!, durations: durations!, shifts: shifts!, flags: flags! },
    media: w.finish(),
  };
}

/** Returns what `serializePoints()` was given; undefined for columns that are of other samples, or out of range. */
export function restorePoints(
  { gaps, sizes, durations, shifts, flags, media }: SerializedPoints,
  samples: { readonly first: number; readonly end: number },
): Uint8Array | undefined {
  const w = new ByteWriter();
  let [row, at, next] = [0, 0, 0];
  for (let point = 0; point < HASHED_POINTS; point++) {
    const { index, end } = getPoint(point, samples);
    if (!(end > index && row + end - index <= gaps.length)) return undefined;
    const size = Math.min(MAX_BYTES_PER_POINT, sizes[row]!);
    for (const rowsEnd = row + end - index; row < rowsEnd; row++) {
      const offset = next + gaps[row]!;
      if (!(Number.isSafeInteger(offset) && offset >= 0)) return undefined;
      w.u64(offset);
      w.u32(sizes[row]!);
      w.u32(durations[row]!);
      w.i32(shifts[row]!);
      w.u32(flags[row]!);
      next = offset + sizes[row]!;
    }
    if (at + size > media.length) return undefined;
    w.bytes(media.subarray(at, at += size));
  }
  return row === gaps.length && at === media.length ? w.finish() : undefined;
}

/** Returns whether columns of rows have the same length, and values of 32 bits. */
export function arePoints(
  { gaps, sizes, durations, shifts, flags }: Omit<SerializedPoints, "media">,
): boolean {
  const unsigned = [sizes, durations, flags];
  return [...unsigned, shifts].every(({ length }) => length === gaps.length) &&
    unsigned.every((column) => isWithin(column, 0, 2 ** 32)) &&
    isWithin(shifts, -(2 ** 31), 2 ** 31);
}

function isWithin(column: ArrayLike<number>, min: number, end: number): boolean {
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!;
    if (!(Number.isInteger(value) && value >= min && value < end)) return false;
  }
  return true;
}
