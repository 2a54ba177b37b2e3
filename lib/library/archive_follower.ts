/** Follows the archive of a channel as it grows. */

import type { Block } from "../archive/block.ts";
import { visitRecords } from "../archive/closed_records.ts";
import { MediaError } from "../errors.ts";
import { ChannelHistory } from "../archive/channel_history.ts";
import { IndexReader } from "../archive/index_reader.ts";
import type { IndexRecord } from "../archive/index_record.ts";
import { type Steps, wait } from "../maybe_async.ts";
import type { Source } from "../storage/source.ts";
import { WorkPauses } from "../work_pauses.ts";
import { ArchiveWindow, type ReadBlock } from "./archive_window.ts";
import type { ChannelArchive, ClosedIndex } from "./channel_archive.ts";

/** What became of an archive since it was looked at last. */
export type Growth = "same" | "grown" | "replaced";

/** Two blocks of a period may be open. */
const MAX_OPEN_BLOCKS = 2;

/** Files are found by their paths again so often: they may have been replaced. */
const IDENTIFY_AFTER_MS = 1000;

/** Bytes of an index that are read at once. */
const MAX_READ_SIZE = 2 ** 22;

const NONE: readonly IndexRecord[] = [];

interface OpenIndex {
  readonly number: number;
  readonly source: Source;
  readonly reader: IndexReader;
  readonly identity: string | undefined;
  isClosed: boolean;
}

export class ArchiveFollower {
  readonly history = new ChannelHistory();
  readonly #archive: ChannelArchive;
  readonly #window: number;
  /** Blocks to which records may be appended, the newest last. */
  #open: OpenIndex[] = [];
  #newest = 0;
  #identifiedAt = -Infinity;

  /** @param window in seconds; Infinity: to the start of the broadcast */
  constructor(archive: ChannelArchive, window: number) {
    this.#archive = archive;
    this.#window = window;
  }

  /** Number of the newest block; 0 without one. */
  get newest(): number {
    return this.#newest;
  }

  get openFiles(): number {
    return this.#open.length;
  }

  /** Returns whether reads of the archive complete before they return. */
  get synchronous(): boolean {
    return this.#open.at(-1)?.source.synchronous ?? true;
  }

