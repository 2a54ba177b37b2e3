/** A movie fragment as it stands in the file (14496-12 §8.8): moof, not yet placed in the movie. */

import type { ByteReader } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes, readVersion } from "./box.ts";
import { readRows } from "./samples/paged_table.ts";

/** What one track adds. What is left out, trex says. */
export interface Traf {
  readonly tfhd: Tfhd;
  /** Decode time of its first sample. */
  readonly time: number | undefined;
  readonly truns: readonly Trun[];
}

export interface Tfhd {
  readonly trackId: number;
  /** Bytes from the start of the file. */
  readonly baseDataOffset: number | undefined;
  readonly defaultBaseIsMoof: boolean;
  /** From 1, as in the file. */
  readonly description: number | undefined;
  /** Of a sample. */
  readonly duration: number | undefined;
  readonly size: number | undefined;
  readonly flags: number | undefined;
}

/** Samples whose bytes follow each other. */
export interface Trun {
  readonly count: number;
  /** From the base offset; signed. */
  readonly dataOffset: number | undefined;
  /** Flags of the first sample, in place of the default. */
  readonly firstFlags: number | undefined;
  /** Which of the columns are there: the flags of the box. */
  readonly columns: number;
  /** A row a sample, a number of 32 bits for each column that is there. */
  readonly rows: Uint8Array;
}

/** Columns of trun, in the order of a row. */
const DURATION = 0x100;
const SIZE = 0x200;
const FLAGS = 0x400;
const COMPOSITION_OFFSET = 0x800;
const COLUMNS = [DURATION, SIZE, FLAGS, COMPOSITION_OFFSET];

/** Movie Fragment (14496-12 §8.8.4). At the top level. */
export function readMoof(r: ByteReader): Traf[] {
  const trafs: Traf[] = [];
  readBoxes(r, { traf: (r) => trafs.push(readTraf(r)) });
  return trafs;
}

/** Track Fragment (14496-12 §8.8.6). In moof. */
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

/** Track Fragment Header (14496-12 §8.8.7). In traf. */
export function readTfhd(r: ByteReader): Tfhd {
  const { flags } = readVersion(r, 0);
  return {
    trackId: r.u32(),
    baseDataOffset: flags & 1 ? r.u64() : undefined,
    defaultBaseIsMoof: (flags & 0x20000) !== 0,
    description: flags & 2 ? r.u32() : undefined,
    duration: flags & 8 ? r.u32() : undefined,
    size: flags & 0x10 ? r.u32() : undefined,
    flags: flags & 0x20 ? r.u32() : undefined,
  };
}

/** Track Fragment Decode Time (14496-12 §8.8.12). In traf. */
export function readTfdt(r: ByteReader): number {
  return readVersion(r, 1).version === 1 ? r.u64() : r.u32();
}

/** Track Fragment Run (14496-12 §8.8.8). In traf. */
export function readTrun(r: ByteReader): Trun {
  const { flags } = readVersion(r, 1);
  const count = r.u32();
  return {
    count,
    dataOffset: flags & 1 ? r.i32() : undefined,
    firstFlags: flags & 4 ? r.u32() : undefined,
    columns: flags & 0xf00,
    rows: readRows(r, count, getRowSize(flags)),
  };
}

/** Bytes of a row of trun. */
export function getRowSize(columns: number): number {
  return 4 * COLUMNS.filter((column) => columns & column).length;
}

/** Where in a row the columns stand: duration, size, flags, composition offset; -1 for those that don't. */
export function getColumnOffsets(columns: number): [number, number, number, number] {
  let next = 0;
  const place = (column: number) => columns & column ? 4 * next++ : -1;
  return [place(DURATION), place(SIZE), place(FLAGS), place(COMPOSITION_OFFSET)];
}
