import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { join } from "@std/path";
import type { ReadableArchive, ReadableArchiveFile } from "../../archive/file_system.ts";

/** The archive directory of a channel on a local disk, to read it while another process writes it. */
export class ReadOnlyArchive implements ReadableArchive {
  readonly #root: string;

  /** @throws an error of the system if the directory is missing */
  constructor(path: string) {
    this.#root = realpathSync(path);
  }

  list(directory: string): string[] {
    return readdirSync(join(this.#root, directory));
  }

  open(path: string): ReadableArchiveFile {
    const descriptor = openSync(join(this.#root, path), "r");
    return {
      pread: (into, offset) => readSync(descriptor, into, 0, into.length, offset),
      size: () => fstatSync(descriptor).size,
      close: () => closeSync(descriptor),
    };
  }
}
