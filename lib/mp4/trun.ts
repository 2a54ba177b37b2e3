import type { ByteReader, ByteWriter } from "../bytes.ts";
import { readVersion } from "./box.ts";
import { readRows } from "./samples/paged_table.ts";

/** Flags of trun (14496-12 §8.8.8), columns in the order of a row. */
export const TRUN_DATA_OFFSET = 0x1;
export const TRUN_FIRST_SAMPLE_FLAGS = 0x4;
export const TRUN_DURATION = 0x100;
export const TRUN_SIZE = 0x200;
export const TRUN_FLAGS = 0x400;
export const TRUN_COMPOSITION_OFFSET = 0x800;
export const TRUN_COLUMNS = TRUN_DURATION | TRUN_SIZE | TRUN_FLAGS | TRUN_COMPOSITION_OFFSET;

export interface Trun {
  readonly count: number;
  readonly dataOffset: number | undefined;
  readonly firstFlags: number | undefined;
  readonly columns: number;
  /** One row per sample, 32 bits per column. */
  readonly rows: Uint8Array;
}

const COLUMNS = [TRUN_DURATION, TRUN_SIZE, TRUN_FLAGS, TRUN_COMPOSITION_OFFSET];

/** Samples that a trun describes, with times in the timescale of the track. */
export interface TrunSamples {
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  readonly compositionOffsets: Uint32Array;
  readonly flags: Uint32Array;
}

/** Writes a Track Run (14496-12 §8.8.8) and returns the position of its data offset, patched later. */
export function trun(w: ByteWriter, samples: TrunSamples, flags: number): number {
  let dataOffsetAt = 0;
  w.fullBox("trun", 0, flags, () => {
    w.u32(samples.sizes.length);
    dataOffsetAt = w.skip(4);
    if (flags & TRUN_FIRST_SAMPLE_FLAGS) w.u32(samples.flags[0]!);
    const rows = flags & TRUN_COLUMNS ? samples.sizes.length : 0;
    for (let i = 0; i < rows; i++) {
      if (flags & TRUN_DURATION) w.u32(samples.durations[i]!);
      if (flags & TRUN_SIZE) w.u32(samples.sizes[i]!);
      if (flags & TRUN_FLAGS) w.u32(samples.flags[i]!);
      if (flags & TRUN_COMPOSITION_OFFSET) w.u32(samples.compositionOffsets[i]!);
    }
  });
  return dataOffsetAt;
}

/** Track Fragment Run (14496-12 §8.8.8). */
export function readTrun(r: ByteReader): Trun {
  const { flags } = readVersion(r, 1);
  const count = r.u32();
  return {
    count,
    dataOffset: flags & TRUN_DATA_OFFSET ? r.i32() : undefined,
    firstFlags: flags & TRUN_FIRST_SAMPLE_FLAGS ? r.u32() : undefined,
    columns: flags & TRUN_COLUMNS,
    rows: readRows(r, count, getRowSize(flags)),
  };
}

export function getRowSize(columns: number): number {
  return 4 * COLUMNS.filter((column) => columns & column).length;
}

/** Returns the offsets of duration, size, flags and composition offset in a row; -1 if absent. */
export function getColumnOffsets(columns: number): [number, number, number, number] {
  let next = 0;
  const offsetOf = (column: number) => columns & column ? 4 * next++ : -1;
  return [
    offsetOf(TRUN_DURATION),
    offsetOf(TRUN_SIZE),
    offsetOf(TRUN_FLAGS),
    offsetOf(TRUN_COMPOSITION_OFFSET),
  ];
}
