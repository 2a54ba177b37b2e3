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
  /** Rejects for all but a regular file of at most `maxBytes`. */
  read(path: string, maxBytes: number): Promise<DiskFile>;
  /** Returns undefined if the disk is slow. Throws for all but a regular file. */
  openNow(path: string): OpenDiskFile | undefined;
  /** Creates a file, which must not exist. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** With the directories above it. */
  makeDirectory(path: string): Promise<void>;
  /** Names of regular files in no order; none if the directory does not exist. Rejects for a link to a directory. */
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

  async read(path: string, maxBytes: number): Promise<DiskFile> {
    const startedAt = this.#now();
    const { size, modifiedAt } = requireFile(await Deno.lstat(path));
    if (size > maxBytes) throw new Error(`Cannot read a file of more than ${maxBytes} bytes`);
    const bytes = await Deno.readFile(path);
    this.#monitor.record(this.#now() - startedAt, bytes.length);
    return { bytes, modifiedAt };
  }

  openNow(path: string): OpenDiskFile | undefined {
    if (this.#monitor.slow) return undefined;
    const startedAt = this.#now();
    const status = requireFile(Deno.lstatSync(path));
    const file = Deno.openSync(path);
    let position = 0;
    return {
      ...status,
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

/** Opening a named pipe would wait for another process, and a link leads elsewhere. */
function requireFile({ isFile, size, mtime }: Deno.FileInfo) {
  if (!isFile) throw new Error("Cannot read this file: expected a regular file");
  return { size, modifiedAt: mtime?.getTime() ?? 0 };
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
  read: (path, maxBytes) => READS.read(path, maxBytes),
  openNow: (path) => READS.openNow(path),
  write: (path, bytes) => Deno.writeFile(path, bytes, { createNew: true, mode: 0o600 }),
  rename: (from, to) => Deno.rename(from, to),
  makeDirectory: (path) => Deno.mkdir(path, { recursive: true, mode: 0o700 }),
  list: async (path) => {
    try {
      const { isDirectory } = await Deno.lstat(path);
      if (!isDirectory) throw Object.assign(new Error("Not a directory"), { code: "ENOTDIR" });
      const entries = await Array.fromAsync(Deno.readDir(path));
      return entries.flatMap(({ isFile, name }) => isFile ? [name] : []);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  },
  getModifiedAt: async (path) => (await Deno.stat(path)).mtime?.getTime() ?? 0,
  setModifiedAt: (path, ms) => Deno.utime(path, ms / 1000, ms / 1000),
  remove: (path) => Deno.remove(path),
};
