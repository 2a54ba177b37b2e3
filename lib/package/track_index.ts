/** Index of a long track, with which `ams` serves requests without a scan of the tables. */

import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { MAX_METADATA_SIZE } from "../mp4/read_movie.ts";
import type { RunCheckpoints, StoredMoov, TableCheckpoints } from "../mp4/samples/checkpoints.ts";

export interface TrackIndex {
  /** ID in the file; absent in older packages. */
  readonly track?: number | undefined;
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
  /** In one index per file. */
  readonly moov?: StoredMoov | undefined;
  readonly syncs?: SyncIndex | undefined;
  readonly bandwidths?: StoredBandwidths | undefined;
}

/** Sync samples of video, where some samples are not. */
export interface SyncIndex {
  /** Ascending. */
  readonly samples: Uint32Array;
  /** Usual duration of a sample, in the timescale of the rendition. */
  readonly step: number;
  /** Presentation times, less `step` for each sample before. */
  readonly offsets: Int32Array;
}

/** Bandwidths that depend on all sample sizes, in bit/s. */
export interface StoredBandwidths {
  /** Target duration with which they were measured, in seconds. */
  readonly target: number;
  /** Identifies the audio that is muxed with video in MPEG-TS; "" without. */
  readonly muxedAudio: string;
  readonly iframes?: StoredBandwidth | undefined;
  readonly ts?: StoredBandwidth | undefined;
  readonly tsIframes?: StoredBandwidth | undefined;
}

interface StoredBandwidth {
  readonly bandwidth: number;
  readonly averageBandwidth: number;
}

const REVISION = 1;

/** Bounds the memory for decompression; 100 hours take less. */
const MAX_DECOMPRESSED_BYTES = 2 ** 24;

/** Columns are differences, which compress well. */
interface SerializedIndex {
  readonly revision: number;
  readonly track?: number;
  readonly cut: string;
  readonly head: string;
  readonly durations: SerializedRuns;
  readonly offsets?: SerializedRuns;
  readonly chunks: { firsts: number[]; descriptions: number[]; descriptionFirsts: number[] };
  readonly times: number[];
  readonly samples: number[];
  readonly starts: number[];
  readonly totals: number[];
  readonly heads: number[];
  readonly decodes?: number[];
  /** Base64. */
  readonly points?: string;
  readonly moov?: Omit<StoredMoov, "bytes"> & { readonly bytes: string };
  /** Differences of 32 bits, little-endian, in base64: a column of thousands of numbers takes milliseconds as JSON. */
  readonly syncs?: { samples: string; step: number; offsets: string };
  readonly bandwidths?: StoredBandwidths;
}

type SerializedRuns = Pick<RunCheckpoints, "samples" | "sum"> & {
  least: number;
  firsts: number[];
  sums: number[];
};

