import { MediaError, SourceError } from "../../errors.ts";
import type { Source } from "../source.ts";
import { type RangeReader, type RemoteFile, SourceChanged } from "./range_reader.ts";

export interface RangeSourceOptions {
  readonly path: string;
  /** For messages; default: the path. */
  readonly name?: string;
  readonly signal: AbortSignal;
}

/**
 * Opens a remote file in this thread, without a cache: for commands. Returns undefined if there is no such file.
 *
 * @throws SourceError; the reason of the signal
 */
export async function openRangeSource(
  reader: RangeReader,
  { path, name = path, signal }: RangeSourceOptions,
): Promise<Source | undefined> {
  const opened = await reader.open(path, signal);
  return opened && new RangeSource(reader, opened.file, { name, head: opened.head, signal });
}

/** Reads one version of a file, of which the head is in memory. */
class RangeSource implements Source {
  readonly synchronous = false;
  readonly name: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly #reader: RangeReader;
  readonly #file: RemoteFile;
  readonly #head: Uint8Array;
  readonly #signal: AbortSignal;

  constructor(
    reader: RangeReader,
    file: RemoteFile,
    { name, head, signal }: Required<Omit<RangeSourceOptions, "path">> & {
      readonly head: Uint8Array;
    },
  ) {
    this.name = name;
    this.size = file.size;
    this.etag = file.etag?.startsWith('"') ? file.etag : undefined;
    this.#reader = reader;
    this.#file = file;
    this.#head = head;
    this.#signal = signal;
  }

  async read(offset: number, into: Uint8Array): Promise<void> {
    const end = offset + into.length;
    if (end > this.size) throw this.#createError(`Cannot read byte ${Math.max(offset, this.size)}`);
    if (end <= this.#head.length) return into.set(this.#head.subarray(offset, end));
    if (into.length === 0) return;
    try {
      into.set(await this.#reader.read(this.#file, offset, end, this.#signal));
    } catch (error) {
      if (!(error instanceof SourceChanged || error instanceof SourceError)) throw error;
      throw this.#createError(error.message);
    }
  }

  #createError(why: string): MediaError {
    return new MediaError(why, "MEDIA_READ").inFile(this.name);
  }

  close(): void {}
}
