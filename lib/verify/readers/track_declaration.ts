/** Reads what the boxes of a track declare: of a media file, or of an init segment. */

import { findBoxes, listBoxes, readCharacters, readText, viewBytes } from "./boxes.ts";
import { type EntryDeclaration, readSampleDescription } from "./sample_description.ts";

/** Matrix of 14496-12 §6.2.2 without perspective: (p, q) becomes (a·p + c·q + x, b·p + d·q + y). */
export type MatrixValues = readonly [
  ...[a: number, b: number, c: number, d: number, x: number, y: number],
];

export interface TrackDeclaration {
  readonly id: number;
  readonly isEnabled: boolean;
  readonly handler: string;
  /** Product of the matrices of the track and of the movie. */
  readonly matrix: MatrixValues;
  /** Size in tkhd, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Three letters of mdhd; "" if it contains none. */
  readonly language: string;
  /** Tag in elng; "" without one. */
  readonly extendedLanguage: string;
  /** Name in udta, then in hdlr, without empty ones. */
  readonly names: readonly string[];
  readonly kinds: readonly { readonly scheme: string; readonly value: string }[];
  /** QuickTime media characteristics. */
  readonly characteristics: readonly string[];
  readonly entries: readonly EntryDeclaration[];
}

/** @param moov body of the box */
export function readTrackDeclarations(moov: Uint8Array): TrackDeclaration[] {
  const [mvhd] = findBoxes(moov, "mvhd");
  const movie = mvhd ? readMatrixAt(mvhd, mvhd[0] === 1 ? 48 : 36) : IDENTITY_VALUES;
  return findBoxes(moov, "trak").flatMap((trak) => {
    const [tkhd] = findBoxes(trak, "tkhd");
    return tkhd && tkhd.length >= getHeaderSize(tkhd) ? [readTrack(trak, tkhd, movie)] : [];
  });
}

/** Times of version 1 have 64 bits. */
function getHeaderSize(tkhd: Uint8Array): number {
  return tkhd[0] === 1 ? 96 : 84;
}

function readTrack(trak: Uint8Array, tkhd: Uint8Array, movie: MatrixValues): TrackDeclaration {
  const view = viewBytes(tkhd);
  const isLong = tkhd[0] === 1;
  const [hdlr = new Uint8Array()] = findBoxes(trak, "mdia", "hdlr");
  const handler = readCharacters(hdlr, 8, 12);
  const [stsd = new Uint8Array()] = findBoxes(trak, "mdia", "minf", "stbl", "stsd");
  const sizeAt = getHeaderSize(tkhd) - 8;
  return {
    id: view.getUint32(isLong ? 20 : 12),
    isEnabled: (tkhd[3]! & 1) !== 0,
    handler,
    matrix: combine(readMatrixAt(tkhd, isLong ? 52 : 40), movie),
    width: view.getUint32(sizeAt) / 65536,
    height: view.getUint32(sizeAt + 4) / 65536,
    language: readLanguage(trak),
    extendedLanguage:
      findBoxes(trak, "mdia", "elng").map((elng) => readText(elng, elng[0] === 0 ? 4 : 0))[0] ?? "",
    ...readMetadata(trak, hdlr),
    entries: readSampleDescription(stsd, handler),
  };
}

const IDENTITY_VALUES: MatrixValues = [1, 0, 0, 1, 0, 0];

/** A matrix of zeros counts as the identity. */
function readMatrixAt(box: Uint8Array, offset: number): MatrixValues {
  if (box.length < offset + 36) return IDENTITY_VALUES;
  const view = viewBytes(box);
  const [a, b, c, d, x, y] = [0, 4, 12, 16, 24, 28].map((at) => view.getInt32(offset + at) / 65536);
  return a || b || c || d ? [a!, b!, c!, d!, x!, y!] : IDENTITY_VALUES;
}

/** Returns the matrix that applies the first one, then the second one. */
function combine(first: MatrixValues, second: MatrixValues): MatrixValues {
  const [a, b, c, d, x, y] = first;
  const [e, f, g, h, moveX, moveY] = second;
  return [
    ...[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h],
    ...[x * e + y * g + moveX, x * f + y * h + moveY],
  ] as unknown as MatrixValues;
}

/** By QuickTime's language codes of Macintosh, from 0 on. */
const MACINTOSH_LANGUAGES =
  "eng fra deu ita nld swe spa dan por nor heb jpn ara fin ell isl mlt tur hrv zho urd hin tha kor"
    .split(" ");

/** Letters have five bits each (14496-12 §8.4.2). */
function readLanguage(trak: Uint8Array): string {
  const [mdhd = new Uint8Array()] = findBoxes(trak, "mdia", "mdhd");
  const at = mdhd[0] === 1 ? 32 : 20;
  if (mdhd.length < at + 2) return "";
  const code = viewBytes(mdhd).getUint16(at);
  if (code < 0x400) return MACINTOSH_LANGUAGES[code] ?? "";
  const letters = [10, 5, 0].map((shift) => String.fromCharCode(96 + (code >> shift & 31))).join(
    "",
  );
  return /^[a-z]{3}$/.test(letters) ? letters : "";
}

type Metadata = Pick<TrackDeclaration, "names" | "kinds" | "characteristics">;

function readMetadata(trak: Uint8Array, hdlr: Uint8Array): Metadata {
  const boxes = findBoxes(trak, "udta").flatMap((udta) => listBoxes(udta));
  const bodies = (type: string) => boxes.filter((box) => box.type === type).map(({ body }) => body);
  const name = hdlr.subarray(24);
  const isPascal = name.length > 1 && name[0] === name.length - 1;
  const names = [
    ...bodies("name").map((body) => readText(body, 0)),
    readText(name, isPascal ? 1 : 0),
  ];
  return {
    names: names.map(normalizeName).filter((text) => text !== ""),
    kinds: bodies("kind").map((kind) => {
      const nul = kind.indexOf(0, 4);
      return { scheme: readText(kind, 4), value: nul < 0 ? "" : readText(kind, nul + 1) };
    }),
    characteristics: bodies("tagc").map((body) => readText(body, 0).trim()),
  };
}

/** Names in manifests have no control characters. */
export function normalizeName(name: string): string {
  return name.replace(/[\s\p{Cc}]+/gu, " ").trim();
}
