/**
 * What `amspackager` found out of a long track by passing through all of its tables, as it stands in the package file: so that
 * `ams` answers a first request without doing so again.
 */

import { createHash } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { RunCheckpoints, TableCheckpoints } from "../mp4/samples/checkpoints.ts";

export interface TrackIndex {
  readonly tables: TableCheckpoints;
  /** Names all that the segments were cut by. */
  readonly segmentationId: string;
  /** As of a timeline: one entry more than there are segments, but for `starts`. */
  readonly times: Float64Array;
  readonly samples: Float64Array;
  readonly firstSampleTimes: Float64Array;
  /** Bytes of each segment, and of its head alone. */
  readonly totals: Float64Array;
  readonly headers: Float64Array;
}

/** Raised when what stands in it changes. */
const REVISION = 1;

/** Bytes, written out, at most: 100 hours have less. Nobody makes us unpack more. */
const LARGEST = 2 ** 24;

/** What is written: columns as differences, which take little room then. */
interface Written {
  readonly revision: number;
  readonly cut: string;
  readonly head: string;
  readonly durations: WrittenRuns;
  readonly offsets?: WrittenRuns;
  readonly chunks: { firsts: number[]; descriptions: number[]; descriptionFirsts: number[] };
  readonly times: number[];
  readonly samples: number[];
  readonly starts: number[];
  readonly totals: number[];
  readonly heads: number[];
}

type WrittenRuns = Pick<RunCheckpoints, "samples" | "sum"> & {
  least: number;
  firsts: number[];
  sums: number[];
};

/** Base64, behind a digest of what it says: it is not made to be edited. */
export function formatIndex(index: TrackIndex): string {
  const { segmentationId, times, samples, firstSampleTimes, totals, headers, tables } = index;
  const { moovDigest, durations, offsets, chunks } = tables;
  const written: Written = {
    revision: REVISION,
    cut: segmentationId,
    head: moovDigest,
    durations: writtenRuns(durations),
    ...offsets && { offsets: writtenRuns(offsets) },
    chunks: {
      firsts: differences(chunks.firsts),
      descriptions: [...chunks.descriptions],
      descriptionFirsts: [...chunks.descriptionFirsts],
    },
    times: differences(times),
    samples: differences(samples),
    starts: differences(firstSampleTimes),
    totals: [...totals],
    heads: [...headers],
  };
  const packed = deflateRawSync(JSON.stringify(written), { level: 9 });
  return `${seal(packed)}${packed.toString("base64")}`;
}

/** Undefined: it was written by another version of AMS, or by somebody else, or changed since. */
export function parseIndex(text: string): TrackIndex | undefined {
  const packed = Uint8Array.fromBase64(text.slice(SEAL));
  if (seal(packed) !== text.slice(0, SEAL)) return undefined;
  const written = unpacked(packed);
  if (!isWritten(written)) return undefined;
  const { cut, head, durations, offsets, chunks } = written;
  return {
    segmentationId: cut,
    tables: {
      moovDigest: head,
      durations: runs(durations),
      ...offsets && { offsets: runs(offsets) },
      chunks: { ...chunks, firsts: sums(chunks.firsts) },
    },
    times: sums(written.times),
    samples: sums(written.samples),
    firstSampleTimes: sums(written.starts),
    totals: new Float64Array(written.totals),
    headers: new Float64Array(written.heads),
  };
}

/** Undefined where whoever sealed it had packed no JSON, or too much. */
function unpacked(packed: Uint8Array): unknown {
  try {
    return JSON.parse(inflateRawSync(packed, { maxOutputLength: LARGEST }).toString());
  } catch {
    return undefined;
  }
}

/** Anybody can seal anything: whoever uses a column counts on numbers, and on nothing else. */
function isWritten(value: unknown): value is Written {
  if (!isObject(value) || value.revision !== REVISION) return false;
  const { cut, head, durations, offsets, chunks, times, samples, starts, totals, heads } = value;
  if (typeof cut !== "string" || typeof head !== "string" || !isObject(chunks)) return false;
  const { firsts, descriptions, descriptionFirsts } = chunks;
  return [firsts, descriptions, descriptionFirsts, times, samples, starts, totals, heads]
    .every(isColumn) && isRuns(durations) && (offsets === undefined || isRuns(offsets));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isColumn(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isRuns(value: unknown): value is WrittenRuns {
  if (!isObject(value)) return false;
  const { samples, sum, least, firsts, sums } = value;
  return [samples, sum, least].every(Number.isFinite) && isColumn(firsts) && isColumn(sums);
}

/** Characters of the digest. */
const SEAL = 16;

function seal(packed: Uint8Array): string {
  return createHash("sha256").update(packed).digest("hex").slice(0, SEAL);
}

function writtenRuns({ firsts, sums, min, ...rest }: RunCheckpoints): WrittenRuns {
  return { ...rest, least: min, firsts: differences(firsts), sums: differences(sums) };
}

function runs({ firsts, sums: added, least, ...rest }: WrittenRuns): RunCheckpoints {
  return { ...rest, min: least, firsts: sums(firsts), sums: sums(added) };
}

function differences(column: Float64Array): number[] {
  return Array.from(column, (value, i) => value - (column[i - 1] ?? 0));
}

function sums(differences: readonly number[]): Float64Array {
  const column = new Float64Array(differences.length);
  let sum = 0;
  for (let i = 0; i < column.length; i++) column[i] = sum += differences[i]!;
  return column;
}
