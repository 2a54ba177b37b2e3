/** Reads what protects the samples of an init segment (14496-12 §8.12, 23001-7 §8), and undoes it. */

import { Buffer } from "node:buffer";
import { type FoundBox, listBoxes, readCharacters, viewBytes } from "./boxes.ts";
import { type PsshDeclaration, readPsshDeclaration } from "./pssh_declaration.ts";

/** Contents of an `encv` or `enca` entry. */
export interface ProtectedEntry {
  readonly type: string;
  /** Types of the boxes in the entry. */
  readonly boxTypes: readonly string[];
  /** Types of the boxes in its `sinf`. */
  readonly sinfTypes: readonly string[];
  /** Type in `frma`; "" if absent. */
  readonly format: string;
  /** Contents of `schm`; undefined if absent. */
  readonly scheme:
    | { readonly type: string; readonly flags: number; readonly version: number }
    | undefined;
  /** Undefined if absent or truncated. */
  readonly tenc: TrackEncryptionDeclaration | undefined;
}

/** Track Encryption (23001-7 §8.2). */
export interface TrackEncryptionDeclaration {
  readonly version: number;
  readonly isProtected: number;
  readonly ivSize: number;
  /** As hexadecimal digits. */
  readonly kid: string;
  /** Empty without one. */
  readonly constantIv: Uint8Array;
  readonly crypt: number;
  readonly skip: number;
}

export interface ProtectedInit {
  /** The init segment without its protection. */
  readonly clear: Uint8Array;
  /** One for each sample entry; undefined for one that is not protected. */
  readonly entries: readonly (ProtectedEntry | undefined)[];
  /** Types of the boxes in `moov`. */
  readonly moovTypes: readonly string[];
  readonly pssh: readonly PsshDeclaration[];
}

const CONTAINERS = ["moov", "trak", "mdia", "minf", "stbl"];

/** Bytes of fields before the boxes of an entry. */
const FIELDS_SIZE: Readonly<Record<string, number>> = { encv: 78, enca: 28 };

export function readProtectedInit(bytes: Uint8Array): ProtectedInit {
  const entries: (ProtectedEntry | undefined)[] = [];
  const rewrite = ({ type, body }: FoundBox): Uint8Array => {
    if (CONTAINERS.includes(type)) {
      const kept = listBoxes(body).filter((box) => box.type !== "pssh");
      return formatBox(type, kept.map(rewrite));
    }
    if (type !== "stsd") return formatBox(type, [body]);
    const found = listBoxes(body, 8);
    for (const entry of found) entries.push(readEntry(entry));
    return formatBox(type, [body.subarray(0, 8), ...found.map(unprotectEntry)]);
  };
  const top = listBoxes(bytes);
  const clear = Buffer.concat(top.map(rewrite));
  const moov = top.filter(({ type }) => type === "moov").flatMap(({ body }) => listBoxes(body));
  return {
    clear: new Uint8Array(clear),
    entries,
    moovTypes: moov.map(({ type }) => type),
    pssh: moov.filter(({ type }) => type === "pssh").map(({ body }) => readPsshDeclaration(body)),
  };
}

function formatBox(type: string, parts: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(8);
  const size = parts.reduce((sum, { length }) => sum + length, header.length);
  viewBytes(header).setUint32(0, size);
  for (let i = 0; i < 4; i++) header[4 + i] = type.charCodeAt(i);
  return Buffer.concat([header, ...parts]);
}

function readEntry({ type, body }: FoundBox): ProtectedEntry | undefined {
  const fields = FIELDS_SIZE[type];
  if (fields === undefined) return undefined;
  const boxes = listBoxes(body, fields);
  const sinf = boxes.filter((box) => box.type === "sinf").flatMap((box) => listBoxes(box.body));
  const find = (name: string) => sinf.find((box) => box.type === name)?.body;
  const [frma, schm, schi] = ["frma", "schm", "schi"].map(find);
  const tenc = schi && listBoxes(schi).find((box) => box.type === "tenc")?.body;
  return {
    type,
    boxTypes: boxes.map((box) => box.type),
    sinfTypes: sinf.map((box) => box.type),
    format: frma ? readCharacters(frma, 0, 4) : "",
    scheme: schm && readScheme(schm),
    tenc: tenc && readTencDeclaration(tenc),
  };
}

function readScheme(schm: Uint8Array): ProtectedEntry["scheme"] {
  if (schm.length < 12) return undefined;
  const view = viewBytes(schm);
  return { type: readCharacters(schm, 4, 8), flags: view.getUint32(0), version: view.getUint32(8) };
}

const TENC_SIZE = 24;

function readTencDeclaration(tenc: Uint8Array): TrackEncryptionDeclaration | undefined {
  if (tenc.length < TENC_SIZE) return undefined;
  const [version, pattern, isProtected, ivSize] = [tenc[0]!, tenc[5]!, tenc[6]!, tenc[7]!];
  const hasConstantIv = isProtected === 1 && ivSize === 0 && tenc.length > TENC_SIZE;
  return {
    version,
    isProtected,
    ivSize,
    kid: tenc.subarray(8, TENC_SIZE).toHex(),
    constantIv: hasConstantIv
      ? tenc.slice(TENC_SIZE + 1, TENC_SIZE + 1 + tenc[TENC_SIZE]!)
      : new Uint8Array(0),
    crypt: pattern >> 4,
    skip: pattern & 15,
  };
}

/** Returns the entry with the type of its `frma` and without its `sinf`. */
function unprotectEntry({ type, body }: FoundBox): Uint8Array {
  const fields = FIELDS_SIZE[type];
  const format = readEntry({ type, body })?.format;
  if (fields === undefined || !format) return formatBox(type, [body]);
  const boxes = listBoxes(body, fields).filter((box) => box.type !== "sinf");
  return formatBox(format, [
    body.subarray(0, fields),
    ...boxes.map((box) => formatBox(box.type, [box.body])),
  ]);
}
