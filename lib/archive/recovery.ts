/** Makes an archive whole again after its writer was killed at any byte, or the system has failed. */

import {
  type Block,
  BLOCK_FILE,
  type BlockTrack,
  formatBlockName,
  getTrackFile,
  INDEX_FILE,
  parseBlock,
  parseBlockName,
} from "./block.ts";
import { BlockProgress, closeSegments, countPeriod, type SegmentBound } from "./block_progress.ts";
import { appendToIndex, removeBlock } from "./block_writer.ts";
import { isChunkOf } from "./chunk.ts";
import {
  type ArchiveFileSystem,
  type ReadableArchive,
  readAt,
  readWholeFile,
} from "./file_system.ts";
import {
  decodeRecords,
  INDEX_RECORD_SIZE,
  type IndexRecord,
  type SegmentRecord,
} from "./index_record.ts";

export interface StoredBlock {
  readonly number: number;
  readonly block: Block;
  readonly progress: BlockProgress;
}

/**
 * Returns the numbers of complete blocks, ascending.
 */
export function listBlocks(files: ReadableArchive): number[] {
  return listDirectories(files).filter((number) => isComplete(files, number));
}

/**
 * Cuts what the last blocks contain behind the last record that is whole and whose media is there, and closes them. A track that
 * lags behind leaves the block before the last one open, too. Recovery that is interrupted can be repeated.
 *
 * @returns the last block; undefined if there is none
 * @throws NoSpaceError, MediaError if `block.json` is broken, and errors of the file system
 */
export function recoverArchive(files: ArchiveFileSystem): StoredBlock | undefined {
  for (const number of listDirectories(files)) {
    if (!isComplete(files, number)) removeBlock(files, number);
  }
  const [beforeLast, last] = [undefined, undefined, ...listBlocks(files)].slice(-2);
  const before = beforeLast === undefined ? undefined : recoverBlock(files, beforeLast, {});
  return last === undefined ? undefined : recoverBlock(files, last, { isLast: true, before });
}

function listDirectories(files: ReadableArchive): number[] {
  return files.list("").flatMap((name) => parseBlockName(name) ?? []).sort((a, b) => a - b);
}

function isComplete(files: ReadableArchive, number: number): boolean {
  return files.list(formatBlockName(number)).includes(BLOCK_FILE);
}

/** @throws MediaError if `block.json` is broken */
export function readBlock(files: ReadableArchive, number: number): Block {
  const bytes = readWholeFile(files, `${formatBlockName(number)}/${BLOCK_FILE}`);
  return parseBlock(new TextDecoder().decode(bytes));
}

/** Reads a block that recovery has closed. */
export function readStoredBlock(files: ArchiveFileSystem, number: number): StoredBlock {
  const block = readBlock(files, number);
  const progress = new BlockProgress(block);
  for (const record of readIndex(files, number)) if (!progress.apply(record)) break;
  return { number, block, progress };
}

function readIndex(files: ReadableArchive, number: number): IndexRecord[] {
  return decodeRecords(readWholeFile(files, `${formatBlockName(number)}/${INDEX_FILE}`));
}

interface BlockPosition {
  readonly isLast?: boolean;
  /** The block before it. */
  readonly before?: StoredBlock | undefined;
}

function recoverBlock(
  files: ArchiveFileSystem,
  number: number,
  { isLast = false, before }: BlockPosition,
): StoredBlock {
  const block = readBlock(files, number);
  const all = readIndex(files, number);
  const records = all.slice(0, countValid(files, { number, block }, all));
  const progress = new BlockProgress(block);
  for (const record of records) progress.apply(record);
  cutFile(files, `${formatBlockName(number)}/${INDEX_FILE}`, INDEX_RECORD_SIZE * records.length);
  for (const [i, track] of block.tracks.entries()) {
    const { fileEnd } = progress.tracks[i]!;
    cutFile(files, `${formatBlockName(number)}/${getTrackFile(track)}`, fileEnd);
  }
  if (progress.isClosed) return { number, block, progress };
  if (before?.block.period.id === block.period.id) {
    for (const [i, track] of progress.tracks.entries()) {
      track.listed ??= before.progress.tracks[i]!.listed;
    }
  }
  closeBlock(files, { number, block, progress }, isLast);
  return { number, block, progress };
}

