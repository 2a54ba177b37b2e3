/** Writes the archive of a channel. There is one writer of an archive at a time, which holds its lock. */

import type { Block, BlockTrack } from "./block.ts";
import { closeSegments, type ClosingOptions, countPeriod, limitTarget } from "./block_progress.ts";
import { appendToIndex, BlockWriter } from "./block_writer.ts";
import { continueBlock, continueBroadcast, findRates } from "./next_block.ts";
import { closePreviousSegment, moveTrack, type OpenTrack } from "./open_track.ts";
import { buildChunk, type NewChunk } from "./chunk.ts";
import { type ArchiveFileSystem, NoSpaceError } from "./file_system.ts";
import { readInitTraits } from "./init_traits.ts";
import {
  readPeriodEnds,
  readStoredInit,
  recoverArchive,
  type StoredBlock,
  type TrackEnd,
} from "./recovery.ts";

/** In seconds of media. */
const BLOCK_DURATION = 600;

export interface NewTrack extends Omit<BlockTrack, "first" | "ordinal" | "initBytes" | "rates"> {
  /** ftyp and moov. */
  readonly init: Uint8Array;
}

export interface NewPeriod {
  /** Epoch of the broadcast that begins with this period, UTC in µs; absent: the last broadcast goes on. */
  readonly epoch?: number;
  /** UTC of its time 0, in µs. */
  readonly start: number;
  /** Why it begins, for operators. */
  readonly reason?: string;
  readonly tracks: readonly NewTrack[];
}

export interface ClosedSegment {
  /** Index in the tracks of the period. */
  readonly track: number;
  readonly ordinal: number;
  /** True if the period ends with it, as far as is known. */
  readonly isLast: boolean;
}

interface OpenPeriod {
  readonly inits: readonly Uint8Array[];
  readonly tracks: OpenTrack[];
  /** Time at which the newest block starts, in seconds. */
  blockStart: number;
}

export class ArchiveWriter {
  readonly #files: ArchiveFileSystem;
  #last: StoredBlock | undefined;
  #period: OpenPeriod | undefined;
  /** Blocks that are not closed, the newest last; at most two. */
  #open: BlockWriter[] = [];
  /** Closed blocks that are not synced. */
  #closed: BlockWriter[] = [];
  #isFull = false;

  private constructor(files: ArchiveFileSystem, last: StoredBlock | undefined) {
    this.#files = files;
    this.#last = last;
  }

  /** Recovers the archive. @throws as `recoverArchive()` */
  static open(files: ArchiveFileSystem): ArchiveWriter {
    return new ArchiveWriter(files, recoverArchive(files));
  }

  /** The newest block; undefined in an empty archive. */
  get last(): StoredBlock | undefined {
    return this.#last;
  }

