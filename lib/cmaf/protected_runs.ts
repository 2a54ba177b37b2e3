/** Runs of samples, and their encryption in place. */

import { BlockCipher } from "../drm/block_cipher.ts";
import { encryptCbcs } from "../drm/cbcs.ts";
import { encryptCenc } from "../drm/cenc.ts";
import type { SampleEncryption } from "../mp4/sample_encryption.ts";
import type { CbcsEncryption, CencEncryption } from "../presentation/encryption.ts";
import type { SourceRun } from "../presentation/segment_samples.ts";
import { type ByteRange, toSampleRanges } from "../storage/read_plan.ts";

/** Samples of one sample description. */
export type SampleRun = Pick<
  SourceRun,
  "first" | "descriptionIndex" | "source" | "offsets" | "sizes"
>;

export type EncryptedRun<Run extends SampleRun> = Run & { readonly encryption: SampleEncryption };

/** @param bytes those of all samples, which are contiguous */
export function encryptRuns(
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

export function toRunRanges(runs: readonly SampleRun[]): ByteRange[] {
  return runs.flatMap(({ source, offsets, sizes }) => toSampleRanges(source, { offsets, sizes }));
}
