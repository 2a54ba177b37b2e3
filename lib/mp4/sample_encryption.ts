/** Sample auxiliary information of Common Encryption (23001-7 §7), with its sizes and offsets (14496-12 §8.7.8, §8.7.9). */

import type { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readVersion } from "./box.ts";

/** Auxiliary information of consecutive samples. */
export interface SampleEncryption {
  /** Per_Sample_IV_Size in bytes; 0 with a constant IV. */
  readonly ivSize: 0 | 8 | 16;
  /** The initialization vectors of all samples, contiguous. */
  readonly ivs: Uint8Array;
  /** Per sample the clear and protected bytes of each subsample, alternating; absent if whole samples are encrypted. */
  readonly subsamples?: readonly Uint32Array[];
}

/** Sizes and number of the auxiliary information of samples (saiz). */
export interface AuxiliarySizes {
  readonly count: number;
  /** Size for all samples; 0 if `sizes` has one per sample. */
  readonly defaultSize: number;
  readonly sizes: Uint8Array;
}

const SENC_USE_SUBSAMPLES = 0x2;

/** UUID of a SampleEncryptionBox ([MS-SSTR] 2.2.4.5). */
const PIFF_SENC_UUID = [0xA2394F52, 0x5A9B4F14, 0xA2446C42, 0x7C648DF4];

/** The type and its parameter are present (saiz, saio). */
const HAS_AUXILIARY_TYPE = 0x1;

/** BytesOfClearData and sample_info_size have 16 and 8 bits. */
const MAX_CLEAR_BYTES = 2 ** 16 - 1;
const MAX_AUXILIARY_SIZE = 2 ** 8 - 1;

const SENC_HEADER_SIZE = 16;

const SUBSAMPLE_COUNT_SIZE = 2;
const SUBSAMPLE_SIZE = 6;

/** Size of senc, and of saiz and saio where samples have auxiliary information. */
export function computeEncryptionSize(encryption: SampleEncryption, count: number): number {
  if (!hasAuxiliaryInformation(encryption)) return SENC_HEADER_SIZE;
  const { sizes } = getAuxiliarySizes(encryption, count);
  return computeSencSize(encryption, count) + 17 + sizes.length + 20;
}

/** Returns false for whole samples with a constant IV, whose senc has only their count, as shaka-packager writes it. */
export function hasAuxiliaryInformation({ ivSize, subsamples }: SampleEncryption): boolean {
  return ivSize > 0 || subsamples !== undefined;
}

/** Size of the SampleEncryptionBox of Smooth Streaming. */
export function computePiffSencSize(encryption: SampleEncryption, count: number): number {
  return computeSencSize(encryption, count) + 16;
}

function computeSencSize(encryption: SampleEncryption, count: number): number {
  const { defaultSize, sizes } = getAuxiliarySizes(encryption, count);
  return SENC_HEADER_SIZE + (defaultSize ? defaultSize * count : sum(sizes));
}

/**
 * Sample Encryption (23001-7 §7.2.1).
 *
 * @returns the position of the first sample's auxiliary information
 */
export function senc(w: ByteWriter, encryption: SampleEncryption, count: number): number {
  let start = 0;
  w.fullBox("senc", 0, getSencFlags(encryption), () => {
    start = writeAuxiliaryInformation(w, encryption, count);
  });
  return start;
}

/** Sample Encryption of Smooth Streaming ([MS-SSTR] 2.2.4.5), whose fields are those of senc. */
export function piffSenc(w: ByteWriter, encryption: SampleEncryption, count: number): void {
  w.box("uuid", () => {
    for (const part of PIFF_SENC_UUID) w.u32(part);
    w.u32(getSencFlags(encryption));
    writeAuxiliaryInformation(w, encryption, count);
  });
}

function getSencFlags({ subsamples }: SampleEncryption): number {
  return subsamples ? SENC_USE_SUBSAMPLES : 0;
}

function writeAuxiliaryInformation(
  w: ByteWriter,
  { ivSize, ivs, subsamples }: SampleEncryption,
  count: number,
): number {
  w.u32(count);
  const start = w.length;
  if (!subsamples) {
    w.bytes(ivs.subarray(0, count * ivSize));
    return start;
  }
  for (let i = 0; i < count; i++) {
    if (ivSize > 0) w.bytes(ivs.subarray(i * ivSize, (i + 1) * ivSize));
    writeSubsamples(w, subsamples[i]!);
  }
  return start;
}

