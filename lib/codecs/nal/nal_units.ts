/** Reads NAL units after lengths of `lengthSize` bytes (14496-15 §4.3.3). Omits empty ones; the last may be truncated. */
export function* readNalUnits(sample: Uint8Array, lengthSize: number): Generator<Uint8Array> {
  let start = lengthSize;
  while (start < sample.length) {
    let length = 0;
    for (let i = start - lengthSize; i < start; i++) length = 256 * length + sample[i]!;
    if (length > 0) yield sample.subarray(start, start + length);
    start += length + lengthSize;
  }
}