export function formatIndex(index: TrackIndex): string {
  const { segmentationId, times, samples, firstSampleTimes, totals, headers, tables } = index;
  const { track, decodeTimes, points, moov, syncs, bandwidths } = index;
  const { moovDigest, durations, offsets, chunks } = tables;
  const serialized: SerializedIndex = {
    revision: REVISION,
    ...track !== undefined && { track },
    cut: segmentationId,
    head: moovDigest,
    durations: serializeRuns(durations),
    ...offsets && { offsets: serializeRuns(offsets) },
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
    ...moov && { moov: { ...moov, rows: [...moov.rows], bytes: moov.bytes.toBase64() } },
    ...syncs && {
      syncs: {
        samples: packDifferences(syncs.samples),
        step: syncs.step,
        offsets: packDifferences(syncs.offsets),
      },
    },
    ...bandwidths && { bandwidths },
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
  const { cut, head, durations, offsets, chunks, decodes, points, moov } = serialized;
  const { track, bandwidths } = serialized;
  const syncs = serialized.syncs && parseSyncs(serialized.syncs);
  if (serialized.syncs && !syncs) return undefined;
  return {
    ...track !== undefined && { track },
    segmentationId: cut,
    tables: {
      moovDigest: head,
      durations: parseRuns(durations),
      ...offsets && { offsets: parseRuns(offsets) },
      chunks: { ...chunks, firsts: toSums(chunks.firsts) },
    },
    times: toSums(serialized.times),
    samples: toSums(serialized.samples),
    firstSampleTimes: toSums(serialized.starts),
    totals: new Float64Array(serialized.totals),
    headers: new Float64Array(serialized.heads),
    ...decodes && { decodeTimes: toSums(decodes) },
    ...points !== undefined && { points: Uint8Array.fromBase64(points) },
    ...moov && { moov: { ...moov, bytes: Uint8Array.fromBase64(moov.bytes) } },
    ...syncs && { syncs },
    ...bandwidths && { bandwidths },
  };
}

/** Returns undefined if samples are not ascending, or columns differ in length. */
function parseSyncs(
  { samples, step, offsets }: NonNullable<SerializedIndex["syncs"]>,
): SyncIndex | undefined {
  const [indices, times] = [unpackSums(samples), unpackSums(offsets)];
  if (!indices || !times || indices.length !== times.length) return undefined;
  const ascending = new Uint32Array(indices.buffer);
  for (let i = 1; i < ascending.length; i++) {
    if (ascending[i]! <= ascending[i - 1]!) return undefined;
  }
  return { samples: ascending, step, offsets: times };
}

/** Returns differences modulo 2^32 in base64. */
function packDifferences(column: Uint32Array | Int32Array): string {
  const differences = new Int32Array(column.length);
  for (let i = 0; i < column.length; i++) differences[i] = column[i]! - (column[i - 1] ?? 0);
  return new Uint8Array(differences.buffer).toBase64(); // little-endian wherever Deno runs
}

/** Returns undefined if the size is not that of whole numbers. */
function unpackSums(text: string): Int32Array<ArrayBuffer> | undefined {
  const bytes = Uint8Array.fromBase64(text);
  if (bytes.length % 4 > 0) return undefined;
  const column = new Int32Array(bytes.slice().buffer);
  for (let i = 1; i < column.length; i++) column[i]! += column[i - 1]!;
  return column;
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
  if (!(value.track === undefined || isCount(value.track))) return false;
  if (!(value.decodes === undefined || isColumn(value.decodes))) return false;
  if (!(value.points === undefined || isBase64(value.points))) return false;
  if (!(value.moov === undefined || isMoov(value.moov))) return false;
  if (!(value.syncs === undefined || isSyncs(value.syncs))) return false;
  if (!(value.bandwidths === undefined || isBandwidths(value.bandwidths))) return false;
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

function isSyncs(value: unknown): value is NonNullable<SerializedIndex["syncs"]> {
  return isObject(value) && isBase64(value.samples) && isCount(value.step) &&
    isBase64(value.offsets);
}

function isBandwidths(value: unknown): value is StoredBandwidths {
  if (!isObject(value)) return false;
  const { target, muxedAudio, iframes, ts, tsIframes } = value;
  return isCount(target) && typeof muxedAudio === "string" &&
    [iframes, ts, tsIframes].every((one) =>
      one === undefined ||
      isObject(one) && isCount(one.bandwidth) && isCount(one.averageBandwidth)
    );
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isMoov(value: unknown): value is NonNullable<SerializedIndex["moov"]> {
  if (!isObject(value)) return false;
  const { fileSize, offset, size, rows, bytes, checks } = value;
  if (!(checks === undefined || typeof checks === "string")) return false;
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

function toDifferences(column: ArrayLike<number>): number[] {
  return Array.from(column, (value, i) => value - (column[i - 1] ?? 0));
}

function toSums(differences: readonly number[]): Float64Array {
  const column = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < column.length; i++) column[i] = sum += differences[i]!;
  return column;
}
