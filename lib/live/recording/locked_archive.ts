/** The archive of a channel while this process records it. */

import { ArchiveWriter } from "../../archive/archive_writer.ts";
import { type ArchiveFileSystem, NoSpaceError } from "../../archive/file_system.ts";
import { MeasuredBlocks, removeExpiredBlocks, type Retention } from "../../archive/retention.ts";
import type { ArchiveLock, ChannelDirectory } from "./channel_directory.ts";
import { IngestError } from "../ingest_error.ts";

/** Blocks that are measured in one turn, about 1 ms each. */
const MAX_MEASURED = 20;

interface ArchiveParts {
  readonly files: ArchiveFileSystem;
  readonly lock: ArchiveLock;
  readonly writer: ArchiveWriter;
  /** Receives errors of work in the background. */
  readonly onError: (message: string) => void;
}

export class LockedArchive {
  readonly files: ArchiveFileSystem;
  readonly writer: ArchiveWriter;
  readonly #lock: ArchiveLock;
  readonly #onError: ArchiveParts["onError"];
  readonly #measured = new MeasuredBlocks(MAX_MEASURED);
  /** Last block when old ones were removed; -1: they are to be removed. */
  #lastBlock: number;
  #syncing: Promise<void> | undefined;

  private constructor({ files, lock, writer, onError }: ArchiveParts) {
    this.files = files;
    this.writer = writer;
    this.#lock = lock;
    this.#onError = onError;
    this.#lastBlock = writer.last?.number ?? 0;
  }

  /**
   * Locks and recovers an archive, which is made if it is missing.
   *
   * @param name of the channel, for messages
   * @throws IngestError `CHANNEL_LOCKED` and `DISK_FULL`, errors of the file system
   */
  static open(
    directory: ChannelDirectory,
    { path, name }: { readonly path: string; readonly name: string },
    onError: ArchiveParts["onError"],
  ): LockedArchive {
    let lock: ArchiveLock | undefined;
    try {
      const files = directory.openArchive(path);
      lock = directory.tryLock(path);
      if (!lock) {
        throw new IngestError("CHANNEL_LOCKED", `Cannot record ${name}: another process does`);
      }
      return new LockedArchive({ files, lock, writer: ArchiveWriter.open(files), onError });
    } catch (error) {
      lock?.[Symbol.dispose]();
      if (error instanceof IngestError) throw error;
      if (error instanceof NoSpaceError) throw diskFull(name);
      throw new Error(`Cannot open the archive of ${name}: ${error}`, { cause: error });
    }
  }

  /** False after the archive was removed from outside. */
  get isValid(): boolean {
    return this.#lock.isValid;
  }

  /** Old blocks are to be removed although no other one has begun, since `keep` or `window` may have changed. */
  changeRetention(): void {
    this.#lastBlock = -1;
  }

  /** Removes old blocks, if another one has begun. To be called each second: of many blocks, it measures some each time. */
  retain(retention: Retention): void {
    const last = this.writer.last?.number ?? 0;
    if (last === this.#lastBlock) return;
    try {
      if (removeExpiredBlocks(this.files, retention, this.#measured)) this.#lastBlock = last;
    } catch (error) {
      this.#lastBlock = last;
      this.#onError(`Cannot remove old blocks: ${error}`);
    }
  }

  /** Syncs files that have changed, in the background. */
  sync(): void {
    this.#syncing ??= this.writer.sync().catch((error) => this.#onError(`Cannot sync: ${error}`))
      .finally(() => this.#syncing = undefined);
  }

  /** Ends the period, and resolves when everything is on disk and the lock is released. */
  async close(): Promise<void> {
    try {
      await this.#syncing;
      await this.writer.close();
    } catch (error) {
      this.#onError(`Cannot close the archive: ${error}`);
    } finally {
      await this.release();
    }
  }

  /** Closes files as they are, after an error, and releases the lock. */
  async release(): Promise<void> {
    await this.#syncing;
    this.writer.release();
    this.#lock[Symbol.dispose]();
  }
}

export function diskFull(name: string): IngestError {
  return new IngestError("DISK_FULL", `Cannot record ${name}: the disk is full`);
}
