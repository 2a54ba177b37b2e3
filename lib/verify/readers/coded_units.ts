/** Splits samples of video into the units whose headers stay clear and whose slices, tiles or frames are encrypted (23001-7 §9.5). */

import { MediaError } from "../../errors.ts";
import type { SampleEntry } from "../../mp4/sample_entry.ts";
import { AvcSliceMeter } from "./avc_slices.ts";
import { HevcSliceMeter } from "./hevc_slices.ts";
import { readNalConfiguration } from "./nal_units.ts";
import { Vp9FrameMeter } from "./vp9_frames.ts";

/** Bytes `[start, end)` of a sample. Bytes outside of units are lengths, or an index. */
export interface CodedUnit {
  readonly start: number;
  readonly end: number;
  /** Bytes of headers, which stay clear, at the start: at least as many. Undefined if the whole unit stays clear. */
  readonly minHeader: number | undefined;
  /** Exact bytes of headers, if they are known. */
  readonly header?: number | undefined;
}

export interface UnitSplitter {
  /** True if a unit has several encrypted ranges, of which only the last reaches its end. */
  readonly hasTiles: boolean;
  /** True if both schemes encrypt whole blocks only. */
  readonly isAligned: boolean;
  /** @throws MediaError if a unit exceeds the sample */
  split(sample: Uint8Array): CodedUnit[];
}

/**
 * Creates a splitter for samples of an entry; undefined for other codecs.
 *
 * @param inOrder true if all samples are split in decode order, so that headers of AVC, HEVC and VP9 can be read
 * @throws MediaError if the configuration is truncated
 */
export function createUnitSplitter(entry: SampleEntry, inOrder = false): UnitSplitter | undefined {
  const nals = readNalConfiguration(entry);
  if (nals) {
    const { lengthSize, parameterSets } = nals;
    const isAvc = entry.boxes.has("avcC");
    const Meter = isAvc ? AvcSliceMeter : HevcSliceMeter;
    const meter = inOrder ? new Meter(parameterSets) : undefined;
    const measure = isAvc ? measureAvc : measureHevc;
    const split = (sample: Uint8Array) => splitNals(sample, lengthSize, { measure, meter });
    return { hasTiles: false, isAligned: false, split };
  }
  if (entry.boxes.has("av1C")) return { hasTiles: true, isAligned: false, split: splitObus };
  if (entry.boxes.has("vpcC")) {
    const meter = inOrder ? new Vp9FrameMeter() : undefined;
    return { hasTiles: false, isAligned: true, split: (sample) => splitFrames(sample, meter) };
  }
  return undefined;
}

/** Returns undefined for a NAL unit that is no slice. */
type HeaderMeter = (nal: Uint8Array) => number | undefined;

/** The NAL unit header, and a byte of the slice header, which has at least three fields (14496-10 §7.3.3). */
function measureAvc([header = 0]: Uint8Array): number | undefined {
  const type = header & 31;
  return type === 1 || type === 5 ? 2 : undefined;
}

/** VCL NAL units are those of types 0 to 31 (23008-2 §7.4.2.2). */
function measureHevc([header = 0]: Uint8Array): number | undefined {
  return (header >> 1 & 63) < 32 ? 3 : undefined;
}

type SliceMeter = AvcSliceMeter | HevcSliceMeter;

function splitNals(
  sample: Uint8Array,
  lengthSize: number,
  { measure, meter }: { readonly measure: HeaderMeter; readonly meter: SliceMeter | undefined },
): CodedUnit[] {
  const units: CodedUnit[] = [];
  for (let at = 0; at + lengthSize <= sample.length;) {
    let length = 0;
    for (const byte of sample.subarray(at, at + lengthSize)) length = 256 * length + byte;
    const start = at + lengthSize;
    const end = requireEnd(start + length, sample);
    const nal = sample.subarray(start, end);
    const minHeader = measure(nal);
    const isSlice = minHeader !== undefined;
    const header = meter && tryMeasure(() => measureNal(nal, { meter, isSlice }));
    units.push({ start, end, minHeader, ...header !== undefined && { header } });
    at = end;
  }
  return units;
}

/** Returns undefined where headers cannot be read. */
function tryMeasure(measure: () => number | undefined): number | undefined {
  try {
    return measure();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    return undefined;
  }
}

function measureNal(
  nal: Uint8Array,
  { meter, isSlice }: { readonly meter: SliceMeter; readonly isSlice: boolean },
): number | undefined {
  if (isSlice) return meter.measure(nal);
  if (nal.length > 0) meter.readSet(nal);
  return undefined;
}

function requireEnd(end: number, { length }: Uint8Array): number {
  if (end <= length) return end;
  throw new MediaError(`Cannot read a unit up to byte ${end} of a sample of ${length}`);
}

const OBU_TILE_GROUP = 4;
const OBU_FRAME = 6;

/** Units of AV1 (AV1 specification §5.3). OBU_FRAME starts with a frame header, OBU_TILE_GROUP may start with its first tile. */
function splitObus(sample: Uint8Array): CodedUnit[] {
  const units: CodedUnit[] = [];
  for (let at = 0; at < sample.length;) {
    const header = sample[at]!;
    const type = header >> 3 & 15;
    let start = at + (header & 4 ? 2 : 1);
    let size = sample.length - start;
    if (header & 2) [size, start] = readLeb128(sample, start);
    const end = requireEnd(start + size, sample);
    const minHeader = type === OBU_FRAME ? 1 : type === OBU_TILE_GROUP ? 0 : undefined;
    units.push({ start, end, minHeader });
    at = end;
  }
  return units;
}

/** @returns the value, and the offset behind it */
function readLeb128(bytes: Uint8Array, start: number): [value: number, end: number] {
  let value = 0;
  for (let i = 0; i < 8; i++) {
    const byte = bytes[start + i] ?? 0;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return [value, start + i + 1];
  }
  return [value, start + 8];
}

/** Frames of VP9, those of a superframe with its index (VP9 specification annex B). */
function splitFrames(sample: Uint8Array, meter: Vp9FrameMeter | undefined): CodedUnit[] {
  const marker = sample.at(-1) ?? 0;
  const [bytes, count] = [(marker >> 3 & 3) + 1, (marker & 7) + 1];
  const index = sample.length - 2 - bytes * count;
  if (marker >> 5 !== 6 || index < 0 || sample[index] !== marker) {
    return sample.length > 0 ? [toFrame(sample, meter)] : [];
  }
  const units: CodedUnit[] = [];
  let start = 0;
  for (let i = 0; i < count; i++) {
    const field = sample.subarray(index + 1 + i * bytes, index + 1 + (i + 1) * bytes);
    const end = requireEnd(start + field.reduceRight((sum, byte) => 256 * sum + byte, 0), sample);
    if (end > start) units.push(toFrame(sample.subarray(0, end), meter, start));
    start = end;
  }
  return units;
}

/** A frame that is shown again has show_existing_frame behind marker and profile, and no data. */
function toFrame(sample: Uint8Array, meter: Vp9FrameMeter | undefined, start = 0): CodedUnit {
  const end = sample.length;
  const header = meter && tryMeasure(() => meter.measure(sample.subarray(start)));
  const first = sample[start]!;
  const isProfile3 = (first >> 4 & 3) === 3;
  const isShownAgain = (first >> (isProfile3 ? 2 : 3) & 1) === 1;
  return {
    ...{ start, end, minHeader: isShownAgain ? undefined : 2 },
    ...header !== undefined && { header },
  };
}
