import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import { readBytes, type Source } from "../storage/source.ts";

/** In bytes. */
const PIECE_SIZE = 2 ** 22;

/** At the same time. */
const MAX_PIECES = 4;

/** Elsewhere, an open file cannot be removed. */
const KEEPS_REMOVED = Deno.build.os !== "windows";

export interface CopyOptions {
  /** Called with the number of bytes that are there. */
  readonly onProgress?: (bytes: number) => void;
  /** Default: that of the system for temporary files. */
  readonly directory?: string;
}

/**
 * Copies a remote file to a temporary one, for what reads it several times and synchronously. The copy has the name and the entity tag
 * of the file, and is gone when it is closed, or when the process ends.
 *
 * @throws MediaError that names the file
 */
export async function copyToTemporary(
  source: Source,
  { onProgress = () => {}, directory }: CopyOptions = {},
): Promise<Source> {
  const copy = await wrap(source.name, () => createCopy(source, directory));
  try {
    await writeCopy(source, copy, onProgress);
    return copy;
  } catch (error) {
    copy.close();
    throw error;
  }
}

async function createCopy(source: Source, dir: string | undefined): Promise<TemporaryCopy> {
  const directory = await Deno.makeTempDir({ prefix: "amspackager-", ...dir && { dir } });
  const remove = () => Deno.removeSync(directory, { recursive: true });
  try {
    const options = { read: true, write: true, createNew: true };
    const file = await Deno.open(join(directory, "copy"), options);
    if (KEEPS_REMOVED) remove();
    return new TemporaryCopy(source, file, KEEPS_REMOVED ? () => {} : remove);
  } catch (error) {
    remove();
    throw error;
  }
}

async function writeCopy(
  source: Source,
  copy: TemporaryCopy,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const { name, size } = source;
  for (let start = 0; start < size; start += MAX_PIECES * PIECE_SIZE) {
    onProgress(start);
    const end = Math.min(size, start + MAX_PIECES * PIECE_SIZE);
    for (const piece of await readPieces(source, start, end)) {
      await wrap(name, () => copy.append(piece));
    }
  }
}

async function readPieces(source: Source, start: number, end: number): Promise<Uint8Array[]> {
  const offsets: number[] = [];
  for (let at = start; at < end; at += PIECE_SIZE) offsets.push(at);
  const read = (at: number) => readBytes(source, at, Math.min(PIECE_SIZE, end - at));
  return await Promise.all(offsets.map(read));
}

async function wrap<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const why = `Cannot copy this file to a temporary one: ${describeSystemError(error)}`;
    throw new MediaError(why, "MEDIA_READ").inFile(name);
  }
}

class TemporaryCopy implements Source {
  readonly synchronous = true;
  readonly name: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly #file: Deno.FsFile;
  readonly #onClose: () => void;

  constructor({ name, size, etag }: Source, file: Deno.FsFile, onClose: () => void) {
    this.name = name;
    this.size = size;
    this.etag = etag;
    this.#file = file;
    this.#onClose = onClose;
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
  }

  read(offset: number, into: Uint8Array): void {
    this.#file.seekSync(offset, Deno.SeekMode.Start);
    for (let at = 0; at < into.length;) {
      const count = this.#file.readSync(into.subarray(at));
      if (count === null) throw this.#createError(offset + at);
      at += count;
    }
  }

  #createError(position: number): MediaError {
    return new MediaError(`Cannot read byte ${position}`, "MEDIA_READ").inFile(this.name);
  }

  close(): void {
    this.#file.close();
    this.#onClose();
  }
}
