/**
 * Reads and decrypts fragments with Common Encryption (23001-7), for tests. It shares no code with lib/: each sample is found by its
 * own trun and senc, and decrypted by a cipher of its own.
 */

import { createDecipheriv } from "node:crypto";

export interface EncryptedSample {
  readonly bytes: Uint8Array;
  /** Absent with a constant IV, and in a clear fragment. */
  readonly iv?: Uint8Array;
  /** Clear and protected bytes; absent if the whole sample is protected. */
  readonly subsamples?: readonly (readonly [clear: number, encrypted: number])[];
  /** True if the fragment has a senc. */
  readonly isEncrypted: boolean;
}

/** What tenc declares, per sample entry. */
export interface TrackEncryption {
  readonly entry: string;
  readonly format: string;
  readonly scheme: string;
  readonly kid: string;
  readonly pattern: readonly [crypt: number, skip: number];
  readonly ivSize: number;
  readonly constantIv?: Uint8Array;
}

interface Box {
  readonly type: string;
  /** In the file. */
  readonly start: number;
  readonly body: DataView;
}

const UUID_PIFF = "a2394f525a9b4f14a2446c427c648df4";

/** Header of the boxes whose children a reader needs. */
const FIELDS: Record<string, number> = { stsd: 8, encv: 78, enca: 28 };

function* walk(bytes: Uint8Array): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > bytes.length) throw new Error(`Cannot read a box of ${size} bytes`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    yield {
      type,
      start: at,
      body: new DataView(bytes.buffer, bytes.byteOffset + at + 8, size - 8),
    };
    at += size;
  }
}

const toBytes = ({ buffer, byteOffset, byteLength }: DataView) =>
  new Uint8Array(buffer, byteOffset, byteLength);

/** Finds all boxes of a path, such as `moov/trak`. */
export function findBoxes(bytes: Uint8Array, path: string): Box[] {
  const [type, ...rest] = path.split("/");
  const found = [...walk(bytes)].filter((box) => box.type === type);
  if (rest.length === 0) return found;
  return found.flatMap(({ body }) =>
    findBoxes(toBytes(body).subarray(FIELDS[type!] ?? 0), rest.join("/"))
  );
}

/** Returns the pssh boxes of an init segment, whole. */
export function readPsshs(init: Uint8Array): Uint8Array[] {
  return findBoxes(init, "moov/pssh").map(({ body }) =>
    new Uint8Array(body.buffer, body.byteOffset - 8, body.byteLength + 8)
  );
}

/** Reads the sample entries of the only track; none for a clear one. */
export function readTrackEncryption(init: Uint8Array): TrackEncryption[] {
  const path = "moov/trak/mdia/minf/stbl/stsd";
  return ["encv", "enca"].flatMap((entry) =>
    findBoxes(init, `${path}/${entry}/sinf`).map(({ body }) => readSinf(entry, toBytes(body)))
  );
}

function readSinf(entry: string, sinf: Uint8Array): TrackEncryption {
  const get = (path: string) => findBoxes(sinf, path)[0]!.body;
  const [frma, schm, tenc] = [get("frma"), get("schm"), get("schi/tenc")];
  const text = (view: DataView, at: number) =>
    String.fromCharCode(...toBytes(view).subarray(at, at + 4));
  const version = tenc.getUint8(0);
  const blocks = version ? tenc.getUint8(5) : 0;
  const ivSize = tenc.getUint8(7);
  const constant = ivSize === 0 ? toBytes(tenc).slice(25, 25 + tenc.getUint8(24)) : undefined;
  return {
    entry,
    format: text(frma, 0),
    scheme: text(schm, 4),
    kid: toBytes(tenc).slice(8, 24).toHex(),
    pattern: [blocks >> 4, blocks & 15],
    ivSize,
    ...constant && { constantIv: constant },
  };
}

/** Reads the samples of all fragments of the only track. */
export function readSamples(file: Uint8Array, ivSize: number): EncryptedSample[] {
  return findBoxes(file, "moof").flatMap(({ start, body }) => {
    const moof = toBytes(body);
    const [traf] = findBoxes(moof, "traf");
    return readTraf(file.subarray(start), toBytes(traf!.body), ivSize);
  });
}

