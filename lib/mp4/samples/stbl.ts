import type { ByteReader, ByteWriter } from "../../bytes.ts";
import { MediaError } from "../../errors.ts";
import { inBox, readBoxes, readVersion } from "../box.ts";
import type { TableCheckpoints } from "./checkpoints.ts";
import {
  ChunkOffsets,
  type ChunkOffsetsBox,
  co64,
  readCo64,
  readStco,
  stco,
} from "./chunk_offsets.ts";
import { Chunks, readStsc, stsc } from "./chunks.ts";
import { checkDeclaredBytes, type ParseContext } from "./parse_context.ts";
import { ProgressiveTable } from "./progressive.ts";
import { RunLengths } from "./run_lengths.ts";
import { readStsd, type SampleEntry, stsd } from "../sample_entry.ts";
import { readSgpd, type RollGroup, sbgp, sgpd } from "../sample_groups.ts";
import { readStsz, readStz2, SampleSizes, type SampleSizesBox, stsz } from "./sample_sizes.ts";
import { readSdtp, writeSdtp } from "./sdtp.ts";
import { NonEmptyTable } from "./non_empty.ts";
import { isMediaHandler, type SampleTable } from "./sample_table.ts";
import { readStss, stss, SyncSamples } from "./sync_samples.ts";
import { PagedTable, readRows } from "./paged_table.ts";
import type { TrackTables } from "./track_tables.ts";

export interface StblBoxes {
  /** handler_type of the track. */
  handler?: string;
  entries: SampleEntry[];
  stts?: Uint8Array;
  ctts?: Uint8Array;
  stss?: Uint8Array;
  sdtp?: Uint8Array;
  sizes?: SampleSizesBox;
  stsc?: Uint8Array;
  offsets?: ChunkOffsetsBox;
  /** From the sample groups of pre-roll. */
  rollDistance?: number | undefined;
  preRollDistance?: number | undefined;
}

/** Sample Table (14496-12 §8.5.1); without samples, as fragmented movies have it, if there are no `tables`. */
export function stbl(
  w: ByteWriter,
  { entries, hasNonSyncSamples, rollDistance, tables }: {
    readonly entries: readonly Uint8Array[];
    readonly hasNonSyncSamples?: boolean;
    readonly rollDistance?: number | undefined;
    readonly tables?: TrackTables | undefined;
  },
): void {
  w.box("stbl", () => {
    stsd(w, entries);
    if (tables) writeTables(w, tables);
    else {
      stts(w);
      if (hasNonSyncSamples) stss(w);
      stsc(w);
      stsz(w);
      stco(w);
    }
    if (rollDistance === undefined) return;
    sgpd(w, rollDistance);
    if (tables) sbgp(w, tables.sizes.length);
  });
}

function writeTables(w: ByteWriter, tables: TrackTables): void {
  const { durations, compositionOffsets, syncs, dependencies, sizes, chunks } = tables;
  stts(w, durations);
  if (compositionOffsets) ctts(w, compositionOffsets);
  if (syncs) stss(w, syncs);
  if (dependencies) writeSdtp(w, dependencies);
  stsc(w, chunks.counts);
  stsz(w, sizes);
  co64(w, chunks.offsets);
}

/** Decoding Time To Sample (14496-12 §8.6.1.2). */
function stts(w: ByteWriter, rows: Uint32Array = new Uint32Array()): void {
  w.fullBox("stts", 0, 0, () => writeRunLengths(w, rows));
}

/** Composition Offset (14496-12 §8.6.1.3). */
function ctts(w: ByteWriter, rows: Uint32Array): void {
  w.fullBox("ctts", 0, 0, () => writeRunLengths(w, rows));
}

/** @param rows alternately a number of samples and their value */
function writeRunLengths(w: ByteWriter, rows: Uint32Array): void {
  w.u32(rows.length / 2);
  for (const value of rows) w.u32(value);
}

/** Sample Table (14496-12 §8.5.1). */
export function readStbl(r: ByteReader, handler: string, tables: StblBoxes): void {
  tables.handler = handler;
  readBoxes(r, {
    stsd: (r) => tables.entries = readStsd(r, handler),
    stts: (r) => tables.stts = readRunLengths(r, 0),
    ctts: (r) => tables.ctts = readRunLengths(r, 1),
    stss: (r) => tables.stss = readStss(r),
    sdtp: (r) => tables.sdtp = readSdtp(r),
    sgpd: (r) => addRollGroup(tables, readSgpd(r)),
    stsz: (r) => tables.sizes = readStsz(r),
    stz2: (r) => tables.sizes = readStz2(r),
    stsc: (r) => tables.stsc = readStsc(r),
    stco: (r) => tables.offsets = readStco(r),
    co64: (r) => tables.offsets = readCo64(r),
  });
}

/** The first group of a type counts. */
function addRollGroup(tables: StblBoxes, group: RollGroup | undefined): void {
  if (group?.type === "roll") tables.rollDistance ??= group.distance;
  if (group?.type === "prol") tables.preRollDistance ??= group.distance;
}

/** Decoding Time To Sample or Composition Offset (14496-12 §8.6.1). */
function readRunLengths(r: ByteReader, highestVersion: number): Uint8Array {
  readVersion(r, highestVersion);
  return readRows(r, r.u32(), 8);
}

const STBL = "mdia/minf/stbl";

/** A greater sample_delta is a negative one of a muxer that corrects its times; subtitles may last so long. */
const MAX_DELTA = 2 ** 31 - 1;

