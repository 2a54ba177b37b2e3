import type { ByteReader, ByteWriter } from "../bytes.ts";
import { readVersion } from "./box.ts";
import { getMdatHeaderSize } from "./mdat.ts";
import { mfhd } from "./moof.ts";
import { computePiffSencSize, piffSenc, type SampleEncryption } from "./sample_encryption.ts";
import { sdtp } from "./samples/sdtp.ts";
import { TRUN_COLUMNS, TRUN_DATA_OFFSET } from "./trun.ts";

/** Samples of one sample description. Times in units of 100 ns. */
export interface SmoothFragment {
  readonly sequence: number;
  readonly trackId: number;
  readonly time: number;
  readonly duration: number;
  readonly sizes: Uint32Array;
  readonly durations: Uint32Array;
  readonly compositionOffsets: Int32Array;
  readonly flags: Uint32Array;
  /** Absent if the samples are clear. */
  readonly encryption?: SampleEncryption | undefined;
  /** The fragments that follow, at most 255; absent unless it is one of a live presentation. */
  readonly next?: readonly Tfxd[] | undefined;
}

/** UUID of a TfxdBox ([MS-SSTR] 2.2.4.4). */
const TFXD_UUID = [0x6D1D9B05, 0x42D544E6, 0x80E2141D, 0xAFF757B2];

/** UUID of a TfrfBox ([MS-SSTR] 2.2.4.5). */
const TFRF_UUID = [0xD4807EF2, 0xCA394695, 0x8E5426CB, 0x9E46A79F];

const UUID_VERSION_1 = 0x01000000;

/** Movie Fragment ([MS-SSTR] 2.2.4): tfxd instead of tfdt, and sdtp for old devices. */
export function smoothMoof(w: ByteWriter, fragment: SmoothFragment, dataSize: number): void {
  const start = w.length;
  let dataOffsetAt = 0;
  w.box("moof", () => {
    mfhd(w, fragment.sequence);
    w.box("traf", () => {
      w.fullBox("tfhd", 0, 0, () => w.u32(fragment.trackId));
      dataOffsetAt = smoothTrun(w, fragment);
      sdtp(w, fragment.flags);
      if (fragment.encryption) piffSenc(w, fragment.encryption, fragment.sizes.length);
      tfxd(w, fragment);
      if (fragment.next) tfrf(w, fragment.next);
    });
  });
  w.patchU32(dataOffsetAt, w.length - start + getMdatHeaderSize(dataSize));
}

/** Computes the size of the moof, in bytes. */
export function computeSmoothMoofSize(
  { sizes, encryption, next }: Pick<SmoothFragment, "sizes" | "encryption" | "next">,
): number {
  const count = sizes.length;
  const trun = 20 + 16 * count;
  const sdtp = 12 + count;
  const piffSenc = encryption ? computePiffSencSize(encryption, count) : 0;
  const tfrf = next ? 29 + 16 * next.length : 0;
  return 8 + 16 + 8 + 16 + trun + sdtp + piffSenc + 44 + tfrf;
}

/** Writes a Track Run with all columns and returns the position of its data offset. */
function smoothTrun(
  w: ByteWriter,
  { sizes, durations, compositionOffsets, flags }: SmoothFragment,
): number {
  let dataOffsetAt = 0;
  w.fullBox("trun", 1, TRUN_DATA_OFFSET | TRUN_COLUMNS, () => {
    w.u32(sizes.length);
    dataOffsetAt = w.skip(4);
    for (let i = 0; i < sizes.length; i++) {
      w.u32(durations[i]!);
      w.u32(sizes[i]!);
      w.u32(flags[i]!);
      w.i32(compositionOffsets[i]!);
    }
  });
  return dataOffsetAt;
}

/** Time and duration of a fragment ([MS-SSTR] 2.2.4.4). */
export interface Tfxd {
  readonly time: number;
  readonly duration: number;
}

/** TfxdBox ([MS-SSTR] 2.2.4.4) of version 1: 64-bit times. */
export function tfxd(w: ByteWriter, { time, duration }: Tfxd): void {
  w.box("uuid", () => {
    for (const part of TFXD_UUID) w.u32(part);
    w.u32(UUID_VERSION_1);
    w.u64(time);
    w.u64(duration);
  });
}

/** TfrfBox ([MS-SSTR] 2.2.4.5) of version 1: times of the fragments that follow. */
export function tfrf(w: ByteWriter, next: readonly Tfxd[]): void {
  w.box("uuid", () => {
    for (const part of TFRF_UUID) w.u32(part);
    w.u32(UUID_VERSION_1);
    w.u8(next.length);
    for (const { time, duration } of next) {
      w.u64(time);
      w.u64(duration);
    }
  });
}

/** Reads the body of a uuid box; undefined if it is not a TfrfBox ([MS-SSTR] 2.2.4.5). */
export function readTfrf(r: ByteReader): Tfxd[] | undefined {
  if (!isUuid(r, TFRF_UUID)) return undefined;
  const { version } = readVersion(r, 1);
  return Array.from({ length: r.u8() }, () => readTimes(r, version));
}

function readTimes(r: ByteReader, version: number): Tfxd {
  return version === 1
    ? { time: r.u64(), duration: r.u64() }
    : { time: r.u32(), duration: r.u32() };
}

/** Reads the body of a uuid box; undefined if it is not a TfxdBox ([MS-SSTR] 2.2.4.4). */
export function readTfxd(r: ByteReader): Tfxd | undefined {
  return isUuid(r, TFXD_UUID) ? readTimes(r, readVersion(r, 1).version) : undefined;
}

/**
 * Reads the time of a uuid box of a live encoder; undefined if it is not a TfxdBox ([MS-SSTR] 2.2.4.4). Times are from 1970 in
 * units of 100 ns, which exceed 2^53, or negative, as ffmpeg writes the time of priming.
 */
export function readLiveTfxd(r: ByteReader): bigint | undefined {
  if (!isUuid(r, TFXD_UUID)) return undefined;
  return readVersion(r, 1).version === 1 ? r.bigI64() : BigInt(r.u32());
}

function isUuid(r: ByteReader, uuid: readonly number[]): boolean {
  return r.left >= 16 && uuid.every((part) => r.u32() === part);
}
