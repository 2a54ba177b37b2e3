/** A segment of an MP4 as a player reads it: boxes, samples, and where their bytes lie (14496-12 §8.8). */

import { ByteReader } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { inBox, readBoxes, readBoxHeader } from "../../mp4/box.ts";
import {
  getColumnOffsets,
  getRowSize,
  readTfdt,
  readTfhd,
  readTrun,
} from "../../mp4/fragment_reader.ts";
import type { Tfhd, Trun } from "../../mp4/fragment_reader.ts";

/** What is said for samples of which a fragment says nothing: trex. */
export interface SampleDefaults {
  readonly description: number;
  readonly duration: number;
  readonly size: number;
  readonly flags: number;
}

export interface Fragment {
  /** Types at the top level, in order. */
  readonly boxes: readonly string[];
  /** sequence_number. */
  readonly sequence: number;
  readonly trafs: readonly TrackFragment[];
  readonly samples: FragmentSamples;
  /** Bytes of the mdat that no sample has. */
  readonly unusedBytes: number;
}

export interface TrackFragment {
  readonly trackId: number;
  /** tfdt: decode time of its first sample. */
  readonly time: number | undefined;
  /** tfxd of Smooth Streaming. */
  readonly smooth: { readonly time: number; readonly duration: number } | undefined;
  /** Dependencies of its samples, a byte each: sdtp. */
  readonly dependencies: Uint8Array | undefined;
  readonly baseIsMoof: boolean;
  /** Its first sample. */
  readonly first: number;
}

/** A row a sample. */
export interface FragmentSamples {
  readonly count: number;
  readonly durations: Float64Array;
  readonly sizes: Float64Array;
  readonly flags: Float64Array;
  /** Signed. */
  readonly compositionOffsets: Float64Array;
  /** From 1, as in the file. */
  readonly descriptions: Float64Array;
  /** Where its bytes start in the segment. */
  readonly byteOffsets: Float64Array;
}

interface Traf {
  tfhd?: Tfhd;
  time?: number;
  smooth?: { time: number; duration: number };
  dependencies?: Uint8Array;
  truns: Trun[];
}

/** Type of a TfxdBox ([MS-SSTR] 2.2.4.4). */
const TFXD = "6d1d9b0542d544e680e2141daff757b2";

/** @throws MediaError when it is not one movie fragment and the mdat of its samples */
export function readFragment(bytes: Uint8Array, defaults: SampleDefaults): Fragment {
  const { types, moof, mdat } = topLevel(bytes);
  const { sequence, trafs } = inBox("moof", () => readMoof(moof.body));
  const samples = inBox("moof", () => new Rows(trafs));
  const said = trafs.map((traf) => {
    const first = samples.count;
    inBox("moof/traf", () => samples.add(traf, { moof: moof.start, defaults }));
    return trackFragment(traf, first);
  });
  const { columns } = samples;
  const claimed = inBox("mdat", () => claim(columns, mdat));
  return {
    boxes: types,
    sequence,
    trafs: said,
    samples: columns,
    unusedBytes: mdat.end - mdat.start - claimed,
  };
}

interface TopLevel {
  readonly types: readonly string[];
  /** Where the box starts, and what is in it. */
  readonly moof: { readonly start: number; readonly body: ByteReader };
  /** Where its body starts and ends. */
  readonly mdat: { readonly start: number; readonly end: number };
}

function topLevel(bytes: Uint8Array): TopLevel {
  const r = new ByteReader(bytes);
  const types: string[] = [];
  let moof: TopLevel["moof"] | undefined;
  let mdat: TopLevel["mdat"] | undefined;
  while (r.left > 0) {
    const start = r.position;
    const { type, size } = readBoxHeader(r);
    if (size < 0 || size > r.left) {
      throw new MediaError(`Cannot read ${size} bytes of ${type} where ${r.left} are left`);
    }
    types.push(type);
    const at = r.position;
    const body = r.take(size);
    if (type === "moof") moof = once(moof, { start, body }, type);
    if (type === "mdat") mdat = once(mdat, { start: at, end: at + size }, type);
  }
  if (!moof || !mdat) throw new MediaError(`Cannot find ${moof ? "mdat" : "moof"}`);
  return { types, moof, mdat };
}

function once<T>(known: T | undefined, found: T, type: string): T {
  if (known) throw new MediaError(`Cannot tell two boxes ${type} apart`);
  return found;
}

function readMoof(r: ByteReader): { sequence: number; trafs: Traf[] } {
  let sequence = 0;
  const trafs: Traf[] = [];
  readBoxes(r, {
    mfhd: (r) => {
      r.skip(4);
      sequence = r.u32();
    },
    traf: (r) => trafs.push(readTraf(r)),
  });
  return { sequence, trafs };
}

function readTraf(r: ByteReader): Traf {
  const traf: Traf = { truns: [] };
  readBoxes(r, {
    tfhd: (r) => traf.tfhd = readTfhd(r),
    tfdt: (r) => traf.time = readTfdt(r),
    trun: (r) => traf.truns.push(readTrun(r)),
    sdtp: (r) => {
      r.skip(4);
      traf.dependencies = r.rest().bytes;
    },
    uuid: (r) => {
      if (r.take(16).bytes.toHex() !== TFXD) return;
      const long = r.u32() >>> 24 === 1;
      traf.smooth = long
        ? { time: r.u64(), duration: r.u64() }
        : { time: r.u32(), duration: r.u32() };
    },
  });
  return traf;
}

function trackFragment({ tfhd, time, smooth, dependencies }: Traf, first: number): TrackFragment {
  return {
    trackId: tfhd!.trackId,
    time,
    smooth,
    dependencies,
    baseIsMoof: tfhd!.defaultBaseIsMoof,
    first,
  };
}

/** More samples than any segment has: what claims so many would fill the memory. */
const MOST_SAMPLES = 2 ** 24;

/** Samples of the runs of a fragment, put behind one another. */
class Rows {
  readonly #columns: FragmentSamples;
  #count = 0;
  #end = 0;

  /** @throws MediaError when there are far too many */
  constructor(trafs: readonly Traf[]) {
    const count = trafs.flatMap(({ truns }) => truns).reduce((sum, trun) => sum + trun.count, 0);
    if (count > MOST_SAMPLES) throw new MediaError(`Cannot read ${count} samples at once`);
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

  /** @throws MediaError when tfhd is missing */
  add({ tfhd, truns }: Traf, { moof, defaults }: { moof: number; defaults: SampleDefaults }): void {
    if (!tfhd) throw new MediaError("Cannot find a tfhd box");
    const fromMoof = tfhd.defaultBaseIsMoof || this.#count === 0;
    const base = tfhd.baseDataOffset ?? (fromMoof ? moof : this.#end);
    const own = {
      description: tfhd.description ?? defaults.description,
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
      into.descriptions[row] = defaults.description;
      into.byteOffsets[row] = this.#end;
      this.#end += into.sizes[row]!;
    }
  }
}

/** Bytes that samples have of the mdat, where all of them lie in it. */
function claim(
  { count, byteOffsets, sizes }: FragmentSamples,
  { start, end }: TopLevel["mdat"],
): number {
  let claimed = 0;
  for (let i = 0; i < count; i++) {
    const [first, last] = [byteOffsets[i]!, byteOffsets[i]! + sizes[i]!];
    if (first < start || last > end) {
      throw new MediaError(
        `Cannot find sample ${i + 1} at bytes ${first} to ${last}: the mdat has ${start} to ${end}`,
      );
    }
    claimed += sizes[i]!;
  }
  return claimed;
}
