/** What an index of a track is written as: JSON with columns and bytes, and the checks of its types. */

import { MAX_METADATA_SIZE } from "../mp4/read_movie.ts";
import type { KeptBytes, RunCheckpoints, StoredMoov } from "../mp4/samples/checkpoints.ts";
import { areKept } from "../mp4/samples/kept_bytes.ts";
import type { SerializedExtents } from "./segment_extents.ts";
import { arePoints, type SerializedPoints } from "./stored_points.ts";

/** Incremented when an index is written otherwise. */
export const INDEX_REVISION = 2;

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

/** Integers. */
type SerializedColumn = ArrayLike<number>;

/** Columns are differences, which compress well, some of them to what another column predicts. */
export interface SerializedIndex {
  readonly revision: number;
  readonly track?: number;
  readonly cut: string;
  readonly head: string;
  readonly durations: SerializedRuns;
  readonly offsets?: SerializedRuns;
  /** Samples of 0 bytes. */
  readonly empty?: SerializedColumn;
  /** Sync samples, where those of the file are wrong. */
  readonly listed?: SerializedColumn;
  /** Whether stss lists no sample twice. */
  readonly distinct?: boolean;
  readonly chunks: {
    readonly firsts: SerializedColumn;
    /** These two are no differences. */
    readonly descriptions: SerializedColumn;
    readonly descriptionFirsts: SerializedColumn;
  };
  readonly times: SerializedColumn;
  readonly samples: SerializedColumn;
  /** Less the times. */
  readonly starts: SerializedColumn;
  /** No differences. */
  readonly totals: SerializedColumn;
  /** No differences. */
  readonly heads: SerializedColumn;
  /** Less the times. */
  readonly decodes?: SerializedColumn;
  /** As columns, or bytes of other samples than those of the index. */
  readonly points?: SerializedPoints | Uint8Array;
  readonly retiming?: SerializedRetiming | null;
  readonly moov?: SerializedMoov;
  readonly syncs?: {
    readonly samples: SerializedColumn;
    readonly step: number;
    readonly offsets: SerializedColumn;
  };
  readonly bandwidths?: StoredBandwidths;
  readonly extents?: SerializedExtents;
}

export interface SerializedRetiming {
  readonly samples: SerializedColumn;
  /** No differences. */
  readonly shifts: SerializedColumn;
  readonly least: number;
}

export type SerializedMoov = Omit<StoredMoov, "kept" | "rows"> & {
  /** No differences. */
  readonly rows: SerializedColumn;
  readonly kept?: SerializedKept;
};

export interface SerializedKept {
  readonly bounds: SerializedColumn;
  readonly bytes: Uint8Array;
}

export type SerializedRuns = Pick<RunCheckpoints, "samples" | "sum"> & {
  readonly least: number;
  readonly firsts: SerializedColumn;
  /** Less the mean value of a sample, for each sample before. */
  readonly sums: SerializedColumn;
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
  if (!(value.points === undefined || isPoints(value.points))) return false;
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

function isColumn(value: unknown): value is SerializedColumn {
  return value instanceof Float64Array || Array.isArray(value) && value.every(Number.isFinite);
}

function isRuns(value: unknown): value is SerializedRuns {
  if (!isObject(value)) return false;
  const { samples, sum, least, firsts, sums } = value;
  return [samples, sum, least].every(Number.isFinite) && isColumn(firsts) && isColumn(sums);
}

/** Samples are ascending, of 32 bits. */
function isSyncs(value: unknown): value is NonNullable<SerializedIndex["syncs"]> {
  if (!isObject(value)) return false;
  const { samples, step, offsets } = value;
  return isColumn(samples) && isColumn(offsets) && isCount(step) &&
    samples.length === offsets.length && isAscending(samples) &&
    haveSumsWithin(samples, 0, 2 ** 32) && haveSumsWithin(offsets, -(2 ** 31), 2 ** 31);
}

/** Returns whether sums of differences are integers in `[min, end)`. */
function haveSumsWithin(differences: SerializedColumn, min: number, end: number): boolean {
  let sum = 0;
  for (let i = 0; i < differences.length; i++) {
    sum += differences[i]!;
    if (!(Number.isInteger(sum) && sum >= min && sum < end)) return false;
  }
  return true;
}

/** Returns whether sums of differences ascend, from 0 on. */
function isAscending(differences: SerializedColumn): boolean {
  for (let i = 0; i < differences.length; i++) {
    if (!(differences[i]! > 0 || (i === 0 && differences[i] === 0))) return false;
  }
  return true;
}

function isPoints(value: unknown): value is NonNullable<SerializedIndex["points"]> {
  if (value instanceof Uint8Array) return true;
  if (!isObject(value) || !(value.media instanceof Uint8Array)) return false;
  const { gaps, sizes, durations, shifts, flags } = value;
  if (!isColumn(gaps) || !isColumn(sizes) || !isColumn(durations)) return false;
  return isColumn(shifts) && isColumn(flags) &&
    arePoints({ gaps, sizes, durations, shifts, flags });
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

function isRetiming(value: unknown): value is SerializedRetiming {
  if (!isObject(value)) return false;
  const { samples, shifts, least } = value;
  return isColumn(samples) && isColumn(shifts) && samples.length === shifts.length &&
    isAscending(samples) &&
    [least, ...Array.from(samples), ...Array.from(shifts)].every(Number.isSafeInteger);
}

function isMoov(value: unknown): value is SerializedMoov {
  if (!isObject(value)) return false;
  const { fileSize, offset, size, rows, bytes, checks, kept } = value;
  if (!(checks === undefined || typeof checks === "string")) return false;
  if (![fileSize, offset, size].every(Number.isSafeInteger)) return false;
  if (!(bytes instanceof Uint8Array) || !isColumn(rows) || rows.length % 2 > 0) return false;
  if (!(kept === undefined || isKept(kept, Number(fileSize)))) return false;
  const bounds = [0, ...Array.from(rows), Number(size)];
  if (bounds.some((bound, i) => !Number.isSafeInteger(bound) || bound < (bounds[i - 1] ?? 0))) {
    return false;
  }
  const rowBytes = Array.from(rows)
    .reduce((sum, bound, i) => sum + (i % 2 ? bound : -bound), 0);
  return Number(offset) >= 0 && Number(size) <= MAX_METADATA_SIZE &&
    Number(offset) + Number(size) <= Number(fileSize) &&
    bytes.length === Number(size) - rowBytes;
}

function isKept(value: unknown, fileSize: number): boolean {
  if (!isObject(value)) return false;
  const { bounds, bytes } = value;
  return isColumn(bounds) && bytes instanceof Uint8Array &&
    areKept(restoreKept({ bounds, bytes }), fileSize);
}

export function restoreKept({ bounds, bytes }: SerializedKept): KeptBytes {
  return { bounds: [...toSums(bounds)], bytes };
}

/** Sums differences. */
export function toSums(differences: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const column = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < column.length; i++) column[i] = sum += differences[i]!;
  return column;
}
