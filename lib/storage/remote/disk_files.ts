import { LatencyMonitor } from "../local/latency.ts";

/** Content of a file, and when it was written, in milliseconds since 1970. */
export interface DiskFile {
  readonly bytes: Uint8Array;
  readonly modifiedAt: number;
}

/** System calls of the disk cache. They reject with errors that have a `code`, such as `ENOSPC`. */
export interface DiskFiles {
  /** In milliseconds since 1970. */
  now(): number;
  read(path: string): Promise<DiskFile>;
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

/** Reads a file from memory of the system in a third of the processor time that it takes asynchronously. */
function readSynchronously(path: string): DiskFile {
  using file = Deno.openSync(path);
  const { size, mtime } = file.statSync();
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const count = file.readSync(bytes.subarray(length));
    if (count === null) break; // the file was cut
    length += count;
  }
  return { bytes: bytes.subarray(0, length), modifiedAt: mtime?.getTime() ?? 0 };
}

async function readAsynchronously(path: string): Promise<DiskFile> {
  const [bytes, { mtime }] = await Promise.all([Deno.readFile(path), Deno.stat(path)]);
  return { bytes, modifiedAt: mtime?.getTime() ?? 0 };
}

/** On a disk that is slow, only those who need a file wait for it. */
export async function readWithMonitor(
  path: string,
  monitor: LatencyMonitor,
  now = () => performance.now(),
): Promise<DiskFile> {
  const startedAt = now();
  const file = monitor.slow ? await readAsynchronously(path) : readSynchronously(path);
  monitor.record(now() - startedAt, file.bytes.length);
  return file;
}

const MONITOR = new LatencyMonitor();

export const SYSTEM_DISK: DiskFiles = {
  now: () => Date.now(),
  read: (path) => readWithMonitor(path, MONITOR),
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
