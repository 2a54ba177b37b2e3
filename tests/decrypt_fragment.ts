/** A minimal reader of encrypted fragments, which shares nothing with the writer: one cipher a sample. */

import { createDecipheriv } from "node:crypto";

/** Fields of tenc. */
export interface Tenc {
  readonly scheme: string;
  readonly kid: string;
  readonly version: number;
  readonly crypt: number;
  readonly skip: number;
  readonly ivSize: number;
  readonly constantIv: Uint8Array;
}

/** A sample as it is sent, and decrypted. */
export interface DecryptedSample {
  readonly sent: Uint8Array;
  readonly clear: Uint8Array;
  /** Hexadecimal. */
  readonly iv: string;
  /** Clear and protected bytes by turns; undefined if the whole sample is protected. */
  readonly map: readonly number[] | undefined;
}

interface Box {
  readonly type: string;
  readonly start: number;
  readonly body: Uint8Array;
}

function* boxes(bytes: Uint8Array, base = 0): Generator<Box> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at + 8 <= bytes.length;) {
    const size = view.getUint32(at);
    const type = new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 8));
    if (size < 8 || at + size > bytes.length) throw new Error(`${type} has ${size} bytes`);
    yield { type, start: base + at, body: bytes.subarray(at + 8, at + size) };
    at += size;
  }
}

export function findBoxes(bytes: Uint8Array, path: string): Uint8Array[] {
  const [first, ...rest] = path.split("/");
  const found = [...boxes(bytes)].filter(({ type }) => type === first).map(({ body }) => body);
  return rest.length ? found.flatMap((body) => findBoxes(body, rest.join("/"))) : found;
}

const u16 = (b: Uint8Array, at: number) => b[at]! << 8 | b[at + 1]!;
const u32 = (b: Uint8Array, at: number) => (u16(b, at) * 65536) + u16(b, at + 2);

/** Reads the sinf of each sample entry. */
export function readProtection(init: Uint8Array): Tenc[] {
  const [stsd] = findBoxes(init, "moov/trak/mdia/minf/stbl/stsd");
  return [...boxes(stsd!.subarray(8))].map(({ type, body }) => {
    const fields = { encv: 78, enca: 28 }[type];
    if (fields === undefined) throw new Error(`${type} is not protected`);
    const inner = body.subarray(fields);
    const [schm] = findBoxes(inner, "sinf/schm");
    const [tenc] = findBoxes(inner, "sinf/schi/tenc");
    if (tenc![6] !== 1) throw new Error("default_isProtected is not set");
    return {
      scheme: new TextDecoder().decode(schm!.subarray(4, 8)),
      version: tenc![0]!,
      crypt: tenc![5]! >> 4,
      skip: tenc![5]! & 15,
      ivSize: tenc![7]!,
      kid: tenc!.subarray(8, 24).toHex(),
      constantIv: tenc![7] === 0 ? tenc!.subarray(25, 25 + tenc![24]!) : new Uint8Array(0),
    };
  });
}

const PIFF = "a2394f525a9b4f14a2446c427c648df4";

/** Decrypts all samples of a segment, of CMAF or Smooth Streaming. */
export function decryptFragment(
  segment: Uint8Array,
  tencs: readonly Tenc[],
  key: Uint8Array,
): DecryptedSample[] {
  const samples: DecryptedSample[] = [];
  for (const { type, start, body } of boxes(segment)) {
    if (type !== "moof") continue;
    for (const traf of findBoxes(body, "traf")) {
      samples.push(...decryptTraf(segment, { moofStart: start, traf }, tencs, key));
    }
  }
  return samples;
}

