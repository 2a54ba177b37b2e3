/** Fragments whose samples are encrypted (ISO/IEC 23001-7). */

import { buildSampleIvs, CENC_IV_SIZE } from "../drm/sample_iv.ts";
import { BlockCipher } from "../drm/block_cipher.ts";
import { encryptCbcs } from "../drm/cbcs.ts";
import { encryptCenc } from "../drm/cenc.ts";
import { buildSubsamples } from "../drm/subsamples.ts";
import type { ProtectedRangeFinder } from "../codecs/codec.ts";
import { MediaError } from "../errors.ts";
import type { SampleEncryption } from "../mp4/sample_encryption.ts";
import type { CbcsEncryption, CencEncryption } from "../presentation/encryption.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import type { SourceRun } from "../presentation/segment_samples.ts";
import { type PlanSlice, type SegmentPlan, toSampleRanges } from "../storage/read_plan.ts";

/** Samples of one sample description. */
type SampleRun = Pick<SourceRun, "first" | "descriptionIndex" | "source" | "offsets" | "sizes">;

export interface ProtectedFragment<Run extends SampleRun> {
  readonly type: string;
  readonly rendition: MediaRendition;
  readonly encryption: CencEncryption | CbcsEncryption;
  /** Runs that follow each other, from a sync sample on. */
  readonly runs: readonly Run[];
  /** Writes the boxes before the samples, and the header of mdat. */
  writeHeader(runs: readonly (Run & { readonly encryption: SampleEncryption })[]): Uint8Array;
}

type EncryptedRun<Run extends SampleRun> = Run & { readonly encryption: SampleEncryption };

/** Space before the samples for a header that depends on them: usual sizes of all boxes, of a run and of a sample. */
const USUAL_HEADER_SIZE = 256;
const USUAL_RUN_SIZE = 160;
const USUAL_SAMPLE_SIZE = 64;

const EMPTY = new Uint8Array(0);

/**
 * Plans a fragment with the encryption that `encryption` describes. Of audio, header and size are known before samples are read.
 *
 * @throws MediaError, when samples are read, if one cannot be protected
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
  const runs = fragment.runs.map((run) => ({ ...run, encryption: describeSamples(run, encryption) }));
  const header = writeHeader(runs);
  const ranges = toRanges(runs);
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
    slices: (_, minSize) => splitFragment({ type, header, encryption, runs }, minSize),
  };
}

function planSubsamples<Run extends SampleRun>(fragment: ProtectedFragment<Run>): SegmentPlan {
  const { type, encryption, writeHeader } = fragment;
  const placeholder = new Uint8Array(estimateHeaderSize(fragment.runs));
  const mapRuns = (bytes: Uint8Array) =>
    mapSubsamples(fragment, bytes.subarray(placeholder.length));
  return {
    type,
    header: placeholder,
    ranges: toRanges(fragment.runs),
    inPlace: true,
    transform(bytes) {
      const runs = mapRuns(bytes);
      encryptRuns(encryption, runs, bytes.subarray(placeholder.length));
      return replaceHeader(bytes, placeholder.length, writeHeader(runs));
    },
    slices(bytes, minSize) {
      const runs = mapRuns(bytes);
      return splitFragment({ type, header: writeHeader(runs), encryption, runs }, minSize);
    },
  };
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
        if (!(error instanceof MediaError)) throw error;
        throw error.in(`sample ${first + i + 1}`).inFile(rendition.file);
      }
    }
    return { ...run, encryption: { ...describeSamples(run, encryption), subsamples } };
  });
}

function encryptRuns(
  encryption: CencEncryption | CbcsEncryption,
  runs: readonly (Pick<SampleRun, "sizes"> & { readonly encryption: SampleEncryption })[],
  bytes: Uint8Array,
): void {
  using cipher = new BlockCipher(encryption.key.key.reveal());
  let at = 0;
  for (const { sizes, encryption: { ivs, subsamples } } of runs) {
    const start = at;
    for (let i = 0; i < sizes.length; i++) at += sizes[i]!;
    const samples = { bytes: bytes.subarray(start, at), sizes, ...subsamples && { subsamples } };
    if (encryption.scheme === "cenc") encryptCenc(cipher, ivs, samples);
    else encryptCbcs(cipher, encryption, samples);
  }
}

interface MappedFragment {
  readonly type: string;
  readonly header: Uint8Array;
  readonly encryption: CencEncryption | CbcsEncryption;
  readonly runs: readonly EncryptedRun<SampleRun>[];
}

/** Slices have at least `minSize` bytes, except the last, and whole samples. Each reads its own samples again. */
function splitFragment(fragment: MappedFragment, minSize: number): PlanSlice[] {
  const slices: PlanSlice[] = [];
  let header = fragment.header;
  let parts: EncryptedRun<SampleRun>[] = [];
  let size = header.length;
  const finishSlice = () => {
    slices.push({ plan: planSlice({ ...fragment, header, runs: parts }), size });
    [header, parts, size] = [EMPTY, [], 0];
  };
  for (const run of fragment.runs) {
    let start = 0;
    for (let i = 0; i < run.sizes.length; i++) {
      size += run.sizes[i]!;
      if (size < minSize) continue;
      parts.push(selectSamples(run, start, i + 1));
      start = i + 1;
      finishSlice();
    }
    if (start < run.sizes.length) parts.push(selectSamples(run, start, run.sizes.length));
  }
  if (size > 0) finishSlice();
  return slices;
}

function selectSamples(
  { first, descriptionIndex, source, offsets, sizes, encryption }: EncryptedRun<SampleRun>,
  start: number,
  end: number,
): EncryptedRun<SampleRun> {
  const { ivSize, ivs, subsamples } = encryption;
  return {
    first: first + start,
    descriptionIndex,
    source,
    offsets: offsets.subarray(start, end),
    sizes: sizes.subarray(start, end),
    encryption: {
      ivSize,
      ivs: ivs.subarray(ivSize * start, ivSize * end),
      ...subsamples && { subsamples: subsamples.slice(start, end) },
    },
  };
}

function planSlice({ type, header, encryption, runs }: MappedFragment): SegmentPlan {
  return {
    type,
    header,
    ranges: toRanges(runs),
    inPlace: true,
    transform(bytes) {
      encryptRuns(encryption, runs, bytes.subarray(header.length));
      return bytes;
    },
  };
}

function toRanges(runs: readonly SampleRun[]) {
  return runs.flatMap(({ source, offsets, sizes }) => toSampleRanges(source, { offsets, sizes }));
}
