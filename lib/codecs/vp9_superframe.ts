/** Superframes of VP9 (VP9 Bitstream & Decoding Process Specification annex B). */

import { MediaError } from "../errors.ts";
import type { SampleRange } from "./codec.ts";

/**
 * Finds the frames of a sample: one, or those that the index at the end of a superframe lists.
 *
 * @throws MediaError if frames exceed the bytes before the index
 */
export function readVp9Superframe(sample: Uint8Array): SampleRange[] {
  const marker = sample.at(-1) ?? 0;
  const frames = (marker & 7) + 1;
  const sizeBytes = ((marker >> 3) & 3) + 1;
  const index = sample.length - (2 + sizeBytes * frames);
  const hasIndex = (marker & 0xE0) === 0xC0 && index >= 0 && sample[index] === marker;
  if (!hasIndex) return sample.length > 0 ? [{ start: 0, end: sample.length }] : [];
  const ranges: SampleRange[] = [];
  let start = 0;
  for (let at = index + 1; at < sample.length - 1; at += sizeBytes) {
    let size = 0;
    for (let i = sizeBytes - 1; i >= 0; i--) size = 256 * size + sample[at + i]!;
    const end = start + size;
    if (end > index) {
      throw new MediaError(`Cannot read a frame of ${size} bytes where ${index - start} are left`);
    }
    if (size > 0) ranges.push({ start, end });
    start = end;
  }
  return ranges;
}
