/** NAL units of a sample, each behind its length (14496-15 §4.3.3). */

/**
 * The NAL units that start within `sample`; the last may be cut off, where the sample is. Empty ones are passed over.
 *
 * @param lengthSize bytes of a length: lengthSizeMinusOne of the configuration + 1
 */
export function* readNalUnits(sample: Uint8Array, lengthSize: number): Generator<Uint8Array> {
  let start = lengthSize;
  while (start < sample.length) {
    let length = 0;
    for (let i = start - lengthSize; i < start; i++) length = 256 * length + sample[i]!;
    if (length > 0) yield sample.subarray(start, start + length);
    start += length + lengthSize;
  }
}