/** @param fragment from its moof on */
function readTraf(fragment: Uint8Array, traf: Uint8Array, ivSize: number): EncryptedSample[] {
  const encryption = readSenc(traf, ivSize);
  const defaultSize = readDefaultSize(findBoxes(traf, "tfhd")[0]!.body);
  const samples: EncryptedSample[] = [];
  for (const { body: trun } of findBoxes(traf, "trun")) {
    const flags = trun.getUint32(0) & 0xffffff;
    let at = flags & 1 ? trun.getUint32(8) : 0;
    let row = 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
    for (let i = 0; i < trun.getUint32(4); i++) {
      const size = flags & 0x200 ? trun.getUint32(row + (flags & 0x100 ? 4 : 0)) : defaultSize;
      const bytes = fragment.slice(at, at + size);
      const own = encryption?.[samples.length];
      samples.push({ bytes, isEncrypted: encryption !== undefined, ...own });
      at += size;
      row += [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4;
    }
  }
  if (encryption && encryption.length !== samples.length) throw new Error("Wrong count of senc");
  return samples;
}

function readDefaultSize(tfhd: DataView): number {
  const flags = tfhd.getUint32(0) & 0xffffff;
  if (!(flags & 0x10)) return 0;
  const before = (flags & 1 ? 8 : 0) + (flags & 2 ? 4 : 0) + (flags & 8 ? 4 : 0);
  return tfhd.getUint32(8 + before);
}

type SampleInformation = Pick<EncryptedSample, "iv" | "subsamples">;

/** Reads senc, or its PIFF form. */
function readSenc(traf: Uint8Array, ivSize: number): SampleInformation[] | undefined {
  const piff = findBoxes(traf, "uuid").map(({ body }) => toBytes(body))
    .find((body) => body.subarray(0, 16).toHex() === UUID_PIFF);
  const senc = piff?.subarray(16) ?? findBoxes(traf, "senc").map(({ body }) => toBytes(body))[0];
  if (!senc) return undefined;
  const view = new DataView(senc.buffer, senc.byteOffset, senc.byteLength);
  const hasSubsamples = (view.getUint32(0) & 2) !== 0;
  let at = 8;
  const all = Array.from({ length: view.getUint32(4) }, () => {
    const iv = ivSize ? senc.slice(at, at + ivSize) : undefined;
    at += ivSize;
    if (!hasSubsamples) return { ...iv && { iv } };
    const count = view.getUint16(at);
    at += 2;
    const subsamples = Array.from({ length: count }, () => {
      at += 6;
      return [view.getUint16(at - 6), view.getUint32(at - 4)] as const;
    });
    return { ...iv && { iv }, subsamples };
  });
  if (at !== senc.length) {
    throw new Error(`Cannot read ${senc.length - at} bytes at the end of senc`);
  }
  return all;
}

/** Returns the protected ranges `[start, end)` of a sample, of which the adjacent ones are joined. */
export function getProtectedRanges({ bytes, subsamples }: EncryptedSample): [number, number][] {
  const ranges: [number, number][] = [];
  let at = 0;
  for (const [clear, encrypted] of subsamples ?? [[0, bytes.length]]) {
    at += clear;
    if (encrypted > 0) ranges.push([at, at + encrypted]);
    at += encrypted;
  }
  if (at !== bytes.length) throw new Error(`Subsamples of ${at} bytes in ${bytes.length} bytes`);
  return ranges;
}

/** Decrypts a sample of a track. */
export function decryptSample(
  sample: EncryptedSample,
  track: Pick<TrackEncryption, "scheme" | "pattern" | "constantIv">,
  key: Uint8Array,
): Uint8Array {
  if (!sample.isEncrypted) throw new Error("Sample is clear");
  return track.scheme === "cenc" ? decryptCenc(sample, key) : decryptCbcs(sample, track, key);
}

function decryptCenc(sample: EncryptedSample, key: Uint8Array): Uint8Array {
  const counter = new Uint8Array(16);
  counter.set(sample.iv!);
  const cipher = createDecipheriv("aes-128-ctr", key, counter);
  const clear = sample.bytes.slice();
  for (const [start, end] of getProtectedRanges(sample)) {
    clear.set(cipher.update(clear.subarray(start, end)), start);
  }
  return clear;
}

function decryptCbcs(
  sample: EncryptedSample,
  { pattern: [crypt, skip], constantIv }: Pick<TrackEncryption, "pattern" | "constantIv">,
  key: Uint8Array,
): Uint8Array {
  const clear = sample.bytes.slice();
  for (const [start, end] of getProtectedRanges(sample)) {
    const cipher = createDecipheriv("aes-128-cbc", key, constantIv!).setAutoPadding(false);
    for (let at = start; at + 16 <= end; at += 16) {
      if (crypt && (at - start) / 16 % (crypt + skip) >= crypt) continue;
      clear.set(cipher.update(clear.subarray(at, at + 16)), at);
    }
  }
  return clear;
}
