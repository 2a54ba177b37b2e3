/** JSON of an index of a track, and the checks of its types. */

import { MAX_METADATA_SIZE } from "../mp4/read_movie.ts";
import type { KeptBytes, RunCheckpoints, StoredMoov } from "../mp4/samples/checkpoints.ts";
import { areKept } from "../mp4/samples/kept_bytes.ts";
import type { SerializedExtents } from "./segment_extents.ts";

export const INDEX_REVISION = 1;

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

/** Columns are differences, which compress well. */
export interface SerializedIndex {
  readonly revision: number;
  readonly track?: number;
  readonly cut: string;
  readonly head: string;
  readonly durations: SerializedRuns;
  readonly offsets?: SerializedRuns;
  /** Samples of 0 bytes. */
  readonly empty?: number[];
  /** Sync samples, where those of the file are wrong. */
  readonly listed?: number[];
  /** Whether stss lists no sample twice. */
  readonly distinct?: boolean;
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
  readonly moov?: Omit<StoredMoov, "bytes" | "kept"> & {
    readonly bytes: string;
    readonly kept?: { readonly bounds: number[]; readonly bytes: string };
  };
  /** Differences of 32 bits, little-endian, in base64: a column of thousands of numbers takes milliseconds as JSON. */
  readonly syncs?: { samples: string; step: number; offsets: string };
  readonly bandwidths?: StoredBandwidths;
  readonly extents?: SerializedExtents;
}

export type SerializedRuns = Pick<RunCheckpoints, "samples" | "sum"> & {
  least: number;
  firsts: number[];
  sums: number[];
};

/** Checks all types, since the digest does not authenticate the content. */
export function isSerializedIndex(value: unknown): value is SerializedIndex {
  if (!isObject(value) || value.revision !== INDEX_REVISION) return false;
  const { cut, head, durations, offsets, chunks, times, samples, starts, totals, heads } = value;
  if (typeof cut !== "string" || typeof head !== "string" || !isObject(chunks)) return false;
  const { firsts, descriptions, descriptionFirsts } = chunks;
  if (!(value.track === undefined || isCount(value.track))) return false;
  const optional = [value.empty, value.listed];
  if (!optional.every((column) => column === undefined || isColumn(column))) return false;
  if (!(value.distinct === undefined || typeof value.distinct === "boolean")) return false;
  if (!(value.decodes === undefined || isColumn(value.decodes))) return false;
  if (!(value.points === undefined || isBase64(value.points))) return false;
  if (!(value.retiming === undefined || value.retiming === null || isRetiming(value.retiming))) {
    return false;
  }
  if (!(value.moov === undefined || isMoov(value.moov))) return false;
  if (!(value.syncs === undefined || isSyncs(value.syncs))) return false;
  if (!(value.bandwidths === undefined || isBandwidths(value.bandwidths))) return false;
  if (!(value.extents === undefined || isExtents(value.extents))) return false;
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

function isExtents(value: unknown): value is SerializedExtents {
  if (!isObject(value)) return false;
  const { starts, sizes } = value;
  return isColumn(starts) && isColumn(sizes) && starts.length === sizes.length;
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

function isRetiming(value: unknown): value is NonNullable<SerializedIndex["retiming"]> {
  if (!isObject(value)) return false;
  const { samples, shifts, least } = value;
  return isColumn(samples) && isColumn(shifts) && samples.length === shifts.length &&
    samples.every((difference, i) => difference > 0 || (i === 0 && difference === 0)) &&
    [least, ...samples, ...shifts].every(Number.isSafeInteger);
}

function isMoov(value: unknown): value is NonNullable<SerializedIndex["moov"]> {
  if (!isObject(value)) return false;
  const { fileSize, offset, size, rows, bytes, checks, kept } = value;
  if (!(checks === undefined || typeof checks === "string")) return false;
  if (![fileSize, offset, size].every(Number.isSafeInteger) || !isBase64(bytes)) return false;
  if (!(kept === undefined || isKept(kept, Number(fileSize)))) return false;
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

function isKept(value: unknown, fileSize: number): boolean {
  if (!isObject(value)) return false;
  const { bounds, bytes } = value;
  return isColumn(bounds) && isBase64(bytes) && areKept(parseKept({ bounds, bytes }), fileSize);
}

export function parseKept({ bounds, bytes }: { bounds: number[]; bytes: string }): KeptBytes {
  return { bounds: [...toSums(bounds)], bytes: Uint8Array.fromBase64(bytes) };
}

function isBase64(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z0-9+/]*={0,2}$/.test(value) &&
    value.length % 4 === 0;
}

/** Sums differences. */
export function toSums(differences: readonly number[]): Float64Array {
  const column = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < column.length; i++) column[i] = sum += differences[i]!;
  return column;
}
