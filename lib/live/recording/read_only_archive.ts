import { closeSync, fstatSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { join } from "@std/path";
import { describeSystemError } from "../../cli/system_error.ts";
import { MediaError } from "../../errors.ts";
import type { ReadableArchive, ReadableArchiveFile } from "../../archive/file_system.ts";

/** The archive directory of a channel on a local disk, to read it while another process writes it. */
export class ReadOnlyArchive implements ReadableArchive {
  readonly #root: string;

  /** @throws MediaError `MEDIA_MISSING` that names the directory, which the first publisher creates */
  constructor(path: string) {
    try {
      this.#root = realpathSync(path);
    } catch (error) {
      const isMissing = (error as { code?: string }).code === "ENOENT";
      const why = isMissing ? "nothing has been published to it yet" : describeSystemError(error);
      const message = `Cannot open the archive of the channel: ${why}`;
      throw new MediaError(message, "MEDIA_MISSING").inFile(path);
    }
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
