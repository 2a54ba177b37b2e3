import type { ByteWriter } from "../bytes.ts";
import {
  TFHD_DEFAULT_BASE_IS_MOOF,
  TFHD_DEFAULT_DURATION,
  TFHD_DEFAULT_FLAGS,
  TFHD_DESCRIPTION_INDEX,
  TRUN_COLUMNS,
  TRUN_COMPOSITION_OFFSET,
  TRUN_DATA_OFFSET,
  TRUN_DURATION,
  TRUN_FIRST_SAMPLE_FLAGS,
  TRUN_FLAGS,
  TRUN_SIZE,
} from "./fragment_flags.ts";
import { findUniformFields, type UniformFields } from "./samples/sample_table.ts";

/** Samples of one sample description: a traf. Times in the rendition's timescale. */
export interface FragmentRun {
  readonly descriptionIndex: number;
  readonly time: number;
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  readonly compositionOffsets: Uint32Array;
  readonly flags: Uint32Array;
}

export interface Fragment {
  readonly sequence: number;
  readonly trackId: number;
  readonly runs: readonly FragmentRun[];
}

export interface RunShape {
  readonly descriptionIndex: number;
  readonly count: number;
  readonly uniform: UniformFields;
  readonly zeroOffsets: boolean;
}

interface BoxFlags {
  readonly tfhd: number;
  readonly trun: number;
}

export function getMdatHeaderSize(size: number): 8 | 16 {
  return size + 8 < 2 ** 32 ? 8 : 16;
}

/** Writes the header of Media Data (14496-12 §8.1.1) with a body of `size` bytes. */
export function mdatHeader(w: ByteWriter, size: number): void {
  const large = getMdatHeaderSize(size) === 16;
  w.u32(large ? 1 : size + 8);
  w.ascii("mdat");
  if (large) w.u64(size + 16);
}

/** Segment Type (14496-12 §8.16.2). */
export function styp(w: ByteWriter, brands: readonly string[]): void {
  w.box("styp", () => writeBrands(w, brands));
}

/** Writes the body of ftyp or styp. The first brand is the major brand. */
export function writeBrands(w: ByteWriter, brands: readonly string[]): void {
  w.ascii(brands[0]!);
  w.u32(0);
  for (const brand of brands) w.ascii(brand);
}

/** Movie Fragment (14496-12 §8.8.4). The samples of all runs follow in one mdat. */
export function moof(w: ByteWriter, { sequence, trackId, runs }: Fragment): void {
  const start = w.length;
  const dataOffsetsAt: number[] = [];
  w.box("moof", () => {
    w.fullBox("mfhd", 0, 0, () => w.u32(sequence));
    for (const run of runs) w.box("traf", () => dataOffsetsAt.push(traf(w, trackId, run)));
  });
  let dataOffset = w.length - start + getMdatHeaderSize(getDataSize(runs));
  for (const [i, at] of dataOffsetsAt.entries()) {
    w.patchU32(at, dataOffset);
    dataOffset += getRunSize(runs[i]!);
  }
}

export function getDataSize(runs: readonly FragmentRun[]): number {
  return runs.reduce((sum, run) => sum + getRunSize(run), 0);
}

export function getMoofSize(runs: readonly FragmentRun[]): number {
  return computeMoofSize(runs.map(getRunShape));
}

export function computeMoofSize(shapes: readonly RunShape[]): number {
  return shapes.reduce(
    (sum, shape) => sum + computeTrafSize(chooseFlags(shape), shape.count),
    8 + 16,
  );
}

function getRunShape(run: FragmentRun): RunShape {
  const { descriptionIndex, sizes, compositionOffsets } = run;
  const uniform = findUniformFields(run);
  const zeroOffsets = uniform.offsets && compositionOffsets[0] === 0;
  return { descriptionIndex, count: sizes.length, uniform, zeroOffsets };
}

function getRunSize({ sizes }: FragmentRun): number {
  let sum = 0;
  for (let i = 0; i < sizes.length; i++) sum += sizes[i]!; // five times as fast as an iterator
  return sum;
}

/** Writes a Track Fragment (14496-12 §8.8.6) and returns the position of trun's data offset. */
function traf(w: ByteWriter, trackId: number, run: FragmentRun): number {
  const flags = chooseFlags(getRunShape(run));
  tfhd(w, trackId, run, flags.tfhd);
  tfdt(w, run.time);
  return trun(w, run, flags.trun);
}

function computeTrafSize({ tfhd, trun }: BoxFlags, count: number): number {
  const tfhdSize = 16 + 4 *
      countBits(tfhd & (TFHD_DESCRIPTION_INDEX | TFHD_DEFAULT_DURATION | TFHD_DEFAULT_FLAGS));
  const trunSize = 20 + (trun & TRUN_FIRST_SAMPLE_FLAGS ? 4 : 0) +
    4 * countBits(trun & TRUN_COLUMNS) * count;
  return 8 + tfhdSize + 20 + trunSize;
}

function countBits(flags: number): number {
  let count = 0;
  for (let rest = flags; rest; rest &= rest - 1) count++;
  return count;
}

/** Track Fragment Header (14496-12 §8.8.7). */
function tfhd(w: ByteWriter, trackId: number, run: FragmentRun, flags: number): void {
  w.fullBox("tfhd", 0, flags, () => {
    w.u32(trackId);
    if (flags & TFHD_DESCRIPTION_INDEX) w.u32(run.descriptionIndex);
    if (flags & TFHD_DEFAULT_DURATION) w.u32(run.durations[0]!);
    if (flags & TFHD_DEFAULT_FLAGS) w.u32(run.flags.at(-1)!);
  });
}

/** Track Fragment Decode Time (14496-12 §8.8.12), always 64-bit. */
function tfdt(w: ByteWriter, time: number): void {
  w.fullBox("tfdt", 1, 0, () => w.u64(time));
}

/** Writes a Track Run (14496-12 §8.8.8) and returns the position of its data offset, patched later. */
function trun(w: ByteWriter, run: FragmentRun, flags: number): number {
  let dataOffsetAt = 0;
  w.fullBox("trun", 0, flags, () => {
    w.u32(run.sizes.length);
    dataOffsetAt = w.skip(4);
    if (flags & TRUN_FIRST_SAMPLE_FLAGS) w.u32(run.flags[0]!);
    for (let i = 0; i < run.sizes.length; i++) {
      if (flags & TRUN_DURATION) w.u32(run.durations[i]!);
      w.u32(run.sizes[i]!);
      if (flags & TRUN_FLAGS) w.u32(run.flags[i]!);
      if (flags & TRUN_COMPOSITION_OFFSET) w.u32(run.compositionOffsets[i]!);
    }
  });
  return dataOffsetAt;
}

function chooseFlags({ descriptionIndex, uniform, zeroOffsets }: RunShape): BoxFlags {
  const { durations, flags } = uniform;
  return {
    tfhd: TFHD_DEFAULT_BASE_IS_MOOF | (descriptionIndex === 1 ? 0 : TFHD_DESCRIPTION_INDEX) |
      (durations ? TFHD_DEFAULT_DURATION : 0) | (flags === "mixed" ? 0 : TFHD_DEFAULT_FLAGS),
    trun: TRUN_DATA_OFFSET | TRUN_SIZE | (flags === "all but first" ? TRUN_FIRST_SAMPLE_FLAGS : 0) |
      (durations ? 0 : TRUN_DURATION) | (flags === "mixed" ? TRUN_FLAGS : 0) |
      (zeroOffsets ? 0 : TRUN_COMPOSITION_OFFSET),
  };
}
