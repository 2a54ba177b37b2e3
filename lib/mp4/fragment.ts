/** Movie fragments, written: moof, and what stands around it in a segment (14496-12 §8.8). */

import type { ByteWriter } from "../bytes.ts";
import { findUniformFields, type UniformFields } from "./samples/sample_table.ts";

/** Consecutive samples of one description, as a fragment says them. Times in the rendition's timescale. */
export interface FragmentRun {
  /** 1-based index into stsd. */
  readonly description: number;
  /** Decode time of the first sample. */
  readonly time: number;
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  /** All at least 0. */
  readonly compositionOffsets: Uint32Array;
  /** As in trun. */
  readonly flags: Uint32Array;
}

export interface Fragment {
  readonly sequence: number;
  readonly trackId: number;
  /** At least one; more than one where the description changes inside the segment. */
  readonly runs: readonly FragmentRun[];
}

/** tfhd flags (14496-12 §8.8.7). */
const DESCRIPTION_PRESENT = 0x2;
const DEFAULT_DURATION = 0x8;
const DEFAULT_FLAGS = 0x20;
const BASE_IS_MOOF = 0x20000;

/** trun flags (14496-12 §8.8.8). */
export const DATA_OFFSET = 0x1;
const FIRST_FLAGS = 0x4;
export const SAMPLE_DURATION = 0x100;
export const SAMPLE_SIZE = 0x200;
export const SAMPLE_FLAGS = 0x400;
export const SAMPLE_COMPOSITION_OFFSET = 0x800;

/** What has to be known of a run to tell how large its boxes are. */
export interface RunShape {
  /** 1-based index into stsd. */
  readonly description: number;
  /** Of samples. */
  readonly count: number;
  /** What its samples have in common; their offsets as the fragment says them. */
  readonly uniform: UniformFields;
  /** That all of these offsets are 0. */
  readonly zeroOffsets: boolean;
}

/** What a run says for each sample, and what once: flags of its boxes. */
interface BoxFlags {
  readonly tfhd: number;
  readonly trun: number;
}

/** Bytes of the header of an mdat that holds `size` bytes. */
export function getMdatHeaderSize(size: number): 8 | 16 {
  return size + 8 < 2 ** 32 ? 8 : 16;
}

/** Media Data, its header alone (14496-12 §8.1.1): `size` bytes follow. */
export function mdatHeader(w: ByteWriter, size: number): void {
  const large = getMdatHeaderSize(size) === 16;
  w.u32(large ? 1 : size + 8);
  w.ascii("mdat");
  if (large) w.u64(size + 16);
}

/** Segment Type (14496-12 §8.16.2): the first brand is the major one. */
export function styp(w: ByteWriter, brands: readonly string[]): void {
  w.box("styp", () => writeBrands(w, brands));
}

/** Major brand, minor version 0, and all brands as compatible: body of ftyp and styp. */
export function writeBrands(w: ByteWriter, brands: readonly string[]): void {
  w.ascii(brands[0]!);
  w.u32(0);
  for (const brand of brands) w.ascii(brand);
}

/** Movie Fragment (14496-12 §8.8.4): the head of a segment; its samples follow in one mdat. */
export function moof(w: ByteWriter, { sequence, trackId, runs }: Fragment): void {
  const start = w.length;
  const offsetsAt: number[] = [];
  w.box("moof", () => {
    w.fullBox("mfhd", 0, 0, () => w.u32(sequence));
    for (const run of runs) w.box("traf", () => offsetsAt.push(traf(w, trackId, run)));
  });
  let dataOffset = w.length - start + getMdatHeaderSize(getDataSize(runs));
  for (const [i, at] of offsetsAt.entries()) {
    w.patchU32(at, dataOffset);
    dataOffset += getRunSize(runs[i]!);
  }
}

/** Bytes that all samples of a fragment have together. */
export function getDataSize(runs: readonly FragmentRun[]): number {
  return runs.reduce((sum, run) => sum + getRunSize(run), 0);
}

/** Bytes of `moof()` for these runs: what byte ranges and bandwidths are reckoned with. */
export function getMoofSize(runs: readonly FragmentRun[]): number {
  return computeMoofSize(runs.map(getRunShape));
}

