/** Indexes of revision 1, JSON without anything in binary, as packages of earlier versions of AMS have them. */

import { INDEX_REVISION } from "./serialized_index.ts";

export const OLDER_REVISION = 1;

type Json = Record<string, unknown>;

/**
 * Returns an index of revision 1 as one of this revision, still to be checked: what is of another type remains. Returns undefined for
 * other revisions.
 */
export function upgradeIndex(value: unknown): Json | undefined {
  if (!isObject(value) || value.revision !== OLDER_REVISION) return undefined;
  const { times, starts, decodes, durations, offsets, points, moov, syncs } = value;
  return {
    ...value,
    revision: INDEX_REVISION,
    durations: upgradeRuns(durations),
    ...offsets !== undefined && { offsets: upgradeRuns(offsets) },
    starts: subtract(starts, times),
    ...decodes !== undefined && { decodes: subtract(decodes, times) },
    ...points !== undefined && { points: toBytes(points) },
    ...moov !== undefined && { moov: upgradeMoov(moov) },
    ...syncs !== undefined && { syncs: upgradeSyncs(syncs) },
    extents: undefined,
  };
}

/** Differences of sums were not those to the mean value. */
function upgradeRuns(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { samples, sum, firsts, sums } = value;
  const mean = Number(samples) > 0 ? Math.round(Number(sum) / Number(samples)) : 0;
  const predicted = isColumn(firsts) ? firsts.map((count) => mean * count) : firsts;
  return { ...value, sums: subtract(sums, predicted) };
}

function upgradeMoov(value: unknown): unknown {
  if (!isObject(value)) return value;
  return { ...value, bytes: toBytes(value.bytes), kept: undefined };
}

/** Columns were differences of 32 bits, little-endian, in base64. */
function upgradeSyncs(value: unknown): unknown {
  if (!isObject(value)) return value;
  const { samples, offsets } = value;
  return {
    ...value,
    samples: toDifferences(samples, (sums) => new Uint32Array(sums)),
    offsets: toDifferences(offsets, (sums) => new Int32Array(sums)),
  };
}

function toDifferences(
  text: unknown,
  view: (sums: ArrayBuffer) => Uint32Array | Int32Array,
): unknown {
  const bytes = toBytes(text);
  if (!(bytes instanceof Uint8Array) || bytes.length % 4 > 0) return undefined;
  const sums = new Int32Array(bytes.slice().buffer);
  for (let i = 1; i < sums.length; i++) sums[i]! += sums[i - 1]!;
  const column = view(sums.buffer);
  return Array.from(column, (value, i) => value - (column[i - 1] ?? 0));
}

/** Returns the first column unless both are columns, of which the second may be longer. */
function subtract(column: unknown, other: unknown): unknown {
  if (!isColumn(column) || !isColumn(other)) return column;
  return column.map((value, i) => value - other[i]!);
}

/** Returns the bytes of base64; the value itself if it is none. */
function toBytes(value: unknown): unknown {
  const isBase64 = typeof value === "string" && value.length % 4 === 0 &&
    /^[A-Za-z0-9+/]*={0,2}$/.test(value);
  return isBase64 ? Uint8Array.fromBase64(value) : value;
}

function isColumn(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isFinite);
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}
