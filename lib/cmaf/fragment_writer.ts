/** The only writer of styp, moof and mdat. */

import { ByteWriter } from "../bytes.ts";
import { styp } from "../mp4/file_type.ts";
import { getMdatHeaderSize, mdatHeader } from "../mp4/mdat.ts";
import { type FragmentRun, layOutMoof, moof, type MoofLayout } from "../mp4/moof.ts";
import { STYP_SIZE } from "../presentation/segment_bytes.ts";
import type { SourceRun } from "../presentation/segment_samples.ts";
import { type ByteRange, type SegmentPlan, toSampleRanges } from "../storage/read_plan.ts";

export const TRACK_ID = 1;

/** Brands of DASH and CMAF media segments. */
const SEGMENT_BRANDS = ["msdh", "cmfs"];

/** Samples of a moof and its mdat, from one or more sources. */
export interface SourceFragment {
  readonly sequence: number;
  readonly runs: readonly SourceRun[];
}

/** Boxes before mdat, where they differ from styp and moof of CMAF. */
export interface FragmentBoxes {
  readonly size: number;
  /** Size of all samples, in bytes. */
  readonly dataSize: number;
  write(w: ByteWriter): void;
}

/** Plans a CMAF segment (23000-19 §7.3.2) of one fragment whose samples are bytes of sources. */
export function planFragment(type: string, fragment: SourceFragment): SegmentPlan {
  return { type, header: writeFragment(fragment), ranges: toRanges(fragment.runs) };
}

/** Plans a CMAF segment of several fragments (chunks, 23000-19 §7.3.2.3). */
export function planFragments(type: string, fragments: readonly SourceFragment[]): SegmentPlan {
  if (fragments.length === 1) return planFragment(type, fragments[0]!);
  const layouts = fragments.map(({ runs }) => layOutMoof(runs));
  const headers = fragments.map((fragment, i) => writeHeader(fragment, layouts[i]!, i === 0));
  return {
    type,
    header: new Uint8Array(0),
    ranges: fragments.flatMap(({ runs }) => toRanges(runs)),
    transform: (samples) => interleave(headers, samples, layouts.map(({ dataSize }) => dataSize)),
  };
}

/** Writes styp, moof and the header of mdat, with the samples if they are in memory. */
export function writeFragment(
  fragment: { readonly sequence: number; readonly runs: readonly FragmentRun[] },
  samples?: Uint8Array,
): Uint8Array {
  return writeHeader(fragment, layOutMoof(fragment.runs), true, samples);
}

/** Writes a chunk (23000-19 §7.3.3.2), without its samples if these are undefined; styp starts the first chunk of a segment. */
export function writeChunk(
  fragment: { readonly sequence: number; readonly runs: readonly FragmentRun[] },
  samples: Uint8Array | undefined,
  { startsSegment }: { readonly startsSegment: boolean },
): Uint8Array {
  return writeHeader(fragment, layOutMoof(fragment.runs), startsSegment, samples);
}

/** Computes the size of styp, moof and the header of mdat. */
export function computeHeaderSize(runs: readonly FragmentRun[]): number {
  const { size, dataSize } = layOutMoof(runs);
  return STYP_SIZE + size + getMdatHeaderSize(dataSize);
}

/** Writes boxes and the header of mdat, with the samples if they are in memory. */
export function writeBoxesAndMdat(
  { size, dataSize, write }: FragmentBoxes,
  samples?: Uint8Array,
): Uint8Array {
  const w = new ByteWriter(size + getMdatHeaderSize(dataSize) + (samples?.length ?? 0));
  write(w);
  mdatHeader(w, dataSize);
  if (samples) w.bytes(samples);
  return w.finish();
}

function writeHeader(
  { sequence, runs }: { readonly sequence: number; readonly runs: readonly FragmentRun[] },
  layout: MoofLayout,
  isFirst: boolean,
  samples?: Uint8Array,
): Uint8Array {
  return writeBoxesAndMdat({
    size: (isFirst ? STYP_SIZE : 0) + layout.size,
    dataSize: layout.dataSize,
    write(w) {
      if (isFirst) styp(w, SEGMENT_BRANDS);
      moof(w, { sequence, trackId: TRACK_ID, runs }, layout);
    },
  }, samples);
}

function toRanges(runs: readonly SourceRun[]): ByteRange[] {
  return runs.flatMap(({ source, offsets, sizes }) => toSampleRanges(source, { offsets, sizes }));
}

function interleave(
  headers: readonly Uint8Array[],
  samples: Uint8Array,
  sizes: readonly number[],
): Uint8Array {
  const w = new ByteWriter(headers.reduce((sum, { length }) => sum + length, samples.length));
  let at = 0;
  for (const [i, header] of headers.entries()) {
    w.bytes(header);
    w.bytes(samples.subarray(at, at += sizes[i]!));
  }
  return w.finish();
}
