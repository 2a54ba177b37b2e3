import {
  type Block,
  BLOCK_FILE,
  formatBlock,
  formatBlockName,
  getTrackFile,
  INDEX_FILE,
} from "./block.ts";
import { BlockProgress } from "./block_progress.ts";
import type { BuiltChunk } from "./chunk.ts";
import {
  type ArchiveFile,
  type ArchiveFileSystem,
  NoSpaceError,
  writeAt,
  writeWholeFile,
} from "./file_system.ts";
import { encodeRecords, INDEX_RECORD_SIZE, type IndexRecord } from "./index_record.ts";

/**
 * Appends to an archive block. When the disk is full, methods throw NoSpaceError and have changed nothing.
 */
export class BlockWriter {
  readonly progress: BlockProgress;
  readonly #tracks: readonly ArchiveFile[];
  readonly #index: ArchiveFile;
  readonly #changed = new Set<ArchiveFile>();
  #indexSize = 0;

  private constructor(
    readonly number: number,
    readonly block: Block,
    files: { readonly tracks: readonly ArchiveFile[]; readonly index: ArchiveFile },
  ) {
    this.progress = new BlockProgress(block);
    this.#tracks = files.tracks;
    this.#index = files.index;
    for (const file of [...files.tracks, files.index]) this.#changed.add(file);
  }

  /**
   * Makes the directory of a block, which is there for readers with its `block.json`, the last file to be written.
   *
   * @param inits ftyp and moov of each track
   * @throws NoSpaceError, after which nothing of the block is left; and errors of the file system
   */
  static create(
    files: ArchiveFileSystem,
    { number, block, inits }: { number: number; block: Block; inits: readonly Uint8Array[] },
  ): BlockWriter {
    const directory = formatBlockName(number);
    const opened: ArchiveFile[] = [];
    const create = (name: string, bytes: Uint8Array) => {
      const file = files.open(`${directory}/${name}`, { create: true });
      opened.push(file);
      writeAt(file, bytes, 0);
      return file;
    };
    try {
      files.makeDirectory(directory);
      const tracks = block.tracks.map((track, i) => create(getTrackFile(track), inits[i]!));
      const index = create(INDEX_FILE, new Uint8Array());
      const text = new TextEncoder().encode(formatBlock(block));
      writeWholeFile(files, `${directory}/${BLOCK_FILE}`, text);
      return new BlockWriter(number, block, { tracks, index });
    } catch (error) {
      for (const file of opened) file.close();
      if (error instanceof NoSpaceError) removeBlock(files, number);
      throw error;
    }
  }

  /** Writes a chunk, then its record. */
  appendChunk({ parts, record }: BuiltChunk): void {
    const track = this.progress.tracks[record.track]!;
    const file = this.#tracks[record.track]!;
    const ordinal = record.startsSegment ? track.next : track.open?.ordinal ?? -1;
    const offset = track.fileEnd;
    this.#changed.add(file);
    try {
      let at = offset;
      for (const part of parts) {
        writeAt(file, part, at);
        at += part.length;
      }
      this.appendRecords([{ ...record, ordinal, offset }]);
    } catch (error) {
      file.truncate(offset);
      throw error;
    }
  }

  /** Writes records at once. */
  appendRecords(records: readonly IndexRecord[]): void {
    if (records.length === 0) return;
    const bytes = encodeRecords(records);
    writeAt(this.#index, bytes, this.#indexSize);
    this.#changed.add(this.#index);
    this.#indexSize += bytes.length;
    for (const record of records) {
      if (!this.progress.apply(record)) {
        throw new Error(`Cannot append ${record.kind} ${this.#indexSize / INDEX_RECORD_SIZE}`);
      }
    }
  }

  /** Resolves when all bytes that were written before the call will survive a power failure: media before the index. */
  async sync(): Promise<void> {
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(
      changed.filter((file) => file !== this.#index).map((file) => file.fdatasync()),
    );
    if (changed.includes(this.#index)) await this.#index.fdatasync();
  }

  close(): void {
    for (const file of [...this.#tracks, this.#index]) file.close();
  }
}

/** Appends records to a block that is not open. @throws NoSpaceError, and errors of the file system */
export function appendToIndex(
  files: ArchiveFileSystem,
  number: number,
  records: readonly IndexRecord[],
): void {
  const file = files.open(`${formatBlockName(number)}/${INDEX_FILE}`);
  try {
    writeAt(file, encodeRecords(records), file.size());
  } finally {
    file.close();
  }
}

/** Removes a block, `block.json` first, so that readers find it whole or not at all. */
export function removeBlock(files: ArchiveFileSystem, number: number): void {
  const directory = formatBlockName(number);
  if (!files.list("").includes(directory)) return;
  const names = files.list(directory);
  for (const name of names.filter((name) => name === BLOCK_FILE)) {
    files.remove(`${directory}/${name}`);
  }
  for (const name of names.filter((name) => name !== BLOCK_FILE)) {
    files.remove(`${directory}/${name}`);
  }
  files.remove(directory);
}
