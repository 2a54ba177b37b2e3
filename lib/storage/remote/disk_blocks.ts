/** Blocks of remote files on disk, in a directory that any number of processes share: `DIR/xx/NAME`. */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { BlockStore } from "./block_reads.ts";
import type { DiskFiles } from "./disk_files.ts";
import { BLOCK_BYTES } from "./shared_pages.ts";

/** `AMSB`, the checksum of name and block, the size of the block, and zeros that align the block. */
const HEADER_BYTES = 16;
const MAGIC = 0x414d5342;

const DIRECTORIES = 256;

/** The name of the file of a block, or of one that a process has begun to write. Files with other names are those of others. */
const FILE_NAME = /^[0-9a-f]{40}(\.[0-9a-f-]{36})?$/;

/** What a block occupies at most: file systems allocate whole blocks of their own. */
const MAX_FILE_BYTES = BLOCK_BYTES + 4096;

/** A smaller cache would hold less than two blocks in each directory. */
export const MIN_DISK_BYTES = 2 * DIRECTORIES * MAX_FILE_BYTES;

/** A directory is counted after so many writes, relative to its limit, so that four processes exceed the limit by a tenth at most. */
const COUNT_AFTER = 1 / 40;

/** A full directory is emptied down to this part of its limit. */
const KEPT = 3 / 4;

const TOUCH_AFTER_MS = 3_600_000;

/** After a write failed, the disk is left alone for a minute. */
const PAUSE_MS = 60_000;

/** Blocks that wait to be written use memory: further ones are dropped. */
const MAX_WAITING_BYTES = 2 ** 25;

export interface DiskBlocksOptions {
  readonly directory: string;
  readonly maxBytes: number;
  readonly files: DiskFiles;
  /** Receives a sentence for the operator. */
  readonly warn: (message: string) => void;
}

export class DiskBlocks implements BlockStore {
  readonly #options: DiskBlocksOptions;
  /** Files of each directory, as far as they are known. */
  readonly #limit: number;
  readonly #counts = new Map<string, { files: number; uncounted: number }>();
  /** The header of the file that is read. */
  readonly #header = new Uint8Array(HEADER_BYTES);
  #waitingBytes = 0;
  #writes: Promise<void> = Promise.resolve();
  #pausedUntil = -Infinity;
  #hasFailed = false;

  constructor(options: DiskBlocksOptions) {
    this.#options = options;
    this.#limit = Math.max(1, Math.floor(options.maxBytes / MAX_FILE_BYTES / DIRECTORIES));
  }

  /** The size of all files, each counted as a full block. */
  get bytes(): number {
    return BLOCK_BYTES * this.#counts.values().reduce((sum, { files }) => sum + files, 0);
  }

  /** Counts the files that there are, and removes the oldest where there are too many. */
  async sweep(): Promise<void> {
    for (let i = 0; i < DIRECTORIES; i++) {
      await this.#attempt(() => this.#count(i.toString(16).padStart(2, "0")));
    }
  }

  /** Resolves when nothing waits to be written. */
  flush(): Promise<void> {
    return this.#writes;
  }

  async get(name: string): Promise<Uint8Array | undefined> {
    let bytes: Uint8Array | undefined;
    const size = this.getNow(name, (size) => bytes = new Uint8Array(size));
    if (size !== undefined) return size > 0 ? bytes : undefined;
    const path = this.#toPath(name);
    try {
      const { files } = this.#options;
      const { bytes: stored, modifiedAt } = await files.read(path, HEADER_BYTES + BLOCK_BYTES);
      const bytes = stored.subarray(HEADER_BYTES);
      if (!fits(readHeader(stored), name, bytes)) return undefined;
      await this.#touch(path, modifiedAt);
      return bytes;
    } catch {
      return undefined; // not there, removed meanwhile or not readable: the origin has it
    }
  }