/** @throws MediaError if a subsample has too many clear bytes */
function writeSubsamples(w: ByteWriter, bytes: Uint32Array): void {
  w.u16(bytes.length / 2);
  for (let i = 0; i < bytes.length; i += 2) {
    if (bytes[i]! > MAX_CLEAR_BYTES) {
      throw new MediaError(
        `Cannot write ${bytes[i]} clear bytes, expected at most ${MAX_CLEAR_BYTES}`,
      );
    }
    w.u16(bytes[i]!);
    w.u32(bytes[i + 1]!);
  }
}

/** Sample Encryption (23001-7 §7.2.1) of samples with the Per_Sample_IV_Size of tenc. */
export function readSenc(r: ByteReader, ivSize: SampleEncryption["ivSize"]): SampleEncryption {
  const { flags } = readVersion(r, 0);
  const hasSubsamples = (flags & SENC_USE_SUBSAMPLES) !== 0;
  const count = r.u32();
  if (count * (ivSize + (hasSubsamples ? SUBSAMPLE_COUNT_SIZE : 0)) > r.left) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  if (!hasSubsamples) return { ivSize, ivs: r.take(count * ivSize).bytes };
  const ivs = new Uint8Array(count * ivSize);
  const subsamples = Array.from({ length: count }, (_, i) => {
    ivs.set(r.take(ivSize).bytes, i * ivSize);
    return readSubsamples(r);
  });
  return { ivSize, ivs, subsamples };
}

function readSubsamples(r: ByteReader): Uint32Array {
  const count = r.u16();
  const rows = r.take(count * SUBSAMPLE_SIZE);
  return Uint32Array.from({ length: 2 * count }, (_, i) => i % 2 ? rows.u32() : rows.u16());
}

/**
 * Sample Auxiliary Information Sizes (14496-12 §8.7.8) of the scheme in sinf.
 *
 * @throws MediaError if a sample has no auxiliary information, or too much
 */
export function saiz(w: ByteWriter, encryption: SampleEncryption, count: number): void {
  const { defaultSize, sizes } = getAuxiliarySizes(encryption, count);
  w.fullBox("saiz", 0, 0, () => {
    w.u8(defaultSize);
    w.u32(count);
    w.bytes(sizes);
  });
}

/** Sample Auxiliary Information Sizes (14496-12 §8.7.8). */
export function readSaiz(r: ByteReader): AuxiliarySizes {
  skipAuxiliaryType(r, readVersion(r, 0).flags);
  const defaultSize = r.u8();
  const count = r.u32();
  return { count, defaultSize, sizes: r.take(defaultSize ? 0 : count).bytes };
}

/**
 * Sample Auxiliary Information Offsets (14496-12 §8.7.9) with one offset, in a traf from the start of the moof.
 *
 * @returns the position of the offset
 */
export function saio(w: ByteWriter): number {
  let offsetAt = 0;
  w.fullBox("saio", 0, 0, () => {
    w.u32(1);
    offsetAt = w.skip(4);
  });
  return offsetAt;
}

/** Sample Auxiliary Information Offsets (14496-12 §8.7.9). */
export function readSaio(r: ByteReader): number[] {
  const { version, flags } = readVersion(r, 1);
  skipAuxiliaryType(r, flags);
  const count = r.u32();
  if (count > r.left / 4) {
    throw new MediaError(`Cannot read ${count} entries where ${r.left} bytes are left`);
  }
  return Array.from({ length: count }, () => version === 1 ? r.u64() : r.u32());
}

function skipAuxiliaryType(r: ByteReader, flags: number): void {
  if (flags & HAS_AUXILIARY_TYPE) r.skip(8);
}

function getAuxiliarySizes(encryption: SampleEncryption, count: number): AuxiliarySizes {
  const { ivSize, subsamples } = encryption;
  if (!subsamples) return { count, defaultSize: requireSize(ivSize), sizes: new Uint8Array() };
  const sizes = new Uint8Array(count); // loops take a tenth of the time of `from()` and `every()`
  let isUniform = true;
  for (let i = 0; i < count; i++) {
    const subsampleCount = subsamples[i]!.length / 2;
    sizes[i] = requireSize(ivSize + SUBSAMPLE_COUNT_SIZE + SUBSAMPLE_SIZE * subsampleCount);
    isUniform &&= sizes[i] === sizes[0];
  }
  return isUniform
    ? { count, defaultSize: sizes[0] ?? 0, sizes: new Uint8Array() }
    : { count, defaultSize: 0, sizes };
}

function requireSize(size: number): number {
  if (size > 0 && size <= MAX_AUXILIARY_SIZE) return size;
  throw new MediaError(
    `Cannot write ${size} bytes of auxiliary information for a sample, expected 1 to ${MAX_AUXILIARY_SIZE}`,
  );
}

function sum(sizes: Uint8Array): number {
  return sizes.reduce((total, size) => total + size, 0);
}
