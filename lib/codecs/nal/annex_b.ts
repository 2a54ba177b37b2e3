/** Annex B byte stream format: NAL units with start codes (14496-10, 23008-2). */

export interface AnnexBFormat {
  readonly lengthSize: number;
  readonly delimiter: Uint8Array;
  /** Delimiters of the file are dropped. */
  isDelimiter(nal: Uint8Array): boolean;
  readonly parameterSets: readonly Uint8Array[];
}

const START_CODE = Uint8Array.of(0, 0, 0, 1);

/** Creates a converter that overwrites 4-byte lengths in the sample with start codes. */
export function createAnnexBConverter(
  { lengthSize, delimiter, isDelimiter, parameterSets }: AnnexBFormat,
): (sample: Uint8Array, sync: boolean) => Uint8Array[] {
  return (sample, sync) => {
    const parts = [START_CODE, delimiter];
    if (sync) { for (const set of parameterSets) parts.push(START_CODE, set); }
    for (let start = lengthSize; start <= sample.length;) {
      let length = 0;
      for (let i = start - lengthSize; i < start; i++) length = 256 * length + sample[i]!;
      const nal = sample.subarray(start, start + length);
      if (nal.length > 0 && !isDelimiter(nal)) {
        if (lengthSize !== START_CODE.length) parts.push(START_CODE, nal);
        else parts.push(overwriteLength(sample, start, length));
      }
      start += length + lengthSize;
    }
    return parts;
  };
}

/** Returns the NAL unit with the start code. */
function overwriteLength(sample: Uint8Array, start: number, length: number): Uint8Array {
  sample.set(START_CODE, start - START_CODE.length);
  return sample.subarray(start - START_CODE.length, start + length);
}

export function computeAnnexBOverhead(
  { delimiter, parameterSets }: AnnexBFormat,
): { sample: number; sync: number } {
  const coded = (nal: Uint8Array) => START_CODE.length + nal.length;
  return {
    sample: coded(delimiter),
    sync: parameterSets.reduce((sum, set) => sum + coded(set), 0),
  };
}

/** Builds CodecPrivateData of Smooth Streaming. */
export function annexBParameterSets({ parameterSets }: AnnexBFormat): Uint8Array {
  return Uint8Array.from(parameterSets.flatMap((set) => [...START_CODE, ...set]));
}
