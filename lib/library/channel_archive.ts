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
import { decodeClosedRecords, decodeRecords, type IndexRecord } from "../archive/index_record.ts";
import { MediaError } from "../errors.ts";
import { type Steps, wait } from "../maybe_async.ts";
import type { Source } from "../storage/source.ts";
import type { OpenOptions, Storage } from "../storage/storage.ts";

/** A `block.json` has at most 1,000 tracks. */
const MAX_BLOCK_FILE_SIZE = 2 ** 26;

/** 16 million records. */
const MAX_INDEX_SIZE = 2 ** 30;

/** Bytes of an index in which all tracks have a chunk, mostly. */
const START_SIZE = 2 ** 14;

export class ChannelArchive {
  readonly #storage: Storage;
  readonly #path: string;
  readonly #name: string;

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
    const file = `${formatBlockName(number)}/${BLOCK_FILE}`;
    const found = yield* wait(this.#storage.stat(`${this.#path}/${file}`, `${this.#name}/${file}`));
    return found?.kind === "file" ? yield* this.readBlock(number) : undefined;
  }

  /** @throws MediaError of the source, or for a broken block */
  *readBlock(number: number): Steps<Block> {
    const file = `${formatBlockName(number)}/${BLOCK_FILE}`;
    const bytes = yield* this.#readWhole(file, MAX_BLOCK_FILE_SIZE);
    try {
      return parseBlock(new TextDecoder().decode(bytes));
    } catch (error) {
      throw error instanceof MediaError ? error.inFile(`${this.#name}/${file}`) : error;
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
    return yield* this.#open(`${formatBlockName(number)}/${INDEX_FILE}`, { growing: true });
  }

  /** Reads the records of a block that is closed, without chunks. */
  *readClosedIndex(number: number): Steps<IndexRecord[]> {
    const file = `${formatBlockName(number)}/${INDEX_FILE}`;
    return decodeClosedRecords(yield* this.#readWhole(file, MAX_INDEX_SIZE));
  }

  /** Returns the time at which a track starts in a block; undefined if it has no chunk there. */
  *readStartTime(number: number, track: number): Steps<number | undefined> {
    const source = yield* this.openIndex(number);
    try {
      for (let size = START_SIZE;; size *= 16) {
        const bytes = new Uint8Array(Math.min(size, source.size));
        if (bytes.length > 0) yield* wait(source.read(0, bytes));
        const first = decodeRecords(bytes).find((record) =>
          record.kind === "chunk" && record.track === track
        );
        if (first?.kind === "chunk") return first.time;
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

  *#readWhole(file: string, maxSize: number): Steps<Uint8Array> {
    const source = yield* this.#open(file, { growing: true });
    try {
      if (source.size > maxSize) {
        throw new MediaError(`Cannot read ${source.size} bytes, expected at most ${maxSize}`);
      }
      const bytes = new Uint8Array(source.size);
      if (bytes.length > 0) yield* wait(source.read(0, bytes));
      return bytes;
    } finally {
      source.close();
    }
  }

  *#open(file: string, options: OpenOptions): Steps<Source> {
    const path = `${this.#path}/${file}`;
    return yield* wait(this.#storage.open(path, `${this.#name}/${file}`, options));
  }
}
