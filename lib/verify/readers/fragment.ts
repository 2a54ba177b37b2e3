/** Reads an MP4 segment as a player does (14496-12 §8.8). */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { inBox, readBoxes, readBoxHeader } from "../../mp4/box.ts";
import { readMfhd, readTfdt, readTfhd, type Tfhd } from "../../mp4/moof.ts";
import { readSbgp } from "../../mp4/sample_groups.ts";
import { readSdtp } from "../../mp4/samples/sdtp.ts";
import { readTfxd, type Tfxd } from "../../mp4/smooth_moof.ts";
import { getColumnOffsets, getRowSize, readTrun, type Trun } from "../../mp4/trun.ts";

/** Defaults of trex. */
export interface SampleDefaults {
  readonly descriptionIndex: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

export interface MovieFragment {
  readonly boxTypes: readonly string[];
  readonly sequenceNumber: number;
  readonly trafs: readonly TrackFragment[];
  readonly samples: FragmentSamples;
  readonly unusedMdatBytes: number;
}

export interface TrackFragment {
  readonly trackId: number;
  readonly decodeTime: number | undefined;
  readonly tfxd: Tfxd | undefined;
  readonly sdtp: Uint8Array | undefined;
  readonly baseIsMoof: boolean;
  readonly firstSample: number;
  /** Samples in a group of pre-roll. */
  readonly rolledSamples: number;
}

/** Columns with a row for each sample. */
export interface FragmentSamples {
  readonly count: number;
  readonly durations: Float64Array;
  readonly sizes: Float64Array;
  readonly flags: Float64Array;
  readonly compositionOffsets: Float64Array;
  /** Sample entries, from 1. */
  readonly descriptions: Float64Array;
  readonly byteOffsets: Float64Array;
}

interface Traf {
  tfhd?: Tfhd;
  decodeTime?: number;
  tfxd?: Tfxd | undefined;
  sdtp?: Uint8Array;
  rolledSamples: number;
  truns: Trun[];
}

/** @throws MediaError unless it has one moof, and one mdat that contains all samples */
export function readFragment(bytes: Uint8Array, defaults: SampleDefaults): MovieFragment {
  const { types, moof, mdat } = readTopLevel(bytes);
  const { sequence, trafs } = inBox("moof", () => readMoof(moof.body));
  const samples = inBox("moof", () => new Rows(trafs));
  const trackFragments = trafs.map((traf) => {
    const first = samples.count;
    inBox("moof/traf", () => samples.add(traf, { moof: moof.boxStart, defaults }));
    return toTrackFragment(traf, first);
  });
  const { columns } = samples;
  const used = inBox("mdat", () => sumSizes(columns, mdat));
  return {
    boxTypes: types,
    sequenceNumber: sequence,
    trafs: trackFragments,
    samples: columns,
    unusedMdatBytes: mdat.bodyEnd - mdat.bodyStart - used,
  };
}

interface TopLevel {
  readonly types: readonly string[];
  readonly moof: { readonly boxStart: number; readonly body: ByteReader };
  readonly mdat: { readonly bodyStart: number; readonly bodyEnd: number };
}

function readTopLevel(bytes: Uint8Array): TopLevel {
  const r = new ByteReader(bytes);
  const types: string[] = [];
  let moof: TopLevel["moof"] | undefined;
  let mdat: TopLevel["mdat"] | undefined;
  while (r.left > 0) {
    const boxStart = r.position;
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) {
      throw new MediaError(`Cannot read ${type} of ${size} bytes, expected at most ${r.left}`);
    }
    types.push(type);
    const bodyStart = r.position;
    const body = r.take(size);
    if (type === "moof") moof = requireOnce(moof, { boxStart, body }, type);
    if (type === "mdat") {
      mdat = requireOnce(mdat, { bodyStart, bodyEnd: bodyStart + size }, type);
    }
  }
  if (!moof || !mdat) throw new MediaError(`Cannot find ${moof ? "mdat" : "moof"}`);
  return { types, moof, mdat };
}

function requireOnce<T>(known: T | undefined, found: T, type: string): T {
  if (known) throw new MediaError(`Cannot read more than one ${type}`);
  return found;
}

function readMoof(r: ByteReader): { sequence: number; trafs: Traf[] } {
  let sequence = 0;
  const trafs: Traf[] = [];
  readBoxes(r, {
    mfhd: (r) => sequence = readMfhd(r),
    traf: (r) => trafs.push(readTraf(r)),
  });
  return { sequence, trafs };
}

