/** All that an archive has on disk, also of earlier broadcasts, for tools: a server follows the newest one (channel_history.ts). */

import { MediaError } from "../errors.ts";
import { type Block, type BlockTrack, formatBlockName, INDEX_FILE } from "./block.ts";
import { BlockProgress } from "./block_progress.ts";
import { type ReadableArchive, readWholeFile } from "./file_system.ts";
import { decodeRecords, type SegmentRecord } from "./index_record.ts";
import { listBlocks, readBlock } from "./recovery.ts";

/** Blocks of one broadcast, as their `block.json` describe them. */
export interface RecordedBroadcast {
  readonly number: number;
  /** UTC of the start of its first period, in µs. */
  readonly epoch: number;
  /** Oldest first. */
  readonly blocks: readonly RecordedBlock[];
}

export interface RecordedBlock {
  readonly number: number;
  readonly block: Block;
}

/** A period with segments that are complete. */
export interface RecordedPeriod {
  readonly id: number;
  /** Number in the channel; undefined if it is not counted, so that viewers do not get it. */
  readonly number: number | undefined;
  /** UTC of its time 0, in µs. */
  readonly start: number;
  readonly reason?: string | undefined;
  readonly tracks: readonly RecordedTrack[];
}

export interface RecordedTrack {
  /** As in the first block of the period that is there. */
  readonly track: BlockTrack;
  /** Number of that block. */
  readonly block: number;
  /** With consecutive ordinals. */
  readonly segments: readonly RecordedSegment[];
}

export interface RecordedSegment extends SegmentRecord {
  /** Number of the block. */
  readonly block: number;
}

/** UTC in µs. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Lists the broadcasts, oldest first. Blocks that are deleted meanwhile are left out.
 *
 * @throws MediaError with the file if a `block.json` is broken
 */
export function listBroadcasts(files: ReadableArchive): RecordedBroadcast[] {
  const broadcasts: { number: number; epoch: number; blocks: RecordedBlock[] }[] = [];
  for (const number of listBlocks(files)) {
    const block = ignoreMissing(() => inFile(number, "block.json", () => readBlock(files, number)));
    if (!block) continue;
    const { broadcast } = block;
    const last = broadcasts.at(-1);
    if (last?.number === broadcast.number) last.blocks.push({ number, block });
    else broadcasts.push({ ...broadcast, blocks: [{ number, block }] });
  }
  return broadcasts;
}

/** In µs: no segment is longer. */
const MARGIN = 3600e6;

/**
 * Reads the periods of a broadcast, oldest first, without segments that are hours outside a range. A block that is being written
 * is read as far as its records go.
 *
 * @throws MediaError with the file if a segment is missing among others
 */
export function readRecordedPeriods(
  files: ReadableArchive,
  { blocks }: Pick<RecordedBroadcast, "blocks">,
  range: TimeRange = { from: -Infinity, to: Infinity },
): RecordedPeriod[] {
  const periods: OpenPeriod[] = [];
  for (const { number, block } of blocks) {
    const last = periods.at(-1);
    const isNew = last?.id !== block.period.id;
    const period = isNew ? createPeriod(number, block) : last;
    if (isNew) periods.push(period);
    const progress = readIndex(files, { number, block }, (segment) => {
      if (isNear(segment, period, range)) append(period, segment);
    });
    period.number ??= progress.periodNumber;
  }
  return periods.filter(({ tracks }) => tracks.some(({ segments }) => segments.length > 0));
}

interface OpenPeriod extends Omit<RecordedPeriod, "number" | "tracks"> {
  number: number | undefined;
  readonly tracks: readonly (Omit<RecordedTrack, "segments"> & { segments: RecordedSegment[] })[];
}

function createPeriod(number: number, { period, tracks }: Block): OpenPeriod {
  return {
    ...period,
    number: period.number,
    tracks: tracks.map((track) => ({ track, block: number, segments: [] })),
  };
}

function readIndex(
  files: ReadableArchive,
  { number, block }: RecordedBlock,
  add: (segment: RecordedSegment) => void,
): BlockProgress {
  const progress = new BlockProgress(block);
  const path = `${formatBlockName(number)}/${INDEX_FILE}`;
  const bytes = ignoreMissing(() => readWholeFile(files, path));
  for (const record of bytes ? decodeRecords(bytes) : []) {
    if (!progress.apply(record)) break;
    if (record.kind === "segment") add({ ...record, block: number });
  }
  return progress;
}

function isNear(
  { track, time, presentedDuration }: SegmentRecord,
  { start, tracks }: OpenPeriod,
  { from, to }: TimeRange,
): boolean {
  const { timescale } = tracks[track]!.track;
  const toUtc = (ticks: number) => start + ticks / timescale * 1e6;
  return toUtc(time + presentedDuration) > from - MARGIN && toUtc(time) < to + MARGIN;
}

function append({ tracks }: OpenPeriod, segment: RecordedSegment): void {
  const { track: { name }, segments } = tracks[segment.track]!;
  const last = segments.at(-1);
  if (last && segment.ordinal !== last.ordinal + 1) {
    const why = `Cannot find segment ${last.ordinal + 1} of ${name}, expected it before segment`;
    throw new MediaError(`${why} ${segment.ordinal}`).inFile(
      `${formatBlockName(segment.block)}/${INDEX_FILE}`,
    );
  }
  segments.push(segment);
}

function inFile<T>(block: number, file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw error.inFile(`${formatBlockName(block)}/${file}`);
  }
}

/** Retention may delete a block between two calls. */
function ignoreMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return undefined;
    throw error;
  }
}