  getNow(name: string, allocate: (size: number) => Uint8Array): number | undefined {
    const path = this.#toPath(name);
    try {
      using file = this.#options.files.openNow(path);
      if (!file) return undefined;
      file.read(this.#header);
      const header = readHeader(this.#header);
      if (header?.size !== file.size - HEADER_BYTES) return 0;
      const bytes = allocate(header.size);
      if (file.read(bytes) < bytes.length || !fits(header, name, bytes)) return 0;
      this.#touch(path, file.modifiedAt);
      return bytes.length;
    } catch {
      return 0; // as in get()
    }
  }

  async #touch(path: string, modifiedAt: number): Promise<void> {
    const { files } = this.#options;
    const now = files.now();
    if (now - modifiedAt <= TOUCH_AFTER_MS) return;
    await files.setModifiedAt(path, now).catch(() => {}); // it is removed earlier then
  }

  put(name: string, bytes: Uint8Array): void {
    const { length } = bytes;
    const now = this.#options.files.now();
    if (now < this.#pausedUntil || this.#waitingBytes + length > MAX_WAITING_BYTES) return;
    this.#waitingBytes += length;
    this.#writes = this.#writes.then(() => this.#attempt(() => this.#write(name, bytes)))
      .then(() => {
        this.#waitingBytes -= length;
      });
  }

  /** Reports the first of several failures in a row. */
  async #attempt(work: () => Promise<void>): Promise<void> {
    const { files, directory, warn } = this.#options;
    if (files.now() < this.#pausedUntil) return;
    try {
      await work();
      this.#hasFailed = false;
    } catch (error) {
      this.#pausedUntil = files.now() + PAUSE_MS;
      const { code = "no reason" } = error as { code?: string };
      const why = code === "ENOSPC" ? "the disk is full" : code;
      if (!this.#hasFailed) warn(`Cannot write the cache of sources in '${directory}': ${why}`);
      this.#hasFailed = true;
    }
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const { files, directory } = this.#options;
    const path = this.#toPath(name);
    const prefix = toDigest(name).slice(0, 2);
    await this.#makeRoom(prefix);
    const temporary = `${path}.${crypto.randomUUID()}`;
    try {
      const stored = toStored(name, bytes);
      await files.write(temporary, stored).catch(async (error) => {
        if (error.code !== "ENOENT") throw error;
        await files.makeDirectory(`${directory}/${prefix}`);
        await files.write(temporary, stored);
      });
      await files.rename(temporary, path).catch((error) => {
        if (error.code !== "EISDIR") throw error;
        return files.remove(temporary); // another program has put a directory there
      });
    } catch (error) {
      await files.remove(temporary).catch(() => {}); // it may not exist, and the error matters more
      throw error;
    }
  }

  async #makeRoom(prefix: string): Promise<void> {
    const count = this.#counts.get(prefix);
    if (!count || count.uncounted >= Math.max(1, Math.floor(this.#limit * COUNT_AFTER))) {
      await this.#count(prefix);
    }
    const counted = this.#counts.get(prefix)!;
    counted.files++;
    counted.uncounted++;
  }

  async #count(prefix: string): Promise<void> {
    const path = `${this.#options.directory}/${prefix}`;
    const names = (await this.#options.files.list(path)).filter((name) => FILE_NAME.test(name));
    const excess = names.length < this.#limit ? 0 : names.length - Math.floor(this.#limit * KEPT);
    if (excess > 0) await this.#removeOldest(path, names, excess);
    this.#counts.set(prefix, { files: names.length - excess, uncounted: 0 });
  }

  async #removeOldest(path: string, names: readonly string[], count: number): Promise<void> {
    const { files } = this.#options;
    const aged = await Promise.all(names.map(async (name) => {
      const modifiedAt = await files.getModifiedAt(`${path}/${name}`).catch(ignoreMissing);
      return { name, modifiedAt: modifiedAt ?? 0 };
    }));
    aged.sort((a, b) => a.modifiedAt - b.modifiedAt);
    for (const { name } of aged.slice(0, count)) {
      await files.remove(`${path}/${name}`).catch(ignoreMissing);
    }
  }

  #toPath(name: string): string {
    const digest = toDigest(name);
    return `${this.#options.directory}/${digest.slice(0, 2)}/${digest}`;
  }
}

function toDigest(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 40);
}

/** Another process may have removed a file meanwhile. */
function ignoreMissing(error: { code?: string }): undefined {
  if (error.code !== "ENOENT") throw error;
}

function toStored(name: string, bytes: Uint8Array): Uint8Array {
  const stored = new Uint8Array(HEADER_BYTES + bytes.length);
  const header = new DataView(stored.buffer);
  header.setUint32(0, MAGIC);
  header.setUint32(4, computeChecksum(name, bytes));
  header.setUint32(8, bytes.length);
  stored.set(bytes, HEADER_BYTES);
  return stored;
}

interface StoredHeader {
  readonly checksum: number;
  readonly size: number;
}

/** Returns undefined if there is none. */
function readHeader(stored: Uint8Array): StoredHeader | undefined {
  if (stored.length < HEADER_BYTES) return undefined;
  const header = new DataView(stored.buffer, stored.byteOffset);
  if (header.getUint32(0) !== MAGIC || header.getUint32(12) !== 0) return undefined;
  const size = header.getUint32(8);
  return size <= BLOCK_BYTES ? { checksum: header.getUint32(4), size } : undefined;
}

/** Returns false for a block that is damaged, not complete, or of another name. */
function fits(header: StoredHeader | undefined, name: string, bytes: Uint8Array): boolean {
  return header?.size === bytes.length && header.checksum === computeChecksum(name, bytes);
}

function computeChecksum(name: string, bytes: Uint8Array): number {
  return crc32(bytes, crc32(name));
}