function readTraf(r: ByteReader): Traf {
  const traf: Traf = { rolledSamples: 0, truns: [] };
  readBoxes(r, {
    tfhd: (r) => traf.tfhd = readTfhd(r),
    tfdt: (r) => traf.decodeTime = readTfdt(r),
    trun: (r) => traf.truns.push(readTrun(r)),
    sdtp: (r) => traf.sdtp = readSdtp(r),
    sbgp: (r) => traf.rolledSamples += readSbgp(r),
    uuid: (r) => traf.tfxd = readTfxd(r) ?? traf.tfxd,
  });
  return traf;
}

function toTrackFragment(
  { tfhd, decodeTime, tfxd, sdtp, rolledSamples }: Traf,
  firstSample: number,
): TrackFragment {
  return {
    trackId: tfhd!.trackId,
    decodeTime,
    tfxd,
    sdtp,
    baseIsMoof: tfhd!.defaultBaseIsMoof,
    firstSample,
    rolledSamples,
  };
}

/** Bounds the memory for samples that a segment declares. */
const MAX_SAMPLES = 2 ** 24;

class Rows {
  readonly #columns: FragmentSamples;
  #count = 0;
  #end = 0;

  constructor(trafs: readonly Traf[]) {
    const count = trafs.flatMap(({ truns }) => truns).reduce((sum, trun) => sum + trun.count, 0);
    if (count > MAX_SAMPLES) {
      throw new MediaError(`Cannot read ${count} samples, expected at most ${MAX_SAMPLES}`);
    }
    const column = () => new Float64Array(count);
    this.#columns = {
      count,
      durations: column(),
      sizes: column(),
      flags: column(),
      compositionOffsets: column(),
      descriptions: column(),
      byteOffsets: column(),
    };
  }

  get count(): number {
    return this.#count;
  }

  get columns(): FragmentSamples {
    return this.#columns;
  }

  add({ tfhd, truns }: Traf, { moof, defaults }: { moof: number; defaults: SampleDefaults }): void {
    if (!tfhd) throw new MediaError("Cannot find a tfhd box");
    const fromMoof = tfhd.defaultBaseIsMoof || this.#count === 0;
    const base = tfhd.baseDataOffset ?? (fromMoof ? moof : this.#end);
    const own = {
      descriptionIndex: tfhd.descriptionIndex ?? defaults.descriptionIndex,
      duration: tfhd.duration ?? defaults.duration,
      size: tfhd.size ?? defaults.size,
      flags: tfhd.flags ?? defaults.flags,
    };
    this.#end = base;
    for (const trun of truns) {
      if (trun.dataOffset !== undefined) this.#end = base + trun.dataOffset;
      this.#addRun(trun, own);
    }
  }

  #addRun({ count, columns, firstFlags, rows }: Trun, defaults: SampleDefaults): void {
    const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
    const [duration, size, flags, offset] = getColumnOffsets(columns);
    const step = getRowSize(columns);
    const into = this.#columns;
    for (let i = 0; i < count; i++) {
      const at = i * step;
      const row = this.#count++;
      const own = flags < 0 ? defaults.flags : view.getUint32(at + flags);
      into.durations[row] = duration < 0 ? defaults.duration : view.getUint32(at + duration);
      into.sizes[row] = size < 0 ? defaults.size : view.getUint32(at + size);
      into.flags[row] = i === 0 ? firstFlags ?? own : own;
      into.compositionOffsets[row] = offset < 0 ? 0 : view.getInt32(at + offset);
      into.descriptions[row] = defaults.descriptionIndex;
      into.byteOffsets[row] = this.#end;
      this.#end += into.sizes[row]!;
    }
  }
}

function sumSizes(
  { count, byteOffsets, sizes }: FragmentSamples,
  { bodyStart: start, bodyEnd: end }: TopLevel["mdat"],
): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const [first, last] = [byteOffsets[i]!, byteOffsets[i]! + sizes[i]!];
    if (first < start || last > end) {
      throw new MediaError(
        `Cannot find sample ${i + 1} at bytes ${first} to ${last}, expected ${start} to ${end}`,
      );
    }
    sum += sizes[i]!;
  }
  return sum;
}

export function getFragmentSample(
  segment: Uint8Array,
  { byteOffsets, sizes }: FragmentSamples,
  index: number,
): Uint8Array {
  return segment.subarray(byteOffsets[index]!, byteOffsets[index]! + sizes[index]!);
}
