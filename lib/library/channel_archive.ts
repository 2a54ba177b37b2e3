/** Reads the archive of a channel through the storage: on this machine, or on a file system that another one writes. */

import {
  type Block,
  BLOCK_FILE,
  type BlockTrack,
  formatBlockName,
  getTrackFile,
  INDEX_FILE,
  parseBlock,
  parseBlockName,
} from "../archive/block.ts";
import {
  decodeClosedRecords,
  omitChunks,
  type RecordVisitor,
  visitClosedRecords,
} from "../archive/closed_records.ts";
import { findFirstChunk, INDEX_RECORD_SIZE, type IndexRecord } from "../archive/index_record.ts";
import { MediaError } from "../errors.ts";
import { type Steps, wait } from "../maybe_async.ts";
import type { Source } from "../storage/source.ts";
import type { OpenOptions, Storage } from "../storage/storage.ts";

/** Records without those of chunks: decoded, all of a window would take much memory. */
export interface ClosedIndex {
  readonly count: number;
  readonly decode: () => readonly IndexRecord[];
  readonly visit: (visitor: RecordVisitor) => void;
}

/** A `block.json` has at most 1,000 tracks. */
const MAX_BLOCK_FILE_SIZE = 2 ** 26;

/** Four million records. */
const MAX_INDEX_SIZE = 2 ** 28;

/** Bytes of an index that are read at once: whole records, and few enough for the caches of the processor. */
const PIECE_SIZE = 2 ** 16;

const INTERNAL: OpenOptions = { growing: true, internal: true };

/** Bytes of an index in which all tracks have a chunk, mostly. */
const START_SIZE = 2 ** 12;

export class ChannelArchive {
  readonly #storage: Storage;
  readonly #path: string;
  readonly #name: string;
  readonly #piece = new Uint8Array(PIECE_SIZE);

  /**
   * @param path of the directory, without links
   * @param name of the directory for messages
   */
  constructor(storage: Storage, { path, name }: { readonly path: string; readonly name: string }) {
    this.#storage = storage;
    this.#path = path;
    this.#name = name;
  }

  /** Returns the numbers of all blocks, ascending; some may not be complete. */
  *listBlocks(): Steps<number[]> {
    const entries = yield* wait(this.#storage.list(this.#path, this.#name));
    return (entries ?? []).filter(({ kind }) => kind === "directory")
      .flatMap(({ name }) => parseBlockName(name) ?? []).sort((a, b) => a - b);
  }

  /** Returns undefined for a block that is not complete. */
  *findBlock(number: number): Steps<Block | undefined> {
    try {
      return yield* this.readBlock(number);
    } catch (error) {
      if (error instanceof MediaError && error.code === "MEDIA_MISSING") return undefined;
      throw error;
    }
  }

  /** @throws MediaError of the source, or for a broken block */
  *readBlock(number: number): Steps<Block> {
    const file = `${formatBlockName(number)}/${BLOCK_FILE}`;
    const source = yield* this.#open(file, INTERNAL);
    try {
      checkSize(source, MAX_BLOCK_FILE_SIZE);
      const bytes = new Uint8Array(source.size);
      if (bytes.length > 0) yield* wait(source.read(0, bytes));
      return parseBlock(new TextDecoder().decode(bytes));
    } catch (error) {
      throw error instanceof MediaError ? error.inFile(`${this.#name}/${file}`) : error;
    } finally {
      source.close();
    }
  }

  /** Identifies the index file of a block; undefined if there is none. */
  *identifyIndex(number: number): Steps<string | undefined> {
    const file = `${formatBlockName(number)}/${INDEX_FILE}`;
    const found = yield* wait(this.#storage.stat(`${this.#path}/${file}`, `${this.#name}/${file}`));
    return found?.identity;
  }

  /** Opens the index of a block, which grows. */
  *openIndex(number: number): Steps<Source> {
    return yield* this.#open(`${formatBlockName(number)}/${INDEX_FILE}`, INTERNAL);
  }

  /** Reads the records of a block that is closed, without chunks. */
  *readClosedIndex(number: number): Steps<ClosedIndex> {
    const source = yield* this.openIndex(number);
    try {
      checkSize(source, MAX_INDEX_SIZE);
      const parts: Uint8Array[] = [];
      const piece = source.synchronous ? this.#piece : new Uint8Array(PIECE_SIZE);
      for (let at = 0; at < source.size; at += PIECE_SIZE) {
        const bytes = piece.subarray(0, source.size - at);
        yield* wait(source.read(at, bytes));
        parts.push(omitChunks(bytes));
      }
      const size = parts.reduce((sum, { length }) => sum + length, 0);
      return {
        count: size / INDEX_RECORD_SIZE,
        decode: () => decodeClosedRecords(parts),
        visit: (visitor) => visitClosedRecords(parts, visitor),
      };
    } finally {
      source.close();
    }
  }

  /** Returns the time at which a track starts in a block; undefined if it has no chunk there. */
  *readStartTime(number: number, track: number): Steps<number | undefined> {
    const source = yield* this.openIndex(number);
    try {
      for (let size = START_SIZE;; size *= 16) {
        const bytes = new Uint8Array(Math.min(size, source.size));
        if (bytes.length > 0) yield* wait(source.read(0, bytes));
        const first = findFirstChunk(bytes, track);
        if (first) return first.time;
        if (bytes.length === source.size) return undefined;
      }
    } finally {
      source.close();
    }
  }

  /** Opens the file of a track in a block. */
  *openTrack(number: number, track: Pick<BlockTrack, "name">): Steps<Source> {
    return yield* this.#open(`${formatBlockName(number)}/${getTrackFile(track)}`, {
      growing: true,
    });
  }

  *#open(file: string, options: OpenOptions): Steps<Source> {
    const path = `${this.#path}/${file}`;
    return yield* wait(this.#storage.open(path, `${this.#name}/${file}`, options));
  }
}

/** @throws MediaError */
function checkSize({ size, name }: Source, max: number): void {
  if (size <= max) return;
  throw new MediaError(`Cannot read ${size} bytes, expected at most ${max}`).inFile(name);
}
