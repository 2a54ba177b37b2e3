/** Converts an index of a track to what it is written as, and back. */

import type { RunCheckpoints, StoredMoov } from "../mp4/samples/checkpoints.ts";
import type { Retiming } from "../mp4/samples/sample_table.ts";
import { parseExtents, serializeExtents } from "./segment_extents.ts";
import { INDEX_REVISION, restoreKept, toSums } from "./serialized_index.ts";
import type {
  SerializedIndex,
  SerializedMoov,
  SerializedRetiming,
  SerializedRuns,
} from "./serialized_index.ts";
import { restorePoints, serializePoints } from "./stored_points.ts";
import type { SyncIndex, TrackIndex } from "./track_index.ts";

type Column = ArrayLike<number>;

/** The first properties are in this order: `peekIndex()` reads them from the start of the text. */
export function serializeIndex(index: TrackIndex): SerializedIndex {
  const { segmentationId, times, samples, firstSampleTimes, totals, headers, tables } = index;
  const { track, decodeTimes, points, retiming, moov, syncs, bandwidths, extents } = index;
  const { moovDigest, durations, offsets, chunks, emptySamples, syncSamples, distinctSyncs } =
    tables;
  return {
    revision: INDEX_REVISION,
    ...track !== undefined && { track },
    cut: segmentationId,
    head: moovDigest,
    durations: serializeRuns(durations),
    ...offsets && { offsets: serializeRuns(offsets) },
    ...emptySamples && { empty: toDifferences(emptySamples) },
    ...syncSamples && { listed: toDifferences(syncSamples) },
    ...distinctSyncs !== undefined && { distinct: distinctSyncs },
    chunks: { ...chunks, firsts: toDifferences(chunks.firsts) },
    times: toDifferences(times),
    samples: toDifferences(samples),
    starts: toDifferences(subtract(firstSampleTimes, times)),
    totals,
    heads: headers,
    ...decodeTimes && { decodes: toDifferences(subtract(decodeTimes, times)) },
    ...points && { points: serializePoints(points, toRange(samples)) ?? points },
    ...retiming !== undefined && { retiming: retiming && serializeRetiming(retiming) },
    ...moov && { moov: serializeMoov(moov) },
    ...syncs && { syncs: serializeSyncs(syncs) },
    ...bandwidths && { bandwidths },
    ...extents && { extents: serializeExtents(extents, subtract(totals, headers)) },
  };
}

/** Returns what `serializeIndex()` was given; undefined if points are of other samples. */
export function restoreIndex(serialized: SerializedIndex): TrackIndex | undefined {
  const { track, cut, head, durations, offsets, chunks, empty, listed, distinct } = serialized;
  const { decodes, retiming, moov, syncs, bandwidths, extents } = serialized;
  const [times, samples] = [toSums(serialized.times), toSums(serialized.samples)];
  const [totals, headers] = [serialized.totals, serialized.heads].map(toColumn) as [
    Float64Array,
    Float64Array,
  ];
  const points = serialized.points instanceof Uint8Array
    ? serialized.points
    : serialized.points && restorePoints(serialized.points, toRange(samples));
  if (serialized.points && !points) return undefined;
  return {
    ...track !== undefined && { track },
    segmentationId: cut,
    tables: {
      moovDigest: head,
      durations: restoreRuns(durations),
      ...offsets && { offsets: restoreRuns(offsets) },
      ...empty && { emptySamples: toSums(empty) },
      ...listed && { syncSamples: toSums(listed) },
      ...distinct !== undefined && { distinctSyncs: distinct },
      chunks: {
        firsts: toSums(chunks.firsts),
        descriptions: Array.from(chunks.descriptions),
        descriptionFirsts: Array.from(chunks.descriptionFirsts),
      },
    },
    ...{ times, samples, totals, headers },
    firstSampleTimes: add(toSums(serialized.starts), times),
    ...decodes && { decodeTimes: add(toSums(decodes), times) },
    ...points && { points },
    ...retiming !== undefined && { retiming: retiming && restoreRetiming(retiming) },
    ...moov && { moov: restoreMoov(moov) },
    ...syncs && { syncs: restoreSyncs(syncs) },
    ...bandwidths && { bandwidths },
    ...extents && { extents: parseExtents(extents, subtract(totals, headers)) },
  };
}

/** Returns the samples of the track. */
function toRange(samples: Float64Array): { readonly first: number; readonly end: number } {
  return { first: samples[0] ?? 0, end: samples.at(-1) ?? 0 };
}

function serializeRuns({ firsts, sums, min, samples, sum }: RunCheckpoints): SerializedRuns {
  const mean = computeMean({ samples, sum });
  return {
    ...{ samples, sum, least: min },
    firsts: toDifferences(firsts),
    sums: toDifferences(sums.map((sum, i) => sum - mean * firsts[i]!)),
  };
}

function restoreRuns(
  { firsts: counts, sums, least, samples, sum }: SerializedRuns,
): RunCheckpoints {
  const mean = computeMean({ samples, sum });
  const firsts = toSums(counts);
  const added = toSums(sums).map((sum, i) => sum + mean * firsts[i]!);
  return { samples, sum, min: least, firsts, sums: added };
}

/** Returns the mean value of a sample, as an integer. */
function computeMean({ samples, sum }: Pick<RunCheckpoints, "samples" | "sum">): number {
  return samples > 0 ? Math.round(sum / samples) : 0;
}

function serializeMoov({ kept, ...moov }: StoredMoov): SerializedMoov {
  return { ...moov, ...kept && { kept: { ...kept, bounds: toDifferences(kept.bounds) } } };
}

function restoreMoov({ kept, rows, ...moov }: SerializedMoov): StoredMoov {
  return { ...moov, rows: Array.from(rows), ...kept && { kept: restoreKept(kept) } };
}

function serializeRetiming(
  { samples, shifts, minCompositionOffset }: Retiming,
): SerializedRetiming {
  return { samples: toDifferences(samples), shifts, least: minCompositionOffset };
}

function restoreRetiming({ samples, shifts, least }: SerializedRetiming): Retiming {
  return { samples: toSums(samples), shifts: toColumn(shifts), minCompositionOffset: least };
}

function serializeSyncs({ samples, step, offsets }: SyncIndex) {
  return { samples: toDifferences(samples), step, offsets: toDifferences(offsets) };
}

function restoreSyncs(
  { samples, step, offsets }: NonNullable<SerializedIndex["syncs"]>,
): SyncIndex {
  return {
    samples: Uint32Array.from(toSums(samples)),
    step,
    offsets: Int32Array.from(toSums(offsets)),
  };
}

function toColumn(values: Column): Float64Array {
  return Float64Array.from(values);
}

/** Returns a column of the length of the first one. */
function subtract(column: Float64Array, other: Float64Array): Float64Array {
  return column.map((value, i) => value - other[i]!);
}

function add(column: Float64Array, other: Float64Array): Float64Array {
  return column.map((value, i) => value + other[i]!);
}

function toDifferences(column: Column): number[] {
  return Array.from(column, (value, i) => value - (column[i - 1] ?? 0));
}
