/** NAL units behind start codes, as transport streams have them (14496-10 annex B, 23008-2 annex B). */

/** What is particular to AVC or HEVC, and to one sample entry. */
export interface AnnexBFormat {
  /** Bytes of a NAL unit's length in the samples. */
  readonly lengthSize: number;
  /** An access unit delimiter that allows every kind of slice; each access unit starts with one. */
  readonly delimiter: Uint8Array;
  /** True for a delimiter of the file's own, which is left out. */
  isDelimiter(nal: Uint8Array): boolean;
  /** Written before each sync sample. */
  readonly parameterSets: readonly Uint8Array[];
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** A function that makes an access unit of a sample. It writes start codes over lengths of 4 bytes: the sample is used up. */
export function createAnnexBConverter(
  { lengthSize, delimiter, isDelimiter, parameterSets }: AnnexBFormat,
): (sample: Uint8Array, sync: boolean) => Uint8Array[] {
  return (sample, sync) => {
    const parts = [START_CODE, delimiter];
    if (sync) parts.push(...parameterSets.flatMap((set) => [START_CODE, set]));
    for (let start = lengthSize; start <= sample.length;) {
      let length = 0;
      for (let i = start - lengthSize; i < start; i++) length = 256 * length + sample[i]!;
      const nal = sample.subarray(start, start + length);
      if (nal.length > 0 && !isDelimiter(nal)) {
        parts.push(...replaceLength(sample, start, { length, lengthSize }));
      }
      start += length + lengthSize;
    }
    return parts;
  };
}

/** The NAL unit at `start` behind its start code: in one piece where that fits into the place of the length. */
function replaceLength(
  sample: Uint8Array,
  start: number,
  { length, lengthSize }: { length: number; lengthSize: number },
): Uint8Array[] {
  if (lengthSize !== START_CODE.length) return [START_CODE, sample.subarray(start, start + length)];
  sample.set(START_CODE, start - lengthSize);
  return [sample.subarray(start - lengthSize, start + length)];
}

/** Bytes that an access unit has more than its sample, as far as the entry tells: delimiter, and parameter sets where it is sync. */
export function computeAnnexBOverhead(
  { delimiter, parameterSets }: AnnexBFormat,
): { sample: number; sync: number } {
  const coded = (nal: Uint8Array) => START_CODE.length + nal.length;
  return {
    sample: coded(delimiter),
    sync: parameterSets.reduce((sum, set) => sum + coded(set), 0),
  };
}

/** Parameter sets behind start codes: the whole configuration, as Smooth Streaming says it. */
export function annexBParameterSets({ parameterSets }: AnnexBFormat): Uint8Array {
  return Uint8Array.from(parameterSets.flatMap((set) => [...START_CODE, ...set]));
}
