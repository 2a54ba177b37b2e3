/** Index of a long track, with which `ams` serves requests without a scan of the tables. */

import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { MAX_METADATA_SIZE } from "../mp4/read_movie.ts";
import type { RunCheckpoints, StoredMoov, TableCheckpoints } from "../mp4/samples/checkpoints.ts";
import type { Retiming } from "../mp4/samples/sample_table.ts";

export interface TrackIndex {
  readonly tables: TableCheckpoints;
  readonly segmentationId: string;
  readonly times: Float64Array;
  readonly samples: Float64Array;
  readonly firstSampleTimes: Float64Array;
  readonly totals: Float64Array;
  readonly headers: Float64Array;
  /** Segment starts and the end; absent in older packages, as are the following. */
  readonly decodeTimes?: Float64Array | undefined;
  /** What the content version hashes of the track; see content_version.ts. */
  readonly points?: Uint8Array | undefined;
  /** Decode times that the file does not have; null if its own are usable. */
  readonly retiming?: Retiming | null | undefined;
  /** In one index per file. */
  readonly moov?: StoredMoov | undefined;
}

const REVISION = 1;

/** Bounds the memory for decompression; 100 hours take less. */
const MAX_DECOMPRESSED_BYTES = 2 ** 24;

/** Columns are differences, which compress well. */
interface SerializedIndex {
  readonly revision: number;
  readonly cut: string;
  readonly head: string;
  readonly durations: SerializedRuns;
  readonly offsets?: SerializedRuns;
  /** Samples of 0 bytes. */
  readonly empty?: number[];
  /** Sync samples, where those of the file are wrong. */
  readonly syncs?: number[];
  readonly chunks: { firsts: number[]; descriptions: number[]; descriptionFirsts: number[] };
  readonly times: number[];
  readonly samples: number[];
  readonly starts: number[];
  readonly totals: number[];
  readonly heads: number[];
  readonly decodes?: number[];
  /** Base64. */
  readonly points?: string;
  readonly retiming?: { samples: number[]; shifts: number[]; least: number } | null;
  readonly moov?: { fileSize: number; offset: number; size: number; rows: number[]; bytes: string };
}

type SerializedRuns = Pick<RunCheckpoints, "samples" | "sum"> & {
  least: number;
  firsts: number[];
  sums: number[];
};

export function formatIndex(index: TrackIndex): string {
  const { segmentationId, times, samples, firstSampleTimes, totals, headers, tables } = index;
  const { decodeTimes, points, retiming, moov } = index;
  const { moovDigest, durations, offsets, chunks, emptySamples, syncSamples } = tables;
  const serialized: SerializedIndex = {
    revision: REVISION,
    cut: segmentationId,
    head: moovDigest,
    durations: serializeRuns(durations),
    ...offsets && { offsets: serializeRuns(offsets) },
    ...emptySamples && { empty: toDifferences(emptySamples) },
    ...syncSamples && { syncs: toDifferences(syncSamples) },
    chunks: {
      firsts: toDifferences(chunks.firsts),
      descriptions: [...chunks.descriptions],
      descriptionFirsts: [...chunks.descriptionFirsts],
    },
    times: toDifferences(times),
    samples: toDifferences(samples),
    starts: toDifferences(firstSampleTimes),
    totals: [...totals],
    heads: [...headers],
    ...decodeTimes && { decodes: toDifferences(decodeTimes) },
    ...points && { points: points.toBase64() },
    ...retiming !== undefined && { retiming: retiming && serializeRetiming(retiming) },
    ...moov && { moov: { ...moov, rows: [...moov.rows], bytes: moov.bytes.toBase64() } },
  };
  const packed = deflateRawSync(JSON.stringify(serialized), { level: 9 });
  return `${computeDigest(packed)}${packed.toString("base64")}`;
}

/** Returns undefined if the index is of another version of AMS, or was changed. */
export function parseIndex(text: string): TrackIndex | undefined {
  const packed = Uint8Array.fromBase64(text.slice(DIGEST_LENGTH));
  if (computeDigest(packed) !== text.slice(0, DIGEST_LENGTH)) return undefined;
  const serialized = decompress(packed);
  if (!isSerialized(serialized)) return undefined;
  const { cut, head, durations, offsets, chunks, decodes, points, retiming, moov } = serialized;
  const { empty, syncs } = serialized;
  return {
    segmentationId: cut,
    tables: {
      moovDigest: head,
      durations: parseRuns(durations),
      ...offsets && { offsets: parseRuns(offsets) },
      ...empty && { emptySamples: toSums(empty) },
      ...syncs && { syncSamples: toSums(syncs) },
      chunks: { ...chunks, firsts: toSums(chunks.firsts) },
    },
    times: toSums(serialized.times),
    samples: toSums(serialized.samples),
    firstSampleTimes: toSums(serialized.starts),
    totals: new Float64Array(serialized.totals),
    headers: new Float64Array(serialized.heads),
    ...decodes && { decodeTimes: toSums(decodes) },
    ...points !== undefined && { points: Uint8Array.fromBase64(points) },
    ...retiming !== undefined && { retiming: retiming && parseRetiming(retiming) },
    ...moov && { moov: { ...moov, bytes: Uint8Array.fromBase64(moov.bytes) } },
  };
}

