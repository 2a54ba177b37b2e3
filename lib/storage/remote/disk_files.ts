/** System calls of the disk cache. They reject with errors that have a `code`, such as `ENOSPC`. */
export interface DiskFiles {
  /** In milliseconds since 1970. */
  now(): number;
  read(path: string): Promise<Uint8Array>;
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

export const SYSTEM_DISK: DiskFiles = {
  now: () => Date.now(),
  read: (path) => Deno.readFile(path),
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