  close(): void {
    for (const { source } of this.#open.splice(0)) source.close();
  }

  /**
   * Reads the blocks that the window needs.
   *
   * @throws MediaError; `MEDIA_MISSING` if a block was removed meanwhile: open the archive again
   */
  *load(): Steps<void> {
    const numbers = yield* this.#archive.listBlocks();
    const window = new ArchiveWindow(this.#window);
    const pauses = new WorkPauses();
    const blocks: ReadBlock[] = [];
    for (const number of numbers.reverse()) {
      yield* wait(pauses.check());
      const next = blocks.at(-1)?.number;
      if (next !== undefined && number !== next - 1) break; // segments are counted without holes
      const block = yield* this.#findBlock(number, next === undefined);
      if (!block && next === undefined) continue;
      if (!block) break;
      this.#newest ||= number;
      if (window.excludes(block)) break;
      const read = { number, block, ...yield* this.#readRecords(number) };
      if (!window.add(read)) break;
      blocks.push(read);
    }
    blocks.reverse();
    for (const { number, block, count } of blocks) { // all of them first, so that rates of the newest alone are measured
      this.history.addBlock(number, block);
      this.history.reserve(number, Math.ceil(count / block.tracks.length));
    }
    for (const { number, decode } of blocks) {
      yield* wait(pauses.check());
      this.history.addRecords(number, decode());
    }
    this.history.slide(this.#window);
    this.#dropClosed();
  }

  /**
   * Reads what was appended.
   *
   * @param isExpected if something was, as another thread says
   * @returns "replaced" if the archive must be opened again
   * @throws MediaError of the source: the archive must be opened again
   */
  *look(now: number, isExpected: boolean): Steps<Growth> {
    let growth: Growth = "same";
    let isLarger = false;
    for (const open of this.#open) {
      const { size } = open.reader;
      const read = yield* this.#readNew(open);
      if (read === "replaced") return "replaced";
      if (read === "grown") growth = "grown";
      isLarger ||= open.reader.size > size;
    }
    const isDue = now - this.#identifiedAt >= IDENTIFY_AFTER_MS;
    if (growth === "same" && !isDue && (isLarger || !isExpected)) return "same";
    if (isDue || !isLarger) {
      this.#identifiedAt = now;
      if (yield* this.#isReplaced()) return "replaced";
    }
    if (yield* this.#addNextBlocks()) growth = "grown";
    if (growth === "grown") this.history.slide(this.#window);
    this.#dropClosed();
    return growth;
  }

  *#isReplaced(): Steps<boolean> {
    const newest = this.#open.at(-1);
    if (!newest) return (yield* this.#archive.listBlocks()).some((number) => number > 1); // was copied here
    return (yield* this.#archive.identifyIndex(newest.number)) !== newest.identity;
  }

  /** Returns undefined for a block that is not complete; and, unless it is the newest, for one that is broken. */
  *#findBlock(number: number, isNewest: boolean): Steps<Block | undefined> {
    try {
      return yield* this.#archive.findBlock(number);
    } catch (error) {
      if (error instanceof MediaError && !isNewest) return undefined;
      throw error;
    }
  }

  /** Opens the indexes of the two newest blocks, and reads those of others without their chunks. */
  *#readRecords(number: number): Steps<ClosedIndex> {
    if (this.#open.length >= MAX_OPEN_BLOCKS) return yield* this.#archive.readClosedIndex(number);
    const open = yield* this.#openIndex(number);
    this.#open.unshift(open);
    const records = (yield* this.#readAll(open)) ?? NONE;
    return {
      count: records.length,
      decode: () => records,
      visit: (visitor) => visitRecords(records, visitor),
    };
  }

  *#openIndex(number: number): Steps<OpenIndex> {
    const identity = yield* this.#archive.identifyIndex(number);
    const source = yield* this.#archive.openIndex(number);
    return {
      number,
      source,
      reader: new IndexReader({ omitsChunks: true }),
      identity,
      isClosed: false,
    };
  }

  *#addNextBlocks(): Steps<boolean> {
    let isAdded = false;
    for (;;) {
      const number = this.#newest + 1;
      const block = yield* this.#archive.findBlock(number);
      if (!block) return isAdded;
      if (!(yield* this.#addBlock(number, block))) return isAdded;
      isAdded = true;
    }
  }

  /** Returns false if the index is not there yet: clients of NFS may see files in any order. */
  *#addBlock(number: number, block: Block): Steps<boolean> {
    const open = yield* this.#findIndex(number);
    if (!open) return false;
    this.#open.push(open);
    this.#newest = number;
    this.history.addBlock(number, block);
    this.history.addRecords(number, (yield* this.#readAll(open)) ?? []);
    return true;
  }

  *#findIndex(number: number): Steps<OpenIndex | undefined> {
    try {
      return yield* this.#openIndex(number);
    } catch (error) {
      if (error instanceof MediaError && error.code === "MEDIA_MISSING") return undefined;
      throw error;
    }
  }

  *#readNew(open: OpenIndex): Steps<Growth> {
    const records = yield* this.#readAll(open);
    if (!records) return "replaced";
    if (records.length === 0) return "same";
    this.history.addRecords(open.number, records);
    return "grown";
  }

  /** Returns new records without chunks; undefined if the index was replaced. */
  *#readAll(open: OpenIndex): Steps<readonly IndexRecord[] | undefined> {
    const { source, reader } = open;
    const size = yield* wait(source.readSize?.() ?? source.size);
    if (size < reader.size) return undefined;
    let all: readonly IndexRecord[] = NONE;
    while (size > reader.size) {
      const before = reader.size;
      const bytes = new Uint8Array(Math.min(size - reader.offset, MAX_READ_SIZE));
      yield* wait(source.read(reader.offset, bytes));
      const records = reader.add(bytes);
      if (!records) return undefined;
      all = all.length === 0 ? records : [...all, ...records];
      if (reader.size === before) break; // the rest is not a whole record yet
    }
    open.isClosed ||= all.some(({ kind }) => kind === "block");
    return all;
  }

  /** The newest block stays open, since the end of the broadcast may be appended to it. */
  #dropClosed(): void {
    const newest = this.#open.at(-1);
    this.#open = this.#open.filter((open) => {
      if (open === newest || !open.isClosed) return true;
      open.source.close();
      return false;
    });
  }
}
