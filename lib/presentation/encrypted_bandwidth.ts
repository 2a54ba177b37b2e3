/** Bandwidth of encrypted renditions: clear segments, and what boxes add. */

import { computeAes128Size } from "../drm/aes128.ts";
import type { ProtectedRangeFinder } from "../codecs/codec.ts";
import { AES_BLOCK_SIZE } from "../drm/content_key.ts";
import type { EncryptionScheme } from "../drm/encryption_scheme.ts";
import { buildSubsamples } from "../drm/subsamples.ts";
import { MediaError, withFileName } from "../errors.ts";
import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import { withPages } from "../mp4/samples/pages.ts";
import type { SampleTable } from "../mp4/samples/sample_table.ts";
import { computeEncryptionSize } from "../mp4/sample_encryption.ts";
import { loadTogether } from "../storage/load_ahead.ts";
import { readPlan, toSampleRanges } from "../storage/read_plan.ts";
import { type Bandwidths, computeBandwidths } from "./bandwidth.ts";
import type { MediaRendition } from "./presentation.ts";
import type { CbcsEncryption, CencEncryption, RenditionEncryption } from "./encryption.ts";
import { withSamples } from "./segment_extents.ts";
import { readSampleRuns, type SourceRun } from "./segment_samples.ts";
import { computeSegmentSizes } from "./segment_sizes.ts";

/** Subsamples of a sample of video where those of the first segment have no more: frames of several slices are rare. */
const USUAL_SUBSAMPLES = 4;

/** Enough for a segment of two seconds; others may be as long as the movie. */
const MAX_SAMPLES = 256;

/** A sample above this size has few subsamples for it. In bytes. */
const MAX_READ_BYTES = 2 ** 24;

export interface EncryptedBandwidths extends Bandwidths {
  /** Bytes that encryption adds to a key frame, which is alone in its segment. */
  readonly keyFrameExcess: number;
}

/**
 * Computes the bandwidth of encrypted segments: exactly for audio; for video as if each sample had the most subsamples that one of the
 * first segment has, or 4 if that is more.
 */
export async function computeEncryptedBandwidths(
  rendition: MediaRendition,
  encryption: RenditionEncryption,
  targetDuration: number,
): Promise<EncryptedBandwidths> {
  const sizes = computeSegmentSizes(rendition);
  if (encryption.scheme === "aes-128") {
    const encrypted = sizes.map(({ bytes, seconds }) => ({
      bytes: computeAes128Size(bytes),
      seconds,
    }));
    return { ...computeBandwidths(encrypted, targetDuration), keyFrameExcess: AES_BLOCK_SIZE };
  }
  const subsamples = await countSubsamples(rendition, encryption);
  const measure = createBoxMeasure(encryption.scheme, subsamples);
  const { timeline: { samples }, track: { entries, samples: table } } = rendition;
  const measureSegment = (first: number, end: number) => {
    if (entries.length === 1) return measure(end - first); // without a look-up in the tables
    return countRuns(table, first, end).reduce((sum, count) => sum + measure(count), 0);
  };
  const encrypted = await withPages(() =>
    sizes.map(({ bytes, seconds }, i) => {
      return { bytes: bytes + measureSegment(samples[i]!, samples[i + 1]!), seconds };
    })
  );
  return { ...computeBandwidths(encrypted, targetDuration), keyFrameExcess: measure(1) };
}

/** Returns the number of samples in each run of a sample description. */
function countRuns(table: SampleTable, start: number, end: number): number[] {
  const counts: number[] = [];
  for (let first = start; first < end;) {
    const next = Math.min(end, table.descriptionEnd(first));
    counts.push(next - first);
    first = next;
  }
  return counts;
}

/**
 * Returns a function of the number of samples that returns the bytes of their boxes.
 *
 * @param subsamples of each sample; 0 if whole samples are encrypted
 */
function createBoxMeasure(
  scheme: CommonEncryptionScheme,
  subsamples: number,
): (count: number) => number {
  const ivSize = scheme === "cenc" ? 8 : 0;
  const encryption = { ivSize, ivs: new Uint8Array(0) } as const;
  if (subsamples === 0) {
    const [one, two] = [1, 2].map((count) => computeEncryptionSize(encryption, count)) as [
      number,
      number,
    ];
    return (count) => one + (count - 1) * (two - one);
  }
  const map = new Uint32Array(2 * subsamples);
  const first = computeEncryptionSize({ ...encryption, subsamples: [map] }, 1);
  const next = ivSize + 2 + 6 * subsamples + 1; // senc, and a byte of saiz
  return (count) => first + (count - 1) * next;
}

/**
 * Loads the samples that `computeEncryptedBandwidths()` reads of each rendition, at the same time where sources can.
 *
 * @throws MediaError of a source
 */
export async function loadMeasuredSamples(
  renditions: readonly MediaRendition[],
  scheme: EncryptionScheme,
): Promise<void> {
  if (scheme === "aes-128") return;
  const measured = renditions.filter(({ codec }) => codec.protection !== "samples");
  await loadTogether(measured, async (rendition) => {
    const runs = await readFirstRuns(rendition);
    return runs.flatMap(({ source, offsets, sizes }) =>
      toSampleRanges(source, { offsets, sizes: limitSizes(sizes) })
    );
  });
}

/** Returns the most subsamples of a sample, at least `USUAL_SUBSAMPLES`; 0 if whole samples are encrypted. */
async function countSubsamples(
  rendition: MediaRendition,
  { scheme, protection }: CencEncryption | CbcsEncryption,
): Promise<number> {
  if (protection === "samples") return 0;
  const runs = await readFirstRuns(rendition);
  let most = USUAL_SUBSAMPLES;
  for (const { descriptionIndex, source, offsets, sizes } of runs) {
    const read = limitSizes(sizes);
    const ranges = toSampleRanges(source, { offsets, sizes: read });
    const plan = { type: "", header: new Uint8Array(0), ranges };
    const bytes = await readPlan(plan, new Uint8Array(0));
    const entry = rendition.track.entries[descriptionIndex - 1]!;
    const find = withFileName(rendition.file, () => protection(entry));
    most = Math.max(most, countMostKnown({ scheme, find }, bytes, read));
  }
  return most;
}

/** Reads the rows of the first segment; the samples of a short one are loaded at the same time if an index knows where they are. */
async function readFirstRuns(rendition: MediaRendition): Promise<SourceRun[]> {
  const { timeline: { samples }, expected, source: { size } } = rendition;
  const [first, next] = [samples[0]!, samples[1]!];
  const end = Math.min(next, first + MAX_SAMPLES);
  const read = () => readSampleRuns(rendition, first, end);
  const isWhole = end === next;
  return await withPages(() =>
    expected && isWhole ? withSamples(expected, { first, size }, read) : read()
  );
}

/** Counts up to a sample whose headers cannot be read: the request of its segment reports it. */
function countMostKnown(
  { scheme, find }: { scheme: CommonEncryptionScheme; find: ProtectedRangeFinder },
  bytes: Uint8Array,
  sizes: Uint32Array,
): number {
  let [most, at] = [0, 0];
  try {
    for (const size of sizes) {
      const sample = bytes.subarray(at, at += size);
      most = Math.max(most, buildSubsamples(scheme, find(sample), size).length / 2);
    }
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
  }
  return most;
}

/** Returns the sizes of the samples that are read: those that have at most `MAX_READ_BYTES` together. */
function limitSizes(sizes: Uint32Array): Uint32Array {
  let [count, sum] = [0, 0];
  while (count < sizes.length && (sum += sizes[count]!) <= MAX_READ_BYTES) count++;
  return sizes.subarray(0, count);
}
