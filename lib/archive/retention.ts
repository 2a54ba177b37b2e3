/** Deletes what a channel need not keep: whole blocks, the oldest first. */

import { formatBlockName, INDEX_FILE } from "./block.ts";
import { removeBlock } from "./block_writer.ts";
import { type ArchiveFile, type ArchiveFileSystem, readAt } from "./file_system.ts";
import { decodeRecords, INDEX_RECORD_SIZE } from "./index_record.ts";
import { listBlocks, readBlock, readStoredBlock } from "./recovery.ts";

export interface Retention {
  /** Seconds of media that stay; `window`: as many as viewers can go back. */
  readonly keep: number | "window" | "all";
  /** `all`: the current broadcast. */
  readonly window: number | "all";
}

/** Durations of closed blocks, which are remembered from call to call. */
export class MeasuredBlocks {
  /** In seconds, by number. */
  readonly durations = new Map<number, number>();

  /** @param maxPerCall blocks that one call measures */
  constructor(readonly maxPerCall = Infinity) {}
}

/** The writer may have opened so many of the last blocks. */
const MAX_OPEN_BLOCKS = 2;

/** Records at either end of an index in which each track that is not stalled has one. */
const PROBED_RECORDS = 256;

/**
 * Deletes blocks that are older than the last seconds of media to be kept. Media is counted rather than time, so that a clock that
 * is set deletes nothing. Between two broadcasts nothing is deleted.
 *
 * @returns numbers of the deleted blocks; undefined if more blocks are to be measured first, by the next call
 * @throws MediaError if a `block.json` is broken, and errors of the file system
 */
export function removeExpiredBlocks(
  files: ArchiveFileSystem,
  { keep, window }: Retention,
  measured = new MeasuredBlocks(),
): number[] | undefined {
  const seconds = keep === "window" ? window : keep;
  if (keep === "all") return [];
  const numbers = listBlocks(files);
  const last = numbers.at(-1);
  if (last === undefined || readStoredBlock(files, last).progress.isBroadcastOver) return [];
  const expired = seconds === "all"
    ? findOtherBroadcasts(files, numbers, last)
    : findOlderBlocks(files, numbers, { seconds, measured });
  for (const number of expired ?? []) {
    removeBlock(files, number);
    measured.durations.delete(number);
  }
  return expired;
}

function findOtherBroadcasts(
  files: ArchiveFileSystem,
  numbers: readonly number[],
  last: number,
): number[] {
  const current = readBlock(files, last).broadcast.number;
  const first = numbers.findIndex((number) =>
    readBlock(files, number).broadcast.number === current
  );
  return numbers.slice(0, Math.max(0, Math.min(first, numbers.length - MAX_OPEN_BLOCKS)));
}

function findOlderBlocks(
  files: ArchiveFileSystem,
  numbers: readonly number[],
  { seconds, measured: { durations, maxPerCall } }: { seconds: number; measured: MeasuredBlocks },
): number[] | undefined {
  let first = numbers.length;
  let kept = 0;
  let count = 0;
  while (first > 0 && (kept < seconds || numbers.length - first < MAX_OPEN_BLOCKS)) {
    const number = numbers[--first]!;
    const known = durations.get(number);
    if (known === undefined && count++ === maxPerCall) return undefined;
    const duration = known ?? measureBlock(files, number);
    if (numbers.length - first > MAX_OPEN_BLOCKS) durations.set(number, duration); // it is closed
    kept += duration;
  }
  return numbers.slice(0, first);
}

/** Returns the duration of a block in seconds, without reading all of its index. */
export function measureBlock(files: ArchiveFileSystem, number: number): number {
  const { tracks } = readBlock(files, number);
  const file = files.open(`${formatBlockName(number)}/${INDEX_FILE}`);
  try {
    const starts = new Map<number, number>();
    for (const { track, decodeTime } of readMedia(file, 0).reverse()) starts.set(track, decodeTime);
    const count = Math.floor(file.size() / INDEX_RECORD_SIZE);
    const ends = readMedia(file, Math.max(0, count - PROBED_RECORDS));
    const seconds = ends.map(({ track, decodeTime, duration }) =>
      (decodeTime + duration - (starts.get(track) ?? Infinity)) / tracks[track]!.timescale
    );
    return seconds.reduce((max, value) => Math.max(max, value), 0);
  } finally {
    file.close();
  }
}

function readMedia(file: ArchiveFile, first: number) {
  const bytes = readAt(file, INDEX_RECORD_SIZE * first, INDEX_RECORD_SIZE * PROBED_RECORDS);
  return decodeRecords(bytes).filter((record) => record.kind === "chunk");
}