/** @throws MediaError with the path below trak if a table is missing or contradicts another one or the file */
export function createSampleTable(
  tables: StblBoxes,
  trackId: number,
  context: ParseContext,
): SampleTable {
  const table: MakeTable = (bytes = EMPTY) => new PagedTable(bytes, context.moov);
  const sizes = inBox(`${STBL}/stsz`, () => createSampleSizes(tables, context, table));
  const known = context.moov &&
    context.findTables?.({ id: trackId, samples: sizes.count }, context.moov);
  const isMedia = isMediaHandler(tables.handler);
  const stts = inBox(`${STBL}/stts`, () =>
    createDurations(table(tables.stts), sizes.count, {
      known: known?.durations,
      max: isMedia ? MAX_DELTA : Infinity,
    }));
  const chunks = inBox(`${STBL}/stsc`, () => createChunks(tables, sizes.count, { table, known }));
  const stss = tables.stss && new SyncSamples(table(tables.stss));
  const sealedSyncs = context.moov?.restored?.isSealed ? known?.distinctSyncs : undefined;
  const distinctSyncs = sealedSyncs ??
    inBox(`${STBL}/stss`, () => stss?.check(sizes.count) ?? true);
  if (!known) inBox(`${STBL}/stco`, () => checkLastSample(chunks, sizes, context));
  if (stts.missing > 0) {
    context.warnings.push(
      `Track ${trackId} has no duration for ${stts.missing} of its ${sizes.count} samples: ` +
        "the last duration was repeated",
    );
  }
  if (stts.excessive > 0) {
    context.warnings.push(
      `Track ${trackId} has a negative duration for ${stts.excessive} of its ${sizes.count} samples: ` +
        "each lasts one tick",
    );
  }
  const empty = isMedia ? findEmptySamples(sizes, known) : NO_SAMPLES;
  const all = new ProgressiveTable({
    sizes,
    stts,
    ctts: tables.ctts && table(tables.ctts),
    knownOffsets: known?.offsets,
    knownSyncs: toIndices(known?.syncSamples, sizes.count - empty.length),
    stss,
    hasDistinctSyncs: distinctSyncs,
    sdtp: tables.sdtp && table(tables.sdtp),
    chunks,
    context,
  });
  return empty.length > 0 ? new NonEmptyTable(all, empty) : all;
}

const NO_SAMPLES = new Float64Array();

/** The index of a package replaces a scan; one that does not fit the table is ignored. */
function findEmptySamples(
  sizes: SampleSizes,
  known: TableCheckpoints | undefined,
): Float64Array {
  if (!known) return sizes.findEmpty();
  return toIndices(known.emptySamples ?? NO_SAMPLES, sizes.count) ?? sizes.findEmpty();
}

/** Returns undefined unless the values are ascending indices of samples. */
function toIndices(values: Float64Array | undefined, count: number): Float64Array | undefined {
  const isIndex = (value: number, i: number) =>
    Number.isInteger(value) && value > (values![i - 1] ?? -1) && value < count;
  return values?.every(isIndex) ? values : undefined;
}

const EMPTY = new Uint8Array();
type MakeTable = (bytes?: Uint8Array) => PagedTable;

/** Fragmented movies may have no stsz. */
function createSampleSizes(
  { sizes, stts }: StblBoxes,
  context: ParseContext,
  table: MakeTable,
): SampleSizes {
  if (!sizes && stts?.length) throw new MediaError("Cannot find this box");
  if (!sizes) return new SampleSizes({ count: 0, constant: 0, bits: 32, bytes: EMPTY }, table());
  if (sizes.constant * sizes.count > context.size) {
    const samples = `${sizes.count} samples of ${sizes.constant} bytes`;
    throw new MediaError(`Cannot find ${samples} in a file of ${context.size} bytes`);
  }
  context.declaredBytes = (context.declaredBytes ?? 0) + sizes.constant * sizes.count;
  checkDeclaredBytes(context.declaredBytes, context); // listed sizes are checked when they are read
  return new SampleSizes(sizes, table(sizes.bytes));
}

/** Repeats the last duration if stts covers too few samples, as ffmpeg does. */
function createDurations(
  stts: PagedTable,
  count: number,
  options: ConstructorParameters<typeof RunLengths>[2],
): RunLengths {
  if (count > 0 && !stts.byteLength) {
    throw new MediaError(`Cannot find the durations of ${count} samples`);
  }
  const runs = new RunLengths(stts, count, options);
  if (!Number.isSafeInteger(runs.sum)) {
    throw new MediaError(`Cannot represent ${runs.sum}: over 2^53`);
  }
  return runs;
}

const NO_CHUNKS: ChunkOffsetsBox = { count: 0, rowSize: 4, bytes: EMPTY };

function createChunks(
  { stsc, offsets = NO_CHUNKS, entries }: StblBoxes,
  count: number,
  { table, known }: { table: MakeTable; known: TableCheckpoints | undefined },
): Chunks {
  return new Chunks(
    table(stsc),
    new ChunkOffsets(offsets, table(offsets.bytes)),
    count,
    entries.length,
    known?.chunks,
  );
}

/** Detects truncated files; other samples are checked when they are read. */
function checkLastSample(chunks: Chunks, sizes: SampleSizes, context: ParseContext): void {
  if (sizes.count === 0) return;
  const { chunk, first } = chunks.findChunk(sizes.count - 1);
  const end = chunks.offsets.at(chunk) + sizes.sum(first, sizes.count);
  if (end > context.size) {
    throw new MediaError(`Cannot read samples up to byte ${end}: the file ends at ${context.size}`);
  }
}
