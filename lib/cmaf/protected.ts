/** Fragments whose samples are encrypted (ISO/IEC 23001-7). */

import { buildSampleIvs, CENC_IV_SIZE } from "../drm/sample_iv.ts";
import { buildSubsamples } from "../drm/subsamples.ts";
import type { ProtectedRangeFinder } from "../codecs/codec.ts";
import { MediaError, withFileName } from "../errors.ts";
import type { SampleEncryption } from "../mp4/sample_encryption.ts";
import type { CbcsEncryption, CencEncryption } from "../presentation/encryption.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import type { ByteRange, SegmentPlan } from "../storage/read_plan.ts";
import { type EncryptedRun, encryptRuns, type SampleRun, toRunRanges } from "./protected_runs.ts";
import { splitProtectedFragment } from "./protected_slices.ts";

export interface ProtectedFragment<Run extends SampleRun> {
  readonly type: string;
  readonly rendition: MediaRendition;
  readonly encryption: CencEncryption | CbcsEncryption;
  /** Runs that follow each other, from a sync sample on. */
  readonly runs: readonly Run[];
  /** Writes the boxes before the samples, and the header of mdat. */
  writeHeader(runs: readonly (Run & { readonly encryption: SampleEncryption })[]): Uint8Array;
}

/** Space before the samples for a header that depends on them: usual sizes of all boxes, of a run and of a sample. */
const USUAL_HEADER_SIZE = 256;
const USUAL_RUN_SIZE = 160;
const USUAL_SAMPLE_SIZE = 64;

/** All samples of a large segment are in memory while their headers are read. */
const MAX_BYTES = 2 ** 27;

const EMPTY = new Uint8Array(0);

/**
 * Plans a fragment with the encryption that `encryption` describes. Of audio, header and size are known before samples are read.
 *
 * @throws MediaError `MEDIA_UNSUPPORTED` if the segment is too large; when samples are read, also if one cannot be protected
 */
export function planProtectedFragment<Run extends SampleRun>(
  fragment: ProtectedFragment<Run>,
): SegmentPlan {
  return fragment.encryption.protection === "samples"
    ? planWholeSamples(fragment)
    : planSubsamples(fragment);
}

function planWholeSamples<Run extends SampleRun>(fragment: ProtectedFragment<Run>): SegmentPlan {
  const { type, encryption, writeHeader } = fragment;
  const runs = fragment.runs.map((run) => ({
    ...run,
    encryption: describeSamples(run, encryption),
  }));
  const header = writeHeader(runs);
  const ranges = toRunRanges(runs);
  return {
    type,
    header,
    ranges,
    inPlace: true,
    size: ranges.reduce((sum, { size }) => sum + size, header.length),
    transform(bytes) {
      encryptRuns(encryption, runs, bytes.subarray(header.length));
      return bytes;
    },
    slices: (_, minSize) => splitProtectedFragment({ type, header, encryption, runs }, minSize),
  };
}

function planSubsamples<Run extends SampleRun>(fragment: ProtectedFragment<Run>): SegmentPlan {
  const { type, encryption, writeHeader } = fragment;
  const ranges = toRunRanges(fragment.runs);
  requireSize(fragment, ranges);
  const placeholder = new Uint8Array(estimateHeaderSize(fragment.runs));
  const mapRuns = (bytes: Uint8Array) => {
    const samples = bytes.subarray(placeholder.length);
    return withFileName(fragment.rendition.file, () => mapSubsamples(fragment, samples));
  };
  return {
    type,
    header: placeholder,
    ranges,
    inPlace: true,
    transform(bytes) {
      const runs = mapRuns(bytes);
      encryptRuns(encryption, runs, bytes.subarray(placeholder.length));
      return replaceHeader(bytes, placeholder.length, writeHeader(runs));
    },
    slices(bytes, minSize) {
      const runs = mapRuns(bytes);
      return splitProtectedFragment({ type, header: writeHeader(runs), encryption, runs }, minSize);
    },
  };
}

function requireSize(
  { rendition: { file } }: Pick<ProtectedFragment<SampleRun>, "rendition">,
  ranges: readonly ByteRange[],
): void {
  const bytes = ranges.reduce((sum, { size }) => sum + size, 0);
  if (bytes <= MAX_BYTES) return;
  const why = `Cannot encrypt a segment of ${bytes} bytes, expected at most ${MAX_BYTES}`;
  throw new MediaError(why, "MEDIA_UNSUPPORTED").inFile(file);
}

function estimateHeaderSize(runs: readonly SampleRun[]): number {
  return runs.reduce(
    (size, { sizes }) => size + USUAL_RUN_SIZE + USUAL_SAMPLE_SIZE * sizes.length,
    USUAL_HEADER_SIZE,
  );
}

/** Writes a header before the samples that follow a placeholder of `size` bytes, without a copy if it fits. */
function replaceHeader(bytes: Uint8Array, size: number, header: Uint8Array): Uint8Array {
  if (header.length <= size) {
    const replaced = bytes.subarray(size - header.length);
    replaced.set(header);
    return replaced;
  }
  const replaced = new Uint8Array(header.length + bytes.length - size);
  replaced.set(header);
  replaced.set(bytes.subarray(size), header.length);
  return replaced;
}

/** Describes the auxiliary information of samples without subsamples. */
function describeSamples(
  { first, sizes }: Pick<SampleRun, "first" | "sizes">,
  encryption: CencEncryption | CbcsEncryption,
): SampleEncryption {
  if (encryption.scheme === "cbcs") return { ivSize: 0, ivs: EMPTY };
  const ivs = buildSampleIvs(encryption.firstIv, { sample: first, count: sizes.length });
  return { ivSize: CENC_IV_SIZE, ivs };
}

/** Finds the protected bytes of all samples in the order of decoding, with one finder for each sample description. */
function mapSubsamples<Run extends SampleRun>(
  { rendition, encryption, runs }: ProtectedFragment<Run>,
  bytes: Uint8Array,
): EncryptedRun<Run>[] {
  const { protection, scheme } = encryption;
  if (protection === "samples") throw new TypeError("expected a codec with subsamples");
  const finders = new Map<number, ProtectedRangeFinder>();
  let at = 0;
  return runs.map((run) => {
    const { first, descriptionIndex, sizes } = run;
    const entry = rendition.track.entries[descriptionIndex - 1]!;
    const find = finders.get(descriptionIndex) ?? protection(entry);
    finders.set(descriptionIndex, find);
    const subsamples: Uint32Array[] = [];
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[i]!;
      const sample = bytes.subarray(at, at += size);
      try {
        subsamples.push(buildSubsamples(scheme, find(sample), size));
      } catch (error) {
        throw error instanceof MediaError ? error.in(`sample ${first + i + 1}`) : error;
      }
    }
    return { ...run, encryption: { ...describeSamples(run, encryption), subsamples } };
  });
}
