/** Decrypts samples (23001-7 §9, §10) and segments (RFC 8216 §4.3.2.4), with a cipher for each of them. */

import { Buffer } from "node:buffer";
import { createDecipheriv, type Decipheriv } from "node:crypto";
import { MediaError } from "../../errors.ts";
import type { SampleDeclaration, Subsample } from "./fragment_encryption.ts";

const BLOCK = 16;

interface Pattern {
  readonly crypt: number;
  readonly skip: number;
}

/** Decrypts a sample of `cenc` in place: AES-CTR, whose counter continues through its subsamples. */
export function decryptCtrSample(
  sample: Uint8Array,
  key: Uint8Array,
  { iv, subsamples }: SampleDeclaration,
): void {
  const counter = new Uint8Array(BLOCK);
  counter.set(iv);
  const cipher = createDecipheriv("aes-128-ctr", key, counter);
  for (const range of listRanges(sample, subsamples)) range.set(cipher.update(range));
}

/** Decrypts a sample of `cbcs` in place: AES-CBC, whose chain starts at the constant IV in each subsample. */
export function decryptPatternSample(
  sample: Uint8Array,
  { key, iv, pattern }: {
    readonly key: Uint8Array;
    readonly iv: Uint8Array;
    readonly pattern: Pattern;
  },
  { subsamples }: Pick<SampleDeclaration, "subsamples">,
): void {
  for (const range of listRanges(sample, subsamples)) {
    const blocks = listBlocks(range, pattern);
    if (blocks.length === 0) continue;
    const cipher = createDecipheriv("aes-128-cbc", key, iv);
    cipher.setAutoPadding(false);
    const clear = finish(cipher, Buffer.concat(blocks));
    for (const [i, block] of blocks.entries()) {
      block.set(clear.subarray(i * BLOCK, (i + 1) * BLOCK));
    }
  }
}

/** Returns the encrypted ranges of a sample, as views of it. Subsamples beyond the sample are cut off. */
export function listRanges(
  sample: Uint8Array,
  subsamples: readonly Subsample[] | undefined,
): Uint8Array[] {
  if (!subsamples) return [sample];
  const ranges: Uint8Array[] = [];
  let at = 0;
  for (const { clear, encrypted } of subsamples) {
    at += clear;
    if (encrypted > 0) ranges.push(sample.subarray(at, at + encrypted));
    at += encrypted;
  }
  return ranges;
}

/** Returns the encrypted blocks of a range: all whole ones in a pattern of 0 and 0. */
function listBlocks(range: Uint8Array, { crypt, skip }: Pattern): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  const isWhole = crypt === 0;
  for (let i = 0; (i + 1) * BLOCK <= range.length; i++) {
    if (isWhole || i % (crypt + skip) < crypt) {
      blocks.push(range.subarray(i * BLOCK, (i + 1) * BLOCK));
    }
  }
  return blocks;
}

/**
 * Decrypts a whole segment with PKCS#7 padding, whose IV is its media sequence number.
 *
 * @throws MediaError if its length or its padding is invalid
 */
export function decryptWholeSegment(
  segment: Uint8Array,
  key: Uint8Array,
  sequence: number,
): Uint8Array {
  const iv = new Uint8Array(BLOCK);
  new DataView(iv.buffer).setUint32(12, sequence);
  try {
    return new Uint8Array(finish(createDecipheriv("aes-128-cbc", key, iv), segment));
  } catch {
    throw new MediaError(`Cannot decrypt ${segment.length} bytes with IV ${sequence}`);
  }
}

function finish(cipher: Decipheriv, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}
