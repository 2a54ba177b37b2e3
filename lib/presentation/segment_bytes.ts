import { getMdatHeaderSize } from "../mp4/mdat.ts";
import { computeMoofSize, type RunShape } from "../mp4/moof.ts";
import { SINGLE_SAMPLE } from "../mp4/samples/sample_table.ts";
import type { SegmentedSamples } from "./segment_samples.ts";

/** Header, major brand, minor version and two compatible brands. */
export const STYP_SIZE = 8 + 4 + 4 + 2 * 4;

/** Computes the size of styp, moof and the header of mdat of the samples `[first, end)`, which have `bytes` bytes. */
export function computeSegmentHeaderSize(
  rendition: Omit<SegmentedSamples, "timeline">,
  { first, end, bytes }: { first: number; end: number; bytes: number },
): number {
  return STYP_SIZE + computeMoofSize(getRunShapes(rendition, first, end)) +
    getMdatHeaderSize(bytes);
}

/** Computes what `computeSegmentHeaderSize()` returns for a sample of `bytes` bytes, without a look-up in the tables. */
export function computeSampleHeaderSize(
  description: number,
  compositionOffset: number,
  bytes: number,
): number {
  const shape: RunShape = {
    descriptionIndex: description + 1,
    count: 1,
    uniform: SINGLE_SAMPLE,
    zeroOffsets: compositionOffset === 0,
  };
  return STYP_SIZE + computeMoofSize([shape]) + getMdatHeaderSize(bytes);
}

/** Must agree with the runs of `readSampleRuns()`. */
function getRunShapes(
  { track, timing }: Omit<SegmentedSamples, "timeline">,
  start: number,
  end: number,
): RunShape[] {
  const table = track.samples;
  const hasPreRoll = track.rollDistance !== undefined;
  const shapes: RunShape[] = [];
  for (let first = start; first < end;) {
    const next = Math.min(end, table.descriptionEnd(first));
    const description = table.description(first) + 1;
    shapes.push({
      descriptionIndex: description,
      count: next - first,
      hasPreRoll,
      hasEqualSizes: track.hasEqualSizes,
      ...timing.uniformFields(first, next),
    });
    first = next;
  }
  return shapes;
}
