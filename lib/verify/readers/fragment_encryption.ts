/** Reads how the samples of a movie fragment are encrypted (23001-7 §7, [MS-SSTR] 2.2.4.5). */

import { bytesEqual } from "../bytes_equal.ts";
import { type FoundBox, listBoxes, viewBytes } from "./boxes.ts";

export interface Subsample {
  readonly clear: number;
  readonly encrypted: number;
}

/** Encryption of a sample. */
export interface SampleDeclaration {
  /** Empty with a constant IV. */
  readonly iv: Uint8Array;
  /** Undefined if the whole sample is encrypted. */
  readonly subsamples: readonly Subsample[] | undefined;
}

/** Encryption of a track fragment. */
export interface TrafDeclaration {
  /** Types of the boxes in `traf`; that of PIFF is `piff`. */
  readonly boxTypes: readonly string[];
  readonly samples: readonly SampleDeclaration[];
  /** What is missing or contradicts something else. */
  readonly problems: readonly string[];
}

const PIFF = "a2394f525a9b4f14a2446c427c648df4";

const HAS_SUBSAMPLES = 2;

/** @param ivSize of `tenc` */
export function readFragmentEncryption(segment: Uint8Array, ivSize: number): TrafDeclaration[] {
  const moof = listBoxes(segment).find(({ type }) => type === "moof");
  if (!moof) return [];
  const moofStart = moof.body.byteOffset - segment.byteOffset - 8;
  const trafs = listBoxes(moof.body).filter(({ type }) => type === "traf");
  return trafs.map(({ body }) => readTraf(listBoxes(body), { segment, moofStart, ivSize }));
}

interface TrafContext {
  readonly segment: Uint8Array;
  readonly moofStart: number;
  readonly ivSize: number;
}

function readTraf(boxes: readonly FoundBox[], context: TrafContext): TrafDeclaration {
  const named = boxes.map(({ type, body }) => {
    const isPiff = type === "uuid" && body.subarray(0, 16).toHex() === PIFF;
    return isPiff ? { type: "piff", body: body.subarray(16) } : { type, body };
  });
  const boxTypes = named.map(({ type }) => type);
  const found = named.filter(({ type }) => type === "senc" || type === "piff");
  const [box, ...more] = found;
  if (!box || more.length > 0) {
    return { boxTypes, samples: [], problems: [`got ${found.length} senc, expected 1`] };
  }
  const { samples, isWhole } = readSencBody(box.body, context.ivSize);
  const hasInformation = samples.some(({ iv, subsamples }) => iv.length > 0 || subsamples);
  const problems = [
    ...isWhole ? [] : ["senc is truncated, or has bytes after its last sample"],
    ...box.type === "senc" && (hasInformation || boxTypes.includes("saiz"))
      ? checkAuxiliaryBoxes(named, { body: box.body, samples, context })
      : [],
  ];
  return { boxTypes, samples, problems };
}

/** Bounds the memory for samples that senc declares. */
const MAX_SAMPLES = 2 ** 24;

const COUNT_AT = 4;
const ENTRIES_AT = 8;

function readSencBody(
  body: Uint8Array,
  ivSize: number,
): { samples: SampleDeclaration[]; isWhole: boolean } {
  const samples: SampleDeclaration[] = [];
  if (body.length < ENTRIES_AT) return { samples, isWhole: false };
  const view = viewBytes(body);
  const hasSubsamples = (body[3]! & HAS_SUBSAMPLES) !== 0;
  const count = view.getUint32(COUNT_AT);
  if (count > MAX_SAMPLES) return { samples, isWhole: false };
  let at = ENTRIES_AT;
  for (let i = 0; i < count; i++) {
    const countAt = at + ivSize;
    if (countAt + (hasSubsamples ? 2 : 0) > body.length) return { samples, isWhole: false };
    const rows = hasSubsamples ? view.getUint16(countAt) : 0;
    const rowsAt = countAt + (hasSubsamples ? 2 : 0);
    if (rowsAt + 6 * rows > body.length) return { samples, isWhole: false };
    samples.push({
      iv: body.subarray(at, countAt),
      subsamples: hasSubsamples ? readRows(view, rowsAt, rows) : undefined,
    });
    at = rowsAt + 6 * rows;
  }
  return { samples, isWhole: at === body.length };
}

function readRows(view: DataView, start: number, count: number): Subsample[] {
  return Array.from({ length: count }, (_, i) => ({
    clear: view.getUint16(start + 6 * i),
    encrypted: view.getUint32(start + 6 * i + 2),
  }));
}

/** Checks that saiz and saio lead to the entries of senc: some players read these alone. */
function checkAuxiliaryBoxes(
  boxes: readonly FoundBox[],
  { body, samples, context: { segment, moofStart } }: {
    readonly body: Uint8Array;
    readonly samples: readonly SampleDeclaration[];
    readonly context: TrafContext;
  },
): string[] {
  const [saiz, saio] = ["saiz", "saio"].map((name) => boxes.filter(({ type }) => type === name));
  if (saiz!.length !== 1 || saio!.length !== 1) {
    return [`got ${saiz!.length} saiz and ${saio!.length} saio, expected one each`];
  }
  const sizes = readSaizSizes(saiz![0]!.body);
  const expected = samples.map(({ iv, subsamples }) =>
    iv.length + (subsamples ? 2 + 6 * subsamples.length : 0)
  );
  const wrong = expected.findIndex((size, i) => size !== sizes[i]);
  if (sizes.length !== expected.length) {
    return [`saiz has ${sizes.length} samples, expected ${expected.length}`];
  }
  if (wrong >= 0) {
    return [`saiz has ${sizes[wrong]} bytes for sample ${wrong + 1}, expected ${expected[wrong]}`];
  }
  const offset = readSaioOffset(saio![0]!.body);
  if (offset === undefined) return ["saio has not exactly one offset"];
  const entries = body.subarray(ENTRIES_AT);
  const start = moofStart + offset;
  return bytesEqual(segment.subarray(start, start + entries.length), entries)
    ? []
    : [`saio has offset ${offset}, which is not that of senc`];
}

function readSaizSizes(saiz: Uint8Array): number[] {
  const at = (saiz[3]! & 1) ? 12 : 4;
  if (saiz.length < at + 5) return [];
  const [size, count] = [saiz[at]!, viewBytes(saiz).getUint32(at + 1)];
  if (size === 0) return [...saiz.subarray(at + 5, at + 5 + count)];
  return count > MAX_SAMPLES ? [] : Array(count).fill(size);
}

function readSaioOffset(saio: Uint8Array): number | undefined {
  const view = viewBytes(saio);
  const at = (saio[3]! & 1) ? 12 : 4;
  const size = saio[0] === 1 ? 8 : 4;
  if (saio.length !== at + 4 + size || view.getUint32(at) !== 1) return undefined;
  return size === 8 ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
}