function cutFile(files: ArchiveFileSystem, path: string, size: number): void {
  const file = files.open(path);
  try {
    if (file.size() > size) file.truncate(size);
  } finally {
    file.close();
  }
}

/** Returns how many records agree with those before them and with the media, without a part of what counts a period. */
function countValid(
  files: ArchiveFileSystem,
  { number, block }: Pick<StoredBlock, "number" | "block">,
  records: readonly IndexRecord[],
): number {
  const tracks = block.tracks.map((track) =>
    files.open(`${formatBlockName(number)}/${getTrackFile(track)}`)
  );
  const progress = new BlockProgress(block);
  const isValid = (record: IndexRecord) => {
    if (!progress.apply(record)) return false;
    if (record.kind !== "chunk") return true;
    const file = tracks[record.track]!;
    const { offset, bytes, headerBytes } = record;
    const isThere = headerBytes <= bytes && file.size() >= offset + bytes;
    return isThere && isChunkOf(readAt(file, offset, headerBytes), record);
  };
  try {
    const invalid = records.findIndex((record) => !isValid(record));
    return (invalid < 0 ? records.length : invalid) - progress.partialPeriods;
  } finally {
    for (const file of tracks) file.close();
  }
}

/** The period may go on in the next block, with the next segment: its segments are the last ones as far as is known. */
function closeBlock(
  files: ArchiveFileSystem,
  { number, block, progress }: StoredBlock,
  isLast: boolean,
): void {
  const append = (records: readonly IndexRecord[]) => {
    appendToIndex(files, number, records);
    for (const record of records) progress.apply(record);
  };
  const arrival = progress.lastArrival;
  append(closeAllSegments(block, progress));
  if (isLast && progress.isCountable) append(countPeriod(block, arrival));
  append([{ kind: "block", arrival }]);
}

/** Returns the records that close all segments of a block. */
function closeAllSegments({ tracks }: Block, progress: BlockProgress): SegmentRecord[] {
  return tracks.flatMap(({ mediaTime }, i) =>
    closeSegments(progress.tracks[i]!, { mediaTime, all: true, isLast: true })
  );
}

/** Where the known media of a track ends, in its timescale from the start of the period; undefined before its first chunk. */
export interface TrackEnd {
  readonly decodeEnd?: number | undefined;
  readonly listed?: SegmentBound | undefined;
}

/** Finds the ends of all tracks of a period in its last block, and in those before it if that has no media of a track. */
export function readPeriodEnds(files: ArchiveFileSystem, last: StoredBlock): TrackEnd[] {
  const ends: TrackEnd[] = last.progress.tracks.map(({ decodeEnd, listed }) => ({
    decodeEnd,
    listed,
  }));
  const numbers = listBlocks(files).filter((number) => number < last.number).reverse();
  for (const number of numbers) {
    if (ends.every(({ decodeEnd }) => decodeEnd !== undefined)) break;
    const { block, progress } = readStoredBlock(files, number);
    if (block.period.id !== last.block.period.id) break;
    for (const [i, { decodeEnd, listed }] of progress.tracks.entries()) {
      if (ends[i]!.decodeEnd === undefined) ends[i] = { decodeEnd, listed };
    }
  }
  return ends;
}

/** Reads ftyp and moov of a track. */
export function readStoredInit(
  files: ReadableArchive,
  number: number,
  track: BlockTrack,
): Uint8Array {
  const file = files.open(`${formatBlockName(number)}/${getTrackFile(track)}`);
  try {
    return readAt(file, 0, track.initBytes);
  } finally {
    file.close();
  }
}
