/** Index of a long track, with which `ams` serves requests without a scan of the tables. */

import { createHash } from "node:crypto";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { RunCheckpoints, StoredMoov, TableCheckpoints } from "../mp4/samples/checkpoints.ts";
import type { Retiming } from "../mp4/samples/sample_table.ts";
import { parseExtents, type SegmentExtents, serializeExtents } from "./segment_extents.ts";
import { INDEX_REVISION, isSerializedIndex, parseKept, toSums } from "./serialized_index.ts";
import type { SerializedIndex, SerializedRuns, StoredBandwidths } from "./serialized_index.ts";

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
  /** Decode times that the file does not have; null if its own are usable. */
  readonly retiming?: Retiming | null | undefined;
  /** In one index per file. */
  readonly moov?: StoredMoov | undefined;
  readonly syncs?: SyncIndex | undefined;
  readonly bandwidths?: StoredBandwidths | undefined;
  readonly extents?: SegmentExtents | undefined;
  /** The file is the one that the package was sealed with: nothing of the index is compared with it. */
  readonly isSealed?: boolean;
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

/** Bounds the memory for decompression; 100 hours take less. */
export const MAX_DECOMPRESSED_BYTES = 2 ** 24;

export function formatIndex(index: TrackIndex): string {
  const { segmentationId, times, samples, firstSampleTimes, totals, headers, tables } = index;
  const { track, decodeTimes, points, retiming, moov, syncs, bandwidths, extents } = index;
  const { moovDigest, durations, offsets, chunks, emptySamples, syncSamples, distinctSyncs } =
    tables;
  const serialized: SerializedIndex = {
    revision: INDEX_REVISION,
    ...track !== undefined && { track },
    cut: segmentationId,
    head: moovDigest,
    durations: serializeRuns(durations),
    ...offsets && { offsets: serializeRuns(offsets) },
    ...emptySamples && { empty: toDifferences(emptySamples) },
    ...syncSamples && { listed: toDifferences(syncSamples) },
    ...distinctSyncs !== undefined && { distinct: distinctSyncs },
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
    ...moov && { moov: serializeMoov(moov) },
    ...syncs && {
      syncs: {
        samples: packDifferences(syncs.samples),
        step: syncs.step,
        offsets: packDifferences(syncs.offsets),
      },
    },
    ...bandwidths && { bandwidths },
    ...extents && { extents: serializeExtents(extents) },
  };
  const packed = deflateRawSync(JSON.stringify(serialized), { level: 9 });
  return `${computeDigest(packed)}${packed.toString("base64")}`;
}

/** What an index was made from. */
export interface IndexedMoov {
  readonly track?: number | undefined;
  readonly moovDigest: string;
}

/** Base64 of the start of an index; its first properties take less than half. */
const PEEKED_LENGTH = 680;
const MAX_PEEKED_BYTES = 2 ** 19;

/** Reads the start of an index, without a check of its digest. Returns undefined if it is of another version. */
export function peekIndex(text: string): IndexedMoov | undefined {
  const start = text.slice(DIGEST_LENGTH, DIGEST_LENGTH + PEEKED_LENGTH);
  const json = decompress(Uint8Array.fromBase64(start), MAX_PEEKED_BYTES);
  const [, track, moovDigest] = json?.match(PEEKED) ?? [];
  if (moovDigest === undefined) return undefined;
  return { ...track !== undefined && { track: Number(track) }, moovDigest };
}

const PEEKED = new RegExp(
  `^\\{"revision":${INDEX_REVISION},(?:"track":([0-9]{1,10}),)?"cut":"[^"]{0,64}","head":"([^"]{0,64})"`,
);

/** Bytes that may be decompressed, of all indexes of a package. */
export interface IndexBudget {
  left: number;
}

/**
 * Returns undefined if the index is of another version of AMS, was changed, or exceeds `maxBytes` or the budget, from which its size
 * is taken.
 */
export function parseIndex(
  text: string,
  maxBytes = MAX_DECOMPRESSED_BYTES,
  budget: IndexBudget = { left: maxBytes },
): TrackIndex | undefined {
  const packed = Uint8Array.fromBase64(text.slice(DIGEST_LENGTH));
  if (computeDigest(packed) !== text.slice(0, DIGEST_LENGTH)) return undefined;
  const max = Math.min(maxBytes, budget.left);
  const json = decompress(packed, max);
  budget.left -= json?.length ?? max;
  const serialized = parseJson(json);
  if (!isSerializedIndex(serialized)) return undefined;
  const { cut, head, durations, offsets, chunks, decodes, points, retiming, moov } = serialized;
  const { track, empty, listed, distinct, bandwidths } = serialized;
  const syncs = serialized.syncs && parseSyncs(serialized.syncs);
  if (serialized.syncs && !syncs) return undefined;
  return {
    ...track !== undefined && { track },
    segmentationId: cut,
    tables: {
      moovDigest: head,
      durations: parseRuns(durations),
      ...offsets && { offsets: parseRuns(offsets) },
      ...empty && { emptySamples: toSums(empty) },
      ...listed && { syncSamples: toSums(listed) },
      ...distinct !== undefined && { distinctSyncs: distinct },
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
    ...moov && { moov: parseMoov(moov) },
    ...syncs && { syncs },
    ...bandwidths && { bandwidths },
    ...serialized.extents && { extents: parseExtents(serialized.extents) },
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

/** Returns undefined if the text would be longer than `maxBytes`. A text may be truncated. */
function decompress(packed: Uint8Array, maxBytes: number): string | undefined {
  try {
    const finishFlush = constants.Z_SYNC_FLUSH;
    return inflateRawSync(packed, { maxOutputLength: maxBytes, finishFlush }).toString();
  } catch {
    return undefined;
  }
}

function parseJson(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns true if no column is longer than a track with so many samples has it. */
export function fitsSampleCount(index: TrackIndex, samples: number): boolean {
  const { times, firstSampleTimes, totals, headers, decodeTimes, retiming, syncs, tables } = index;
  const { emptySamples, syncSamples, chunks: { descriptions } } = tables;
  const bounds = [times, index.samples, decodeTimes];
  const columns: readonly (ArrayLike<number> | undefined)[] = [
    ...[firstSampleTimes, totals, headers, emptySamples, syncSamples, descriptions],
    retiming?.samples,
    syncs?.samples,
  ];
  return bounds.every((column) => (column?.length ?? 0) <= samples + 1) &&
    columns.every((column) => (column?.length ?? 0) <= samples);
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

function serializeMoov({ kept, ...moov }: StoredMoov): NonNullable<SerializedIndex["moov"]> {
  return {
    ...moov,
    rows: [...moov.rows],
    bytes: moov.bytes.toBase64(),
    ...kept && { kept: { bounds: toDifferences(kept.bounds), bytes: kept.bytes.toBase64() } },
  };
}

function parseMoov({ kept, ...moov }: NonNullable<SerializedIndex["moov"]>): StoredMoov {
  return {
    ...moov,
    bytes: Uint8Array.fromBase64(moov.bytes),
    ...kept && { kept: parseKept(kept) },
  };
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

function toDifferences(column: ArrayLike<number>): number[] {
  return Array.from(column, (value, i) => value - (column[i - 1] ?? 0));
}
