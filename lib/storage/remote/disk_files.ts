import { LatencyMonitor } from "../local/latency.ts";

/** Content of a file, and when it was written, in milliseconds since 1970. */
export interface DiskFile {
  readonly bytes: Uint8Array;
  readonly modifiedAt: number;
}

/** A file that is read from its start, without waiting for others. */
export interface OpenDiskFile extends Disposable {
  /** In bytes. */
  readonly size: number;
  readonly modifiedAt: number;
  /** Fills `into`, and returns how many bytes of it; fewer at the end of the file. */
  read(into: Uint8Array): number;
}

/** System calls of the disk cache. They reject with errors that have a `code`, such as `ENOSPC`. */
export interface DiskFiles {
  /** In milliseconds since 1970. */
  now(): number;
  read(path: string): Promise<DiskFile>;
  /** Returns undefined if the disk is slow. Throws as `read()` rejects. */
  openNow(path: string): OpenDiskFile | undefined;
  /** Creates a file, which must not exist. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** With the directories above it. */
  makeDirectory(path: string): Promise<void>;
  /** Names in no order; none if the directory does not exist. */
  list(path: string): Promise<string[]>;
  /** In milliseconds since 1970. */
  getModifiedAt(path: string): Promise<number>;
  setModifiedAt(path: string, ms: number): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Reads of files, which take a tenth of the processor time when nothing waits. On a slow disk, only those who need a file do. */
export class MonitoredReads implements Pick<DiskFiles, "read" | "openNow"> {
  readonly #monitor = new LatencyMonitor();
  readonly #now: () => number;

  /** @param now in milliseconds, monotonic */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  async read(path: string): Promise<DiskFile> {
    const startedAt = this.#now();
    const [bytes, { mtime }] = await Promise.all([Deno.readFile(path), Deno.stat(path)]);
    this.#monitor.record(this.#now() - startedAt, bytes.length);
    return { bytes, modifiedAt: mtime?.getTime() ?? 0 };
  }

  openNow(path: string): OpenDiskFile | undefined {
    if (this.#monitor.slow) return undefined;
    const startedAt = this.#now();
    const file = Deno.openSync(path);
    const { size, mtime } = file.statSync();
    let position = 0;
    return {
      size,
      modifiedAt: mtime?.getTime() ?? 0,
      read: (into) => {
        const filled = fill(file, into);
        position += filled;
        return filled;
      },
      [Symbol.dispose]: () => {
        file.close();
        this.#monitor.record(this.#now() - startedAt, position);
      },
    };
  }
}

function fill(file: Deno.FsFile, into: Uint8Array): number {
  let filled = 0;
  while (filled < into.length) {
    const count = file.readSync(filled === 0 ? into : into.subarray(filled));
    if (count === null) break; // the file was cut
    filled += count;
  }
  return filled;
}

const READS = new MonitoredReads();

export const SYSTEM_DISK: DiskFiles = {
  now: () => Date.now(),
  read: (path) => READS.read(path),
  openNow: (path) => READS.openNow(path),
  write: (path, bytes) => Deno.writeFile(path, bytes, { createNew: true, mode: 0o600 }),
  rename: (from, to) => Deno.rename(from, to),
  makeDirectory: (path) => Deno.mkdir(path, { recursive: true, mode: 0o700 }),
  list: async (path) => {
    try {
      return await Array.fromAsync(Deno.readDir(path), ({ name }) => name);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  },
  getModifiedAt: async (path) => (await Deno.stat(path)).mtime?.getTime() ?? 0,
  setModifiedAt: (path, ms) => Deno.utime(path, ms / 1000, ms / 1000),
  remove: (path) => Deno.remove(path),
};
