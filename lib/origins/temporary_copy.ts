import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import { openFile } from "../storage/local/file.ts";
import { readBytes, type Source } from "../storage/source.ts";

/** In bytes. */
const PIECE_SIZE = 2 ** 22;

/** At the same time. */
const MAX_PIECES = 4;

/** Elsewhere, an open file cannot be removed. */
const KEEPS_REMOVED = Deno.build.os !== "windows";

/**
 * Copies a remote file to a temporary one, for what reads it several times and synchronously. The copy has the name and the entity tag
 * of the file, and is gone when it is closed, or when the process ends.
 *
 * @param onProgress called with the number of bytes that are there
 * @throws MediaError that names the file
 */
export async function copyToTemporary(
  source: Source,
  onProgress: (bytes: number) => void = () => {},
): Promise<Source> {
  const { name, etag } = source;
  const directory = await wrap(name, () => Deno.makeTempDir({ prefix: "amspackager-" }));
  const remove = () => Deno.removeSync(directory, { recursive: true });
  try {
    const path = join(directory, "copy");
    await writeCopy(source, path, onProgress);
    const copy = openFile(path, name);
    if (KEEPS_REMOVED) remove();
    return new TemporaryCopy(copy, etag, KEEPS_REMOVED ? () => {} : remove);
  } catch (error) {
    remove();
    throw error;
  }
}

async function writeCopy(
  source: Source,
  path: string,
  onProgress: (bytes: number) => void,
): Promise<void> {
  const { name, size } = source;
  using file = await wrap(name, () => Deno.open(path, { write: true, createNew: true }));
  for (let start = 0; start < size; start += MAX_PIECES * PIECE_SIZE) {
    onProgress(start);
    const end = Math.min(size, start + MAX_PIECES * PIECE_SIZE);
    for (const piece of await readPieces(source, start, end)) {
      await wrap(name, () => writeAll(file, piece));
    }
  }
}

async function readPieces(source: Source, start: number, end: number): Promise<Uint8Array[]> {
  const offsets: number[] = [];
  for (let at = start; at < end; at += PIECE_SIZE) offsets.push(at);
  const read = (at: number) => readBytes(source, at, Math.min(PIECE_SIZE, end - at));
  return await Promise.all(offsets.map(read));
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
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
  readonly #copy: Source;
  readonly #onClose: () => void;

  constructor(copy: Source, readonly etag: string | undefined, onClose: () => void) {
    this.name = copy.name;
    this.size = copy.size;
    this.#copy = copy;
    this.#onClose = onClose;
  }

  read(offset: number, into: Uint8Array): void | Promise<void> {
    return this.#copy.read(offset, into);
  }

  close(): void {
    this.#copy.close();
    this.#onClose();
  }
}
