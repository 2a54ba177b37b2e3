/** Protected sample entries: encv and enca, with the boxes of sinf (14496-12 §8.12, 23001-7 §8.2). */

import { ByteReader, ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { readBoxes, readBoxHeader, readVersion } from "./box.ts";
import type { SampleEncryption } from "./sample_encryption.ts";

/** Schemes of Common Encryption (23001-7 §10) that AMS applies, by their scheme_type. */
export type CommonEncryptionScheme = "cenc" | "cbcs";

/** Blocks of 16 bytes of a protected range that are encrypted and skipped by turns (23001-7 §9.6). */
export interface EncryptionPattern {
  readonly crypt: number;
  readonly skip: number;
}

/** Encryption of a track's samples (tenc). */
export interface TrackEncryption {
  /** default_KID, 16 bytes in the order of the UUID's text. */
  readonly kid: Uint8Array;
  /** default_Per_Sample_IV_Size in bytes; 0 with a constant IV. */
  readonly ivSize: SampleEncryption["ivSize"];
  readonly constantIv?: Uint8Array;
  /** Absent in a tenc of version 0. A pattern of 0 and 0 encrypts all blocks. */
  readonly pattern?: EncryptionPattern;
}

/** Contents of a sinf, which may be of another scheme. */
export interface SchemeInformation {
  /** Type of the clear sample entry, such as `avc1`. */
  readonly format: string;
  /** scheme_type; "" if absent. */
  readonly scheme: string;
  /** Absent if the scheme is not one of Common Encryption, or samples are clear by default. */
  readonly encryption?: TrackEncryption | undefined;
}

/** The major version 1 and minor version 0 of Common Encryption (23001-7 §4.1). */
const SCHEME_VERSION = 0x00010000;

const KID_SIZE = 16;

/** Bytes of VisualSampleEntry (14496-12 §12.1.3) and AudioSampleEntry (§12.2.3) before their boxes, without the box header. */
const FIELDS_SIZE = { encv: 78, enca: 28 };

/** QuickTime ends some containers with a box or a size of zeros. */
const TERMINATOR = "\0\0\0\0";

/**
 * Builds an EncryptedVideoSampleEntry or EncryptedAudioSampleEntry (14496-12 §8.12): fields and boxes of the clear entry, then sinf.
 *
 * @param entry complete ISO sample entry with its header
 * @throws MediaError if the entry is shorter than its fields
 */
export function protectEntry(
  entry: Uint8Array,
  { type, scheme, encryption }: {
    readonly type: "encv" | "enca";
    readonly scheme: CommonEncryptionScheme;
    readonly encryption: TrackEncryption;
  },
): Uint8Array {
  const r = new ByteReader(entry);
  const { type: format } = readBoxHeader(r);
  const w = new ByteWriter(entry.length + 128);
  w.box(type, () => {
    w.bytes(r.take(FIELDS_SIZE[type]).bytes);
    copyBoxes(w, r);
    sinf(w, { format, scheme, encryption });
  });
  return w.finish();
}

/** Copies boxes up to the first invalid one, since what follows that could not be read either. */
function copyBoxes(w: ByteWriter, r: ByteReader): void {
  while (r.left >= 8) {
    const { type, size } = readBoxHeader(r);
    if (type === TERMINATOR || size < 0 || size > r.left) return;
    w.box(type, () => w.bytes(r.take(size).bytes));
  }
}

/** Protection Scheme Information (14496-12 §8.12.1). */
export function sinf(
  w: ByteWriter,
  { format, scheme, encryption }: SchemeInformation & { readonly encryption: TrackEncryption },
): void {
  w.box("sinf", () => {
    w.box("frma", () => w.ascii(format));
    schm(w, scheme);
    w.box("schi", () => tenc(w, encryption));
  });
}

/** Protection Scheme Information (14496-12 §8.12.1). */
export function readSinf(r: ByteReader): SchemeInformation {
  const boxes: { format?: string; scheme?: string; encryption?: TrackEncryption | undefined } = {};
  readBoxes(r, {
    frma: (r) => boxes.format = r.ascii(4),
    schm: (r) => boxes.scheme = readSchm(r),
    schi: (r) => readBoxes(r, { tenc: (r) => boxes.encryption = readTenc(r) }),
  });
  const { format, scheme = "" } = boxes;
  if (format === undefined) throw new MediaError("Cannot find a frma box");
  return { ...boxes, format, scheme };
}

/** Scheme Type (14496-12 §8.12.5). */
function schm(w: ByteWriter, scheme: string): void {
  w.fullBox("schm", 0, 0, () => {
    w.ascii(scheme);
    w.u32(SCHEME_VERSION);
  });
}

/** Reads the scheme_type of a Scheme Type box (14496-12 §8.12.5). */
function readSchm(r: ByteReader): string {
  readVersion(r, 0);
  return r.ascii(4);
}

/** Track Encryption (23001-7 §8.2): version 1 if there is a pattern. */
export function tenc(w: ByteWriter, { kid, ivSize, constantIv, pattern }: TrackEncryption): void {
  w.fullBox("tenc", pattern ? 1 : 0, 0, () => {
    w.u8(0);
    w.u8(pattern ? pattern.crypt * 16 + pattern.skip : 0);
    w.u8(1); // default_isProtected
    w.u8(ivSize);
    w.bytes(kid);
    if (constantIv) {
      w.u8(constantIv.length);
      w.bytes(constantIv);
    }
  });
}

/**
 * Track Encryption (23001-7 §8.2); undefined if samples are clear by default.
 *
 * @throws MediaError if an IV has neither 8 nor 16 bytes
 */
export function readTenc(r: ByteReader): TrackEncryption | undefined {
  const { version } = readVersion(r, 1);
  r.skip(1);
  const blocks = r.u8();
  const isProtected = r.u8() === 1;
  const ivSize = r.u8();
  const kid = r.take(KID_SIZE).bytes;
  if (!isProtected) return undefined;
  const pattern = version === 1 ? { crypt: blocks >> 4, skip: blocks & 15 } : undefined;
  const encryption = { kid, ...pattern && { pattern } };
  if (ivSize > 0) return { ...encryption, ivSize: requireIvSize(ivSize) };
  return { ...encryption, ivSize: 0, constantIv: r.take(requireIvSize(r.u8())).bytes };
}

function requireIvSize(size: number): 8 | 16 {
  if (size === 8 || size === 16) return size;
  throw new MediaError(`Cannot read an IV of ${size} bytes, expected 8 or 16`);
}
