/** IVs of samples in `cenc`. No counter serves two plaintexts: not in two renditions, nor in two versions of a file. */

import { createHmac } from "node:crypto";

/** Bytes of an IV in `cenc`: PlayReady devices fail with 16. */
export const CENC_IV_SIZE = 8;

/** What decides a rendition's samples, and thus their IVs. */
export interface SampleIvContext {
  /** 16 bytes. */
  readonly key: Uint8Array;
  /** Digest of everything that decides the media bytes, in full. */
  readonly digest: Uint8Array;
  readonly rendition: string;
}

/** Derives the IV of the first sample of a rendition's media track: the first 8 bytes of HMAC-SHA-256(key, digest ‖ rendition name). */
export function deriveFirstIv({ key, digest, rendition }: SampleIvContext): bigint {
  const hash = createHmac("sha256", key).update(digest).update(rendition).digest();
  return hash.readBigUInt64BE();
}

/**
 * Returns the IVs of consecutive samples, contiguous: that of sample k is the first IV plus k, modulo 2^64.
 *
 * @param sample index of the first sample in the media track of its file, from 0
 */
export function buildSampleIvs(
  firstIv: bigint,
  { sample, count }: { readonly sample: number; readonly count: number },
): Uint8Array {
  const ivs = new Uint8Array(count * CENC_IV_SIZE);
  const view = new DataView(ivs.buffer);
  const start = BigInt.asUintN(64, firstIv + BigInt(sample));
  let high = Number(start >> 32n);
  let low = Number(start & 0xFFFFFFFFn);
  for (let at = 0; at < ivs.length; at += CENC_IV_SIZE) {
    view.setUint32(at, high);
    view.setUint32(at + 4, low);
    if (++low === 2 ** 32) [high, low] = [(high + 1) % 2 ** 32, 0];
  }
  return ivs;
}
