/** A disk in memory, with a clock. */

import type { DiskFile, DiskFiles, OpenDiskFile } from "../../../lib/storage/remote/disk_files.ts";

export class MemoryDisk implements DiskFiles {
  /** By directory and name. */
  readonly directories = new Map<string, Map<string, DiskFile>>();
  time = 0;
  isSlow = false;
  /** Code of the error of all writes. It leaves half a file. */
  failure: string | undefined;
  /** What writes wait for. */
  hold: Promise<void> = Promise.resolve();

  get paths(): string[] {
    return [...this.directories].flatMap(([directory, files]) =>
      [...files.keys()].map((name) => `${directory}/${name}`)
    );
  }

  get count(): number {
    return this.directories.values().reduce((sum, { size }) => sum + size, 0);
  }

  get(path: string): DiskFile | undefined {
    const [directory, name] = splitPath(path);
    return this.directories.get(directory)?.get(name);
  }

  set(path: string, file: DiskFile): void {
    const [directory, name] = splitPath(path);
    const files = this.directories.get(directory);
    if (!files) throw createError("ENOENT");
    files.set(name, file);
  }

  #delete(path: string): void {
    const [directory, name] = splitPath(path);
    this.directories.get(directory)?.delete(name);
  }

  now(): number {
    return this.time;
  }

  read(path: string, maxBytes: number): Promise<DiskFile> {
    return this.#find(path, ({ bytes, modifiedAt }) => {
      if (bytes.length > maxBytes) throw createError("EFBIG");
      return { bytes: bytes.slice(), modifiedAt };
    });
  }

  openNow(path: string): OpenDiskFile | undefined {
    if (this.isSlow) return undefined;
    const file = this.get(path);
    if (!file) throw createError("ENOENT");
    let position = 0;
    return {
      size: file.bytes.length,
      modifiedAt: file.modifiedAt,
      read: (into) => {
        const part = file.bytes.subarray(position, position + into.length);
        into.set(part);
        position += part.length;
        return part.length;
      },
      [Symbol.dispose]: () => {},
    };
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    await this.hold;
    if (this.get(path)) throw createError("EEXIST");
    const written = bytes.slice(0, this.failure ? bytes.length / 2 : bytes.length);
    this.set(path, { bytes: written, modifiedAt: this.time });
    if (this.failure) throw createError(this.failure);
  }

  rename(from: string, to: string): Promise<void> {
    return this.#find(from, (file) => {
      this.#delete(from);
      this.set(to, file);
    });
  }

  makeDirectory(path: string): Promise<void> {
    if (!this.directories.has(path)) this.directories.set(path, new Map());
    return Promise.resolve();
  }

  list(path: string): Promise<string[]> {
    return Promise.resolve([...this.directories.get(path)?.keys() ?? []]);
  }

  getModifiedAt(path: string): Promise<number> {
    return this.#find(path, ({ modifiedAt }) => modifiedAt);
  }

  setModifiedAt(path: string, ms: number): Promise<void> {
    return this.#find(path, ({ bytes }) => {
      this.set(path, { bytes, modifiedAt: ms });
    });
  }

  remove(path: string): Promise<void> {
    return this.#find(path, () => {
      this.#delete(path);
    });
  }

  async #find<T>(path: string, use: (file: DiskFile) => T): Promise<T> {
    await Promise.resolve();
    const file = this.get(path);
    if (!file) throw createError("ENOENT");
    return use(file);
  }
}

function splitPath(path: string): [directory: string, name: string] {
  const at = path.lastIndexOf("/");
  return [path.slice(0, at), path.slice(at + 1)];
}

function createError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