function decryptTraf(
  segment: Uint8Array,
  { moofStart, traf }: { moofStart: number; traf: Uint8Array },
  tencs: readonly Tenc[],
  key: Uint8Array,
): DecryptedSample[] {
  const [tfhd] = findBoxes(traf, "tfhd");
  const tenc = tencs[tfhd![3]! & 2 ? u32(tfhd!, 8) - 1 : 0]!;
  const [trun] = findBoxes(traf, "trun");
  const flags = u32(trun!, 0) & 0xFFFFFF;
  const count = u32(trun!, 4);
  const columns = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag);
  const rows = flags & 4 ? 16 : 12;
  const senc = findBoxes(traf, "senc")[0] ??
    findBoxes(traf, "uuid").find((body) => body.subarray(0, 16).toHex() === PIFF)?.subarray(16);
  if (!senc || u32(senc, 4) !== count) throw new Error("senc has another number of samples");
  checkAuxiliary(segment, { moofStart, traf, senc });
  const hasMaps = (u32(senc, 0) & 2) !== 0;
  let [at, offset] = [8, moofStart + u32(trun!, 8)];
  return Array.from({ length: count }, (_, i) => {
    const size = u32(trun!, rows + 4 * (i * columns.length + columns.indexOf(0x200)));
    const sent = segment.subarray(offset, offset += size);
    if (sent.length !== size) throw new Error("a sample is beyond the segment");
    const iv = senc.subarray(at, at += tenc.ivSize);
    let map: number[] | undefined;
    if (hasMaps) {
      const subsamples = u16(senc, at);
      at += 2;
      map = [];
      for (let j = 0; j < subsamples; j++, at += 6) map.push(u16(senc, at), u32(senc, at + 2));
      if (map.reduce((a, b) => a + b, 0) !== size) throw new Error("the sums differ");
    }
    return { sent, clear: decryptSample(sent, { tenc, iv, map, key }), iv: iv.toHex(), map };
  });
}

/** The sums of saiz, and the offset of saio, must be those of senc. */
function checkAuxiliary(
  segment: Uint8Array,
  { moofStart, traf, senc }: { moofStart: number; traf: Uint8Array; senc: Uint8Array },
): void {
  const [saiz] = findBoxes(traf, "saiz");
  const [saio] = findBoxes(traf, "saio");
  if (!saiz || !saio) return;
  const count = u32(saiz, 5);
  const sizes = saiz[4] ? Array(count).fill(saiz[4]) : [...saiz.subarray(9, 9 + count)];
  const total = sizes.reduce((a, b) => a + b, 0);
  const at = moofStart + u32(saio, 8);
  const pointed = segment.subarray(at, at + total);
  if (senc.length - 8 !== total || pointed.byteOffset !== senc.byteOffset + 8) {
    throw new Error("saiz and saio do not describe senc");
  }
}

function decryptSample(
  sent: Uint8Array,
  { tenc: { scheme, crypt, skip, constantIv }, iv, map, key }: {
    tenc: Tenc;
    iv: Uint8Array;
    map: readonly number[] | undefined;
    key: Uint8Array;
  },
): Uint8Array {
  const clear = sent.slice();
  const ranges: [start: number, size: number][] = [];
  let at = 0;
  for (let i = 0; i < (map?.length ?? 0); i += 2) {
    ranges.push([at + map![i]!, map![i + 1]!]);
    at += map![i]! + map![i + 1]!;
  }
  if (!map) ranges.push([0, sent.length]);
  if (scheme === "cenc") {
    const counter = new Uint8Array(16);
    counter.set(iv);
    const cipher = createDecipheriv("aes-128-ctr", key, counter);
    for (const [start, size] of ranges) {
      clear.set(cipher.update(sent.subarray(start, start + size)), start);
    }
    cipher.final();
    return clear;
  }
  for (const [start, size] of ranges) {
    const cipher = createDecipheriv("aes-128-cbc", key, constantIv).setAutoPadding(false);
    for (let block = 0; 16 * (block + 1) <= size; block++) {
      if (crypt > 0 && block % (crypt + skip) >= crypt) continue;
      const from = start + 16 * block;
      clear.set(cipher.update(sent.subarray(from, from + 16)), from);
    }
    cipher.final();
  }
  return clear;
}
