/** The archive directory of a channel on a local disk. */

import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { promisify } from "node:util";
import { dirname, join } from "@std/path";
import {
  type ArchiveFile,
  type ArchiveFileSystem,
  NoSpaceError,
} from "../../archive/file_system.ts";

const fdatasyncSoon = promisify(fdatasync);

export class LocalArchive implements ArchiveFileSystem {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /**
   * Makes the directory if it is missing.
   *
   * @throws NoSpaceError, and an error of the system if its parent is missing, or it is a link, which may lead out of the sandbox
   */
  static open(path: string): LocalArchive {
    return withSpaceErrors(() => {
      mkdirSync(path, { recursive: true });
      if (!lstatSync(path).isDirectory()) {
        throw new Error(`Cannot use ${path} as an archive: expected a directory, not a link`);
      }
      return new LocalArchive(realpathSync(path));
    });
  }

  list(directory: string): string[] {
    return readdirSync(this.#resolve(directory));
  }

  makeDirectory(path: string): void {
    withSpaceErrors(() => mkdirSync(this.#resolve(path)));
  }

  open(path: string, { create = false } = {}): ArchiveFile {
    const { O_RDWR, O_CREAT, O_TRUNC } = constants;
    const flags = O_RDWR | (create ? O_CREAT | O_TRUNC : 0);
    const resolved = this.#resolve(path);
    for (const part of [dirname(resolved), resolved]) { // O_NOFOLLOW has no effect in Deno
      if (!lstatSync(part, { throwIfNoEntry: false })?.isSymbolicLink()) continue;
      throw new Error(`Cannot use ${path} in an archive: expected no link`);
    }
    return new LocalArchiveFile(withSpaceErrors(() => openSync(resolved, flags, 0o666)));
  }

  rename(from: string, to: string): void {
    withSpaceErrors(() => renameSync(this.#resolve(from), this.#resolve(to)));
  }

  remove(path: string): void {
    const resolved = this.#resolve(path);
    if (lstatSync(resolved).isDirectory()) rmdirSync(resolved);
    else unlinkSync(resolved);
  }

  #resolve(path: string): string {
    return join(this.#root, path);
  }
}

class LocalArchiveFile implements ArchiveFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  pwrite(bytes: Uint8Array, offset: number): number {
    return withSpaceErrors(() => writeSync(this.#descriptor, bytes, 0, bytes.length, offset));
  }

  pread(into: Uint8Array, offset: number): number {
    return readSync(this.#descriptor, into, 0, into.length, offset);
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  truncate(size: number): void {
    ftruncateSync(this.#descriptor, size);
  }

  fdatasync(): Promise<void> {
    return fdatasyncSoon(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

const NO_SPACE = new Set(["ENOSPC", "EDQUOT"]);

function withSpaceErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const isFull = NO_SPACE.has(code ?? "") || /os error (28|122)\b/.test(message ?? "");
    throw isFull ? new NoSpaceError("Cannot write: no space is left on the device") : error;
  }
}