/** The same of runs that are not at hand. */
export function computeMoofSize(shapes: readonly RunShape[]): number {
  return shapes.reduce(
    (sum, shape) => sum + computeTrafSize(chooseFlags(shape), shape.count),
    8 + 16,
  );
}

/** The shape of a run that is at hand. */
function getRunShape(run: FragmentRun): RunShape {
  const { description, sizes, compositionOffsets } = run;
  const uniform = findUniformFields(run);
  const zeroOffsets = uniform.offsets && compositionOffsets[0] === 0;
  return { description, count: sizes.length, uniform: uniform, zeroOffsets };
}

function getRunSize({ sizes }: FragmentRun): number {
  let sum = 0;
  for (let i = 0; i < sizes.length; i++) sum += sizes[i]!; // an iterator takes five times as long
  return sum;
}

/** Track Fragment (14496-12 §8.8.6), its body. In moof. Gives back where trun's data offset stands. */
function traf(w: ByteWriter, trackId: number, run: FragmentRun): number {
  const flags = chooseFlags(getRunShape(run));
  tfhd(w, trackId, run, flags.tfhd);
  tfdt(w, run.time);
  return trun(w, run, flags.trun);
}

function computeTrafSize({ tfhd, trun }: BoxFlags, count: number): number {
  const tfhdSize = 16 + 4 *
      countBits(tfhd & (DESCRIPTION_PRESENT | DEFAULT_DURATION | DEFAULT_FLAGS));
  const perSample = trun &
    (SAMPLE_DURATION | SAMPLE_SIZE | SAMPLE_FLAGS | SAMPLE_COMPOSITION_OFFSET);
  const trunSize = 20 + (trun & FIRST_FLAGS ? 4 : 0) + 4 * countBits(perSample) * count;
  return 8 + tfhdSize + 20 + trunSize;
}

function countBits(flags: number): number {
  let count = 0;
  for (let rest = flags; rest; rest &= rest - 1) count++;
  return count;
}

/** Track Fragment Header (14496-12 §8.8.7). In traf. */
function tfhd(w: ByteWriter, trackId: number, run: FragmentRun, flags: number): void {
  w.fullBox("tfhd", 0, flags, () => {
    w.u32(trackId);
    if (flags & DESCRIPTION_PRESENT) w.u32(run.description);
    if (flags & DEFAULT_DURATION) w.u32(run.durations[0]!);
    if (flags & DEFAULT_FLAGS) w.u32(run.flags.at(-1)!);
  });
}

/** Track Fragment Decode Time (14496-12 §8.8.12), always 64-bit. In traf. */
function tfdt(w: ByteWriter, time: number): void {
  w.fullBox("tfdt", 1, 0, () => w.u64(time));
}

/** Track Run (14496-12 §8.8.8). In traf. Gives back where its data offset, still 0, stands. */
function trun(w: ByteWriter, run: FragmentRun, flags: number): number {
  let dataOffsetAt = 0;
  w.fullBox("trun", 0, flags, () => {
    w.u32(run.sizes.length);
    dataOffsetAt = w.skip(4);
    if (flags & FIRST_FLAGS) w.u32(run.flags[0]!);
    for (let i = 0; i < run.sizes.length; i++) {
      if (flags & SAMPLE_DURATION) w.u32(run.durations[i]!);
      w.u32(run.sizes[i]!);
      if (flags & SAMPLE_FLAGS) w.u32(run.flags[i]!);
      if (flags & SAMPLE_COMPOSITION_OFFSET) w.u32(run.compositionOffsets[i]!);
    }
  });
  return dataOffsetAt;
}

/** Durations and flags that are all equal go to tfhd, offsets that are all 0 nowhere. */
function chooseFlags({ description, uniform, zeroOffsets }: RunShape): BoxFlags {
  const { durations, flags } = uniform;
  return {
    tfhd: BASE_IS_MOOF | (description === 1 ? 0 : DESCRIPTION_PRESENT) |
      (durations ? DEFAULT_DURATION : 0) | (flags === "mixed" ? 0 : DEFAULT_FLAGS),
    trun: DATA_OFFSET | SAMPLE_SIZE | (flags === "all but first" ? FIRST_FLAGS : 0) |
      (durations ? 0 : SAMPLE_DURATION) | (flags === "mixed" ? SAMPLE_FLAGS : 0) |
      (zeroOffsets ? 0 : SAMPLE_COMPOSITION_OFFSET),
  };
}
