/** Maps of clear and protected bytes in samples (23001-7 §9.5). */

import type { SampleRange } from "../codecs/codec.ts";
import { MediaError } from "../errors.ts";
import type { CommonEncryptionScheme } from "../mp4/protection.ts";
import { AES_BLOCK_SIZE } from "./content_key.ts";

/** BytesOfClearData has 16 bits. */
const MAX_CLEAR_BYTES = 2 ** 16 - 1;

/** Subsamples whose auxiliary information fits the 8 bits of saiz: with an IV of 8 bytes, and with a constant IV. */
export const MAX_SUBSAMPLES: Readonly<Record<CommonEncryptionScheme, number>> = {
  cenc: 40,
  cbcs: 42,
};

/**
 * Builds the subsamples of a sample: clear and protected bytes, alternating, whose sum is the sample's size. Clear bytes precede the
 * protected ones of their subsample; a subsample with more than 65,535 of them is preceded by clear ones.
 *
 * In `cbcs` protected bytes are those that the codec protects; in `cenc` they are the last whole blocks of each range (23000-19
 * §8.2.2.1). Of a sample that needs more subsamples than `MAX_SUBSAMPLES`, the smallest ranges stay clear, and
 * of equal ones the last.
 *
 * @param ranges what the codec protects, ascending
 * @throws MediaError if ranges overlap or exceed the sample, or if clear bytes alone need too many subsamples
 */
export function buildSubsamples(
  scheme: CommonEncryptionScheme,
  ranges: readonly SampleRange[],
  size: number,
): Uint32Array {
  if (ranges.length === 1) {
    const single = mapSingleRange(scheme, ranges[0]!, size);
    if (single) return single;
  }
  const aligned = alignRanges(scheme, ranges, size);
  const all = toSubsamples(aligned, size);
  const max = MAX_SUBSAMPLES[scheme];
  if (all.length <= 2 * max) return Uint32Array.from(all);
  const largest = [...aligned].sort((a, b) => b.end - b.start - (a.end - a.start));
  for (let count = Math.min(largest.length, max); count > 0; count--) {
    const kept = new Set(largest.slice(0, count));
    const subsamples = toSubsamples(aligned.filter((range) => kept.has(range)), size);
    if (subsamples.length <= 2 * max) return Uint32Array.from(subsamples);
  }
  const why =
    `Cannot protect a sample of ${size} bytes: its clear bytes need over ${max} subsamples`;
  throw new MediaError(why, "MEDIA_UNSUPPORTED");
}

/** Maps the usual sample in a fraction of the time: a range up to its end, after few clear bytes. */
function mapSingleRange(
  scheme: CommonEncryptionScheme,
  { start, end }: SampleRange,
  size: number,
): Uint32Array | undefined {
  const clear = start + (scheme === "cenc" ? (end - start) % AES_BLOCK_SIZE : 0);
  if (end !== size || start < 0 || clear >= end || clear > MAX_CLEAR_BYTES) return undefined;
  const subsample = new Uint32Array(2);
  subsample[0] = clear;
  subsample[1] = end - clear;
  return subsample;
}

/** Drops ranges without protected bytes. */
function alignRanges(
  scheme: CommonEncryptionScheme,
  ranges: readonly SampleRange[],
  size: number,
): SampleRange[] {
  const aligned: SampleRange[] = [];
  let last = 0;
  for (const { start, end } of ranges) {
    if (!(last <= start && start <= end && end <= size)) {
      throw new MediaError(`Cannot protect bytes ${start} to ${end} in a sample of ${size} bytes`);
    }
    last = end;
    const partial = scheme === "cenc" ? (end - start) % AES_BLOCK_SIZE : 0;
    if (start + partial < end) aligned.push({ start: start + partial, end });
  }
  return aligned;
}

function toSubsamples(ranges: readonly SampleRange[], size: number): number[] {
  const subsamples: number[] = [];
  let at = 0;
  for (const { start, end } of ranges) {
    pushSubsample(subsamples, start - at, end - start);
    at = end;
  }
  if (at < size) pushSubsample(subsamples, size - at, 0);
  return subsamples;
}

function pushSubsample(subsamples: number[], clear: number, encrypted: number): void {
  let rest = clear;
  for (; rest > MAX_CLEAR_BYTES; rest -= MAX_CLEAR_BYTES) subsamples.push(MAX_CLEAR_BYTES, 0);
  subsamples.push(rest, encrypted);
}