  /** Records other than of chunks in blocks that are not synced: of two calls, the difference is what viewers can read since. */
  get visibleRecords(): number {
    const writers = [...this.#closed, ...this.#open];
    return writers.reduce((sum, { progress }) => sum + progress.visibleRecords, 0);
  }

  /** Ends of the tracks of the last period, in their order; see `readPeriodEnds()`. */
  readEnds(): TrackEnd[] {
    return this.#last ? readPeriodEnds(this.#files, this.#last) : [];
  }

  /** True if chunks can be appended. */
  get hasPeriod(): boolean {
    return this.#period !== undefined && !this.#isFull;
  }

  /**
   * Ends the period before, and begins one with a block.
   *
   * @throws NoSpaceError while the disk is full: call it again later
   */
  beginPeriod({ epoch, start, reason, tracks }: NewPeriod): void {
    this.#finish();
    const last = this.#last;
    const { broadcast } = last?.block ?? {};
    if (epoch === undefined && (!broadcast || last!.progress.isBroadcastOver)) {
      throw new Error("Cannot begin a period without a broadcast");
    }
    const number = broadcast?.number ?? 0;
    this.#startBlock({
      broadcast: epoch === undefined ? continueBroadcast(last!) : { number: number + 1, epoch },
      period: { id: (last?.block.period.id ?? 0) + 1, start, ...reason && { reason } },
      tracks: tracks.map(({ init, ...track }) => {
        const rates = epoch === undefined ? findRates(last!, track.name) : undefined;
        return { ...track, first: 0, initBytes: init.length, ...rates && { rates } };
      }),
      counts: last?.progress.counts ?? { periods: 0, segments: {} },
    }, tracks.map(({ init }) => init));
  }

  /**
   * Goes on with the last period in a new block, where the times and inits of its tracks go on: see `readPeriodEnds()`.
   *
   * @throws NoSpaceError
   */
  continuePeriod(): void {
    this.#finish();
    const last = this.#last;
    if (!last || last.progress.isBroadcastOver) throw new Error("Cannot continue without a period");
    const ends = this.readEnds();
    const inits = last.block.tracks.map((track) => readStoredInit(this.#files, last.number, track));
    this.#startBlock(continueBlock(last), inits);
    for (const [i, track] of this.#last!.progress.tracks.entries()) {
      track.listed = ends[i]!.listed;
    }
  }

  /**
   * Appends a chunk. What returns is in the archive, also if the process is killed.
   *
   * @throws NoSpaceError if it was not written; the period is over then
   */
  append(chunk: NewChunk): void {
    if (!this.#period || this.#isFull) throw new NoSpaceError("Cannot append without a period");
    const track = this.#period.tracks[chunk.track]!;
    this.#stopWhenFull(() => {
      if (chunk.startsSegment) this.#startSegment(this.#period!, chunk);
      track.writer.appendChunk(buildChunk(track, chunk));
    });
    this.#settle(() => {
      this.#closeSegments(chunk.track);
      this.#closeLeftBlock(chunk.arrival);
    }, chunk.arrival);
  }

  /** Closes the open segment of a track, if it has that ordinal: it ends with its last sample. */
  closeSegment({ track, ordinal, isLast }: ClosedSegment, arrival: number): void {
    if (!this.hasPeriod) return;
    const { open } = this.#period!.tracks[track]!.writer.progress.tracks[track]!;
    const all = open?.ordinal === ordinal;
    this.#settle(() => this.#closeSegments(track, { all, isLast }), arrival);
  }

  /** Fixes the target duration of the broadcast, in seconds, unless that was done. */
  fixTarget(seconds: number, arrival: number): void {
    const newest = this.#open.at(-1);
    if (!newest || newest.progress.target !== undefined) return;
    const record = { kind: "target", seconds: limitTarget(seconds), arrival } as const;
    this.#settle(() => newest.appendRecords([record]), arrival);
  }

  /** Closes all segments and blocks. Without room this is done before the next period. */
  endPeriod(): void {
    this.#settle(() => this.#finish(), this.#last?.progress.lastArrival ?? 0);
  }

  /** @throws NoSpaceError: call it again later */
  endBroadcast(arrival: number): void {
    this.#finish();
    const last = this.#last;
    if (!last || last.progress.isBroadcastOver) return;
    appendToIndex(this.#files, last.number, [{ kind: "broadcast", arrival }]);
    last.progress.apply({ kind: "broadcast", arrival });
  }

  /** Resolves when all that was appended before the call will survive a power failure. */
  async sync(): Promise<void> {
    const closed = this.#closed.splice(0);
    await Promise.all([...closed, ...this.#open].map((writer) => writer.sync()));
    for (const writer of closed) writer.close();
  }

  /** Ends the period, and resolves when its files are closed. */
  async close(): Promise<void> {
    this.endPeriod();
    await this.sync();
    for (const writer of this.#open.splice(0)) writer.close();
    this.#period = undefined;
  }

  /** Closes all files as they are: after an error, recovery makes the archive whole. */
  release(): void {
    for (const writer of [...this.#closed.splice(0), ...this.#open.splice(0)]) writer.close();
    this.#period = undefined;
  }

  #startBlock(block: Block, inits: readonly Uint8Array[]): void {
    const number = (this.#last?.number ?? 0) + 1;
    const writer = BlockWriter.create(this.#files, { number, block, inits });
    const tracks = block.tracks.map(({ mediaTime, timescale }, i) => ({
      mediaTime,
      timescale,
      ...readInitTraits(inits[i]!),
      writer,
    }));
    this.#period = { inits, tracks, blockStart: -1 };
    this.#addBlock(writer);
    this.#isFull = false;
  }

  #addBlock(writer: BlockWriter): void {
    const { number, block, progress } = writer;
    this.#open.push(writer);
    this.#last = { number, block, progress };
  }

  /** Starts a block after ten minutes, which each track enters with its next segment. */
  #startSegment(period: OpenPeriod, { track: index, run }: NewChunk): void {
    const track = period.tracks[index]!;
    this.#closeSegments(index, { isOpenComplete: true });
    const seconds = run.time / track.timescale;
    if (period.blockStart < 0) period.blockStart = seconds;
    if (seconds - period.blockStart >= BLOCK_DURATION && this.#open.length === 1) {
      const number = this.#last!.number + 1;
      const block = continueBlock(this.#last!);
      this.#addBlock(BlockWriter.create(this.#files, { number, block, inits: period.inits }));
      period.blockStart = seconds;
    }
    const newest = this.#open.at(-1)!;
    if (track.writer !== newest) moveTrack(track, index, newest);
  }

  #closeSegments(index: number, options: Omit<ClosingOptions, "mediaTime"> = {}): void {
    const track = this.#period!.tracks[index]!;
    closePreviousSegment(track, index, options);
    const { writer, mediaTime, previous } = track;
    if (previous) return;
    const progress = writer.progress.tracks[index]!;
    writer.appendRecords(closeSegments(progress, { ...options, mediaTime }));
  }

  /** Closes the older block when all tracks have left it. */
  #closeLeftBlock(arrival: number): void {
    const [oldest] = this.#open;
    const isUsed = this.#period!.tracks.some(({ writer, previous }) =>
      writer === oldest || previous === oldest
    );
    if (oldest && !isUsed) this.#closeBlock(oldest, arrival);
  }

  #closeBlock(writer: BlockWriter, arrival: number): void {
    if (!writer.progress.isClosed) writer.appendRecords([{ kind: "block", arrival }]);
    this.#open = this.#open.filter((open) => open !== writer);
    this.#closed.push(writer);
  }

  /** Can be repeated after it has thrown. */
  #finish(): void {
    if (!this.#period) return;
    for (const index of this.#period.tracks.keys()) {
      this.#closeSegments(index, { all: true, isLast: true });
    }
    const { lastArrival } = this.#last!.progress;
    this.#count(lastArrival);
    for (const writer of [...this.#open]) this.#closeBlock(writer, lastArrival);
    this.#period = undefined;
  }

  #count(arrival: number): void {
    const newest = this.#open.at(-1);
    if (newest?.progress.isCountable) newest.appendRecords(countPeriod(newest.block, arrival));
  }

  /** Writes records that can be written later, too, since they add no media. */
  #settle(write: () => void, arrival: number): void {
    try {
      this.#stopWhenFull(() => {
        write();
        this.#count(arrival);
      });
    } catch (error) {
      if (!(error instanceof NoSpaceError)) throw error;
    }
  }

  #stopWhenFull(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (error instanceof NoSpaceError) this.#isFull = true;
      throw error;
    }
  }
}
