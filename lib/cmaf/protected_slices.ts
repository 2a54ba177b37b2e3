/** Slices of large segments whose samples are encrypted. */

import type { SampleEncryption } from "../mp4/sample_encryption.ts";
import type { CbcsEncryption, CencEncryption } from "../presentation/encryption.ts";
import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import { type EncryptedRun, encryptRuns, type SampleRun, toRunRanges } from "./protected_runs.ts";

const EMPTY = new Uint8Array(0);

interface MappedFragment {
  readonly type: string;
  readonly header: Uint8Array;
  readonly encryption: CencEncryption | CbcsEncryption;
  readonly runs: readonly CompactRun[];
}

/** A run whose subsamples are in one array: many slices of many clients retain them. */
interface CompactRun extends SampleRun {
  readonly encryption: Pick<SampleEncryption, "ivSize" | "ivs">;
  readonly subsamples?: { readonly all: Uint32Array; readonly ends: Uint32Array };
}

function toCompactRun(
  { first, descriptionIndex, source, offsets, sizes, encryption }: EncryptedRun<SampleRun>,
): CompactRun {
  const { ivSize, ivs, subsamples } = encryption;
  const run = { first, descriptionIndex, source, offsets, sizes, encryption: { ivSize, ivs } };
  if (!subsamples) return run;
  const all = new Uint32Array(subsamples.reduce((sum, { length }) => sum + length, 0));
  const ends = new Uint32Array(subsamples.length);
  let end = 0;
  for (let i = 0; i < subsamples.length; i++) {
    all.set(subsamples[i]!, end);
    ends[i] = end += subsamples[i]!.length;
  }
  return { ...run, subsamples: { all, ends } };
}

/** Samples `[first, end)` of all runs, counted from the first. */
interface SampleSpan {
  readonly first: number;
  readonly end: number;
}

/** Slices have at least `minSize` bytes, except the last, and whole samples. Each reads its own samples again. */
export function splitProtectedFragment(
  { runs, ...fragment }: Omit<MappedFragment, "runs"> & {
    readonly runs: readonly EncryptedRun<SampleRun>[];
  },
  minSize: number,
): PlanSlice[] {
  const mapped = { ...fragment, runs: runs.map(toCompactRun) };
  const slices: PlanSlice[] = [];
  let [first, end, size] = [0, 0, mapped.header.length];
  const finishSlice = () => {
    slices.push(new FragmentSlice(mapped, { first, end }, size));
    [first, size] = [end, 0];
  };
  for (const { sizes } of mapped.runs) {
    for (let i = 0; i < sizes.length; i++) {
      size += sizes[i]!;
      end++;
      if (size >= minSize) finishSlice();
    }
  }
  if (size > 0) finishSlice();
  return slices;
}

/** Plans a slice when it is read: the plans of all slices would occupy several times the memory. */
class FragmentSlice implements PlanSlice {
  readonly #fragment: MappedFragment;
  readonly #span: SampleSpan;

  constructor(fragment: MappedFragment, span: SampleSpan, readonly size: number) {
    this.#fragment = fragment;
    this.#span = span;
  }

  get plan(): SegmentPlan {
    const { type, header: wholeHeader, encryption } = this.#fragment;
    const header = this.#span.first === 0 ? wholeHeader : EMPTY;
    const runs = selectRuns(this.#fragment.runs, this.#span);
    return {
      type,
      header,
      ranges: toRunRanges(runs),
      inPlace: true,
      transform(bytes) {
        encryptRuns(encryption, runs, bytes.subarray(header.length));
        return bytes;
      },
    };
  }
}

function selectRuns(runs: readonly CompactRun[], span: SampleSpan): EncryptedRun<SampleRun>[] {
  const selected: EncryptedRun<SampleRun>[] = [];
  let before = 0;
  for (const run of runs) {
    const start = Math.max(0, span.first - before);
    const end = Math.min(run.sizes.length, span.end - before);
    if (start < end) selected.push(selectSamples(run, start, end));
    before += run.sizes.length;
  }
  return selected;
}

function selectSamples(run: CompactRun, start: number, end: number): EncryptedRun<SampleRun> {
  const { first, descriptionIndex, source, offsets, sizes, subsamples } = run;
  const { ivSize, ivs } = run.encryption;
  const getMap = (i: number) =>
    subsamples!.all.subarray(i > 0 ? subsamples!.ends[i - 1] : 0, subsamples!.ends[i]);
  return {
    first: first + start,
    descriptionIndex,
    source,
    offsets: offsets.subarray(start, end),
    sizes: sizes.subarray(start, end),
    encryption: {
      ivSize,
      ivs: ivs.subarray(ivSize * start, ivSize * end),
      ...subsamples && {
        subsamples: Array.from({ length: end - start }, (_, i) => getMap(start + i)),
      },
    },
  };
}
