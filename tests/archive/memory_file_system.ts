import {
  type ArchiveFile,
  type ArchiveFileSystem,
  NoSpaceError,
} from "../../lib/archive/file_system.ts";

/** The process ends: nothing is written after that. */
export class Killed extends Error {}

export interface MemoryOptions {
  /** Steps until the process is killed: a byte written, or a change of a directory or size. */
  readonly killAfter?: number;
  /** Bytes of all files together until the disk is full. */
  readonly capacity?: number;
}

interface MemoryFile {
  bytes: Uint8Array<ArrayBuffer>;
  length: number;
}

/** Files and directories in memory, which can stop at every byte. */
export class MemoryFileSystem implements ArchiveFileSystem {
  readonly #entries: Map<string, MemoryFile | "directory">;
  readonly synced: string[] = [];
  #steps = 0;
  #killAfter: number;
  capacity: number;
  #isKilled = false;
  #error: Error | undefined;

  constructor(
    { killAfter = Infinity, capacity = Infinity }: MemoryOptions = {},
    entries = new Map<string, MemoryFile | "directory">(),
  ) {
    this.#killAfter = killAfter;
    this.capacity = capacity;
    this.#entries = entries;
  }

  /** Has all changes fail with an error, until it is undefined. */
  fail(error: Error | undefined): void {
    this.#error = error;
  }

  /** Steps so far. */
  get steps(): number {
    return this.#steps;
  }

  /** The same files for a new process. */
  restart(options: MemoryOptions = {}): MemoryFileSystem {
    return new MemoryFileSystem(options, this.#entries);
  }

  /** A copy of all files. */
  clone(options: MemoryOptions = {}): MemoryFileSystem {
    const copies = [...this.#entries].map(([path, entry]) =>
      [path, entry === "directory" ? entry : { ...entry, bytes: entry.bytes.slice() }] as const
    );
    return new MemoryFileSystem(options, new Map(copies));
  }

  paths(): string[] {
    return [...this.#entries.keys()].sort();
  }

  /** Changes a file as no process does. */
  damage(path: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): void {
    const file = this.#getFile(path);
    file.bytes = change(file.bytes.slice(0, file.length));
    file.length = file.bytes.length;
  }

  bytes(path: string): Uint8Array {
    const file = this.#getFile(path);
    return file.bytes.slice(0, file.length);
  }

  list(directory: string): string[] {
    const prefix = directory === "" ? "" : `${directory}/`;
    return [...this.#entries.keys()].filter((path) =>
      path.startsWith(prefix) && !path.slice(prefix.length).includes("/")
    ).map((path) => path.slice(prefix.length));
  }

  makeDirectory(path: string): void {
    if (this.#entries.has(path)) throw new Error(`${path} exists`);
    this.#step();
    this.#entries.set(path, "directory");
  }

  open(path: string, { create = false } = {}): ArchiveFile {
    if (create) {
      const directory = path.split("/").slice(0, -1).join("/");
      if (directory && !this.#entries.has(directory)) throw new Error(`${directory} is missing`);
      this.#step();
      this.#entries.set(path, { bytes: new Uint8Array(64), length: 0 });
    }
    const file = this.#getFile(path);
    return {
      pwrite: (bytes, offset) => this.#write(file, bytes, offset),
      pread: (into, offset) => {
        const part = file.bytes.subarray(offset, Math.min(offset + into.length, file.length));
        into.set(part);
        return part.length;
      },
      size: () => file.length,
      truncate: (size) => {
        if (size !== file.length) this.#step();
        file.bytes.fill(0, size);
        file.length = size;
      },
      fdatasync: () => Promise.resolve(void this.synced.push(path)),
      close: () => {},
    };
  }

  rename(from: string, to: string): void {
    const file = this.#getFile(from);
    this.#step();
    this.#entries.delete(from);
    this.#entries.set(to, file);
  }

  remove(path: string): void {
    if (!this.#entries.has(path)) throw new Error(`${path} is missing`);
    if (this.list(path).length > 0) throw new Error(`${path} is not empty`);
    this.#step();
    this.#entries.delete(path);
  }

  #getFile(path: string): MemoryFile {
    const file = this.#entries.get(path);
    if (file === undefined || file === "directory") throw new Error(`${path} is missing`);
    return file;
  }

  #write(file: MemoryFile, bytes: Uint8Array, offset: number): number {
    this.#checkAlive();
    const free = this.#countFreeBytes() + Math.max(0, file.length - offset);
    const count = Math.min(bytes.length, Math.max(0, free), this.#killAfter - this.#steps);
    if (count === 0 && free <= 0) throw new NoSpaceError("ENOSPC");
    this.#put(file, bytes.subarray(0, count), offset);
    this.#steps += count;
    if (count < bytes.length && this.#steps >= this.#killAfter) this.#kill();
    const isGrownError = count < bytes.length && this.capacity % 2 === 1; // as Deno's writeSync() on tmpfs
    if (isGrownError) throw new NoSpaceError("ENOSPC");
    return count;
  }

  #countFreeBytes(): number {
    if (this.capacity === Infinity) return Infinity;
    const sizes = [...this.#entries.values()].map((it) => it === "directory" ? 0 : it.length);
    return this.capacity - sizes.reduce((sum, size) => sum + size, 0);
  }

  #put(file: MemoryFile, bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    if (end > file.bytes.length) {
      const larger = new Uint8Array(2 * end);
      larger.set(file.bytes);
      file.bytes = larger;
    }
    file.bytes.set(bytes, offset);
    file.length = Math.max(file.length, end);
  }

  #step(): void {
    this.#checkAlive();
    if (this.#steps >= this.#killAfter) this.#kill();
    this.#steps++;
  }

  #kill(): never {
    this.#isKilled = true;
    throw new Killed();
  }

  #checkAlive(): void {
    if (this.#error) throw this.#error;
    if (this.#isKilled) throw new Killed();
  }
}