function decompress(packed: Uint8Array): unknown {
  try {
    return JSON.parse(
      inflateRawSync(packed, { maxOutputLength: MAX_DECOMPRESSED_BYTES }).toString(),
    );
  } catch {
    return undefined;
  }
}

/** Checks all types, since the digest does not authenticate the content. */
function isSerialized(value: unknown): value is SerializedIndex {
  if (!isObject(value) || value.revision !== REVISION) return false;
  const { cut, head, durations, offsets, chunks, times, samples, starts, totals, heads } = value;
  if (typeof cut !== "string" || typeof head !== "string" || !isObject(chunks)) return false;
  const { firsts, descriptions, descriptionFirsts } = chunks;
  const optional = [value.empty, value.syncs];
  if (!optional.every((column) => column === undefined || isColumn(column))) return false;
  if (!(value.decodes === undefined || isColumn(value.decodes))) return false;
  if (!(value.points === undefined || isBase64(value.points))) return false;
  if (!(value.retiming === undefined || value.retiming === null || isRetiming(value.retiming))) {
    return false;
  }
  if (!(value.moov === undefined || isMoov(value.moov))) return false;
  return [firsts, descriptions, descriptionFirsts, times, samples, starts, totals, heads]
    .every(isColumn) && isRuns(durations) && (offsets === undefined || isRuns(offsets));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isColumn(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isRuns(value: unknown): value is SerializedRuns {
  if (!isObject(value)) return false;
  const { samples, sum, least, firsts, sums } = value;
  return [samples, sum, least].every(Number.isFinite) && isColumn(firsts) && isColumn(sums);
}

function isRetiming(value: unknown): value is NonNullable<SerializedIndex["retiming"]> {
  if (!isObject(value)) return false;
  const { samples, shifts, least } = value;
  return isColumn(samples) && isColumn(shifts) && samples.length === shifts.length &&
    samples.every((difference, i) => difference > 0 || (i === 0 && difference === 0)) &&
    [least, ...samples, ...shifts].every(Number.isSafeInteger);
}

function isMoov(value: unknown): value is NonNullable<SerializedIndex["moov"]> {
  if (!isObject(value)) return false;
  const { fileSize, offset, size, rows, bytes } = value;
  if (![fileSize, offset, size].every(Number.isSafeInteger) || !isBase64(bytes)) return false;
  if (!isColumn(rows) || rows.length % 2 > 0) return false;
  const bounds = [0, ...rows, Number(size)];
  if (bounds.some((bound, i) => !Number.isSafeInteger(bound) || bound < (bounds[i - 1] ?? 0))) {
    return false;
  }
  const rowBytes = rows.reduce((sum, bound, i) => sum + (i % 2 ? bound : -bound), 0);
  return Number(offset) >= 0 && Number(size) <= MAX_METADATA_SIZE &&
    Number(offset) + Number(size) <= Number(fileSize) &&
    Uint8Array.fromBase64(bytes).length === Number(size) - rowBytes;
}

function isBase64(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value) &&
    value.length % 4 === 0;
}

const DIGEST_LENGTH = 16;

function computeDigest(packed: Uint8Array): string {
  return createHash("sha256").update(packed).digest("hex").slice(0, DIGEST_LENGTH);
}

function serializeRuns({ firsts, sums, min, ...rest }: RunCheckpoints): SerializedRuns {
  return { ...rest, least: min, firsts: toDifferences(firsts), sums: toDifferences(sums) };
}

function parseRuns({ firsts, sums: added, least, ...rest }: SerializedRuns): RunCheckpoints {
  return { ...rest, min: least, firsts: toSums(firsts), sums: toSums(added) };
}

function serializeRetiming({ samples, shifts, minCompositionOffset }: Retiming) {
  return { samples: toDifferences(samples), shifts: [...shifts], least: minCompositionOffset };
}

function parseRetiming(
  { samples, shifts, least }: NonNullable<SerializedIndex["retiming"]>,
): Retiming {
  return {
    samples: toSums(samples),
    shifts: new Float64Array(shifts),
    minCompositionOffset: least,
  };
}

function toDifferences(column: Float64Array): number[] {
  return Array.from(column, (value, i) => value - (column[i - 1] ?? 0));
}

function toSums(differences: readonly number[]): Float64Array {
  const column = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < column.length; i++) column[i] = sum += differences[i]!;
  return column;
}
