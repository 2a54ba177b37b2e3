import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes, readVersion } from "./box.ts";
import {
  TFHD_BASE_DATA_OFFSET,
  TFHD_DEFAULT_BASE_IS_MOOF,
  TFHD_DEFAULT_DURATION,
  TFHD_DEFAULT_FLAGS,
  TFHD_DEFAULT_SIZE,
  TFHD_DESCRIPTION_INDEX,
  TRUN_COLUMNS,
  TRUN_COMPOSITION_OFFSET,
  TRUN_DATA_OFFSET,
  TRUN_DURATION,
  TRUN_FIRST_SAMPLE_FLAGS,
  TRUN_FLAGS,
  TRUN_SIZE,
} from "./fragment_flags.ts";
import { readRows } from "./samples/paged_table.ts";

export interface Traf {
  readonly tfhd: Tfhd;
  readonly time: number | undefined;
  readonly truns: readonly Trun[];
}

/** An absent field has the default of trex. */
export interface Tfhd {
  readonly trackId: number;
  readonly baseDataOffset: number | undefined;
  readonly defaultBaseIsMoof: boolean;
  readonly descriptionIndex: number | undefined;
  readonly duration: number | undefined;
  readonly size: number | undefined;
  readonly flags: number | undefined;
}

export interface Trun {
  readonly count: number;
  readonly dataOffset: number | undefined;
  readonly firstFlags: number | undefined;
  readonly columns: number;
  /** One row per sample, 32 bits per column. */
  readonly rows: Uint8Array;
}

const COLUMNS = [TRUN_DURATION, TRUN_SIZE, TRUN_FLAGS, TRUN_COMPOSITION_OFFSET];

/** Movie Fragment (14496-12 §8.8.4). */
export function readMoof(r: ByteReader): Traf[] {
  const trafs: Traf[] = [];
  readBoxes(r, { traf: (r) => trafs.push(readTraf(r)) });
  return trafs;
}

/** Track Fragment (14496-12 §8.8.6). */
export function readTraf(r: ByteReader): Traf {
  let tfhd: Tfhd | undefined;
  let time: number | undefined;
  const truns: Trun[] = [];
  readBoxes(r, {
    tfhd: (r) => tfhd = readTfhd(r),
    tfdt: (r) => time = readTfdt(r),
    trun: (r) => truns.push(readTrun(r)),
  });
  if (!tfhd) throw new MediaError("Cannot find a tfhd box");
  return { tfhd, time, truns };
}

/** Track Fragment Header (14496-12 §8.8.7). */
export function readTfhd(r: ByteReader): Tfhd {
  const { flags } = readVersion(r, 0);
  return {
    trackId: r.u32(),
    baseDataOffset: flags & TFHD_BASE_DATA_OFFSET ? r.u64() : undefined,
    defaultBaseIsMoof: (flags & TFHD_DEFAULT_BASE_IS_MOOF) !== 0,
    descriptionIndex: flags & TFHD_DESCRIPTION_INDEX ? r.u32() : undefined,
    duration: flags & TFHD_DEFAULT_DURATION ? r.u32() : undefined,
    size: flags & TFHD_DEFAULT_SIZE ? r.u32() : undefined,
    flags: flags & TFHD_DEFAULT_FLAGS ? r.u32() : undefined,
  };
}

/** Track Fragment Decode Time (14496-12 §8.8.12). */
export function readTfdt(r: ByteReader): number {
  return readVersion(r, 1).version === 1 ? r.u64() : r.u32();
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
