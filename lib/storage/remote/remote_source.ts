import { FileReplacedError, MediaError } from "../../errors.ts";
import type { Source } from "../source.ts";
import type { FileRange } from "./block_cache.ts";
import { joinRanges } from "./joined_ranges.ts";
import { type RemoteFile, SourceChanged } from "./range_reader.ts";
import { formatVersion } from "./remote_files.ts";
import { BLOCK_BYTES } from "./shared_pages.ts";
import type { StoragePort } from "./storage_port.ts";

/** More is not loaded ahead, relative to all pages: it would be evicted before it is read. */
const MAX_LOADED = 1 / 4;

/** More requests at a time cost an origin more than some bytes in vain. */
const MAX_REQUESTS = 16;

/** What is loaded in vain for fewer requests, in bytes, and relative to all pages. */
const MAX_JOINED = { bytes: 2 ** 23, pages: 1 / 16 };

export interface RemoteSourceOptions {
  readonly name: string;
  readonly mount: string;
  readonly file: RemoteFile;
  readonly port: StoragePort;
}

/** One version of a remote file. Reads fail once the origin has another one, unless the bytes are in memory. */
export class RemoteSource implements Source {
  readonly synchronous = false;
  readonly name: string;
  readonly size: number;
  readonly etag: string | undefined;
  readonly #options: RemoteSourceOptions;
  readonly #key: string;
  #closed = false;

  constructor(options: RemoteSourceOptions) {
    const { name, mount, file } = options;
    this.name = name;
    this.size = file.size;
    this.etag = file.etag?.startsWith('"') ? file.etag : undefined;
    this.#options = options;
    this.#key = `${mount}\n${formatVersion(file)}`;
  }

  read(offset: number, into: Uint8Array, signal?: AbortSignal): void | Promise<void> {
    if (this.#closed) throw this.#createError("Cannot read from a closed file");
    if (offset + into.length > this.size) {
      const position = Math.max(offset, this.size);
      throw this.#createError(`Cannot read byte ${position}: the file ends before it`);
    }
    if (!this.readNow(offset, into)) return this.#readLater(offset, into, signal);
  }

  readNow(offset: number, into: Uint8Array): boolean {
    if (into.length === 0) return true;
    return this.#options.port.pages?.copy(this.#key, offset, into) === true;
  }

  async load(
    ranges: readonly { offset: number; size: number }[],
    signal?: AbortSignal,
  ): Promise<void> {
    const missing = ranges.map(({ offset, size }): FileRange => [offset, offset + size])
      .filter((range) => range[0] < range[1] && range[1] <= this.size);
    const { pages } = this.#options.port;
    if (missing.length === 0 || pages?.has(this.#key, missing)) return;
    if (!pages || computeBlockBytes(missing) > MAX_LOADED * pages.capacity) return;
    const maxBytes = Math.min(MAX_JOINED.bytes, MAX_JOINED.pages * pages.capacity);
    await this.#ask(joinRanges(missing, { maxCount: MAX_REQUESTS, maxBytes }), { signal });
  }

  async #readLater(offset: number, into: Uint8Array, signal?: AbortSignal): Promise<void> {
    const range: FileRange = [offset, offset + into.length];
    const capacity = this.#options.port.pages?.capacity ?? Infinity;
    if (into.length <= MAX_LOADED * capacity) {
      const bytes = await this.#ask([range], { signal });
      if (bytes) return into.set(bytes);
      if (this.readNow(offset, into)) return;
    }
    // the pages have other content by now, or will have
    into.set((await this.#ask([range], { copy: true, signal }))!);
  }

  /** Returns the bytes of the first range if they are not in pages. */
  async #ask(
    ranges: readonly FileRange[],
    { copy = false, signal }: { copy?: boolean; signal?: AbortSignal | undefined },
  ): Promise<Uint8Array | undefined> {
    const { port, mount, file } = this.#options;
    try {
      const result = await port.ask({ kind: "read", mount, file, ranges, copy }, signal);
      if (result.kind === "bytes") return result.bytes[0];
      for (const block of result.blocks) port.pages?.add(this.#key, block);
      return undefined;
    } catch (error) {
      if (!(error instanceof SourceChanged)) throw error;
      throw new FileReplacedError(ranges[0]![0]).inFile(this.name);
    }
  }

  #createError(why: string): MediaError {
    return new MediaError(why, "MEDIA_READ").inFile(this.name);
  }

  /** Reads in progress complete: responses may still need the bytes. */
  close(): void {
    this.#closed = true;
  }
}

/** The size of the blocks that contain ranges; those of ranges that share one count more than once. */
function computeBlockBytes(ranges: readonly FileRange[]): number {
  return ranges.reduce((sum, [start, end]) => {
    const blocks = Math.ceil(end / BLOCK_BYTES) - Math.floor(start / BLOCK_BYTES);
    return sum + BLOCK_BYTES * blocks;
  }, 0);
}
