/** Channel files and archives on a local disk. */

import { lstatSync, readdirSync, readFileSync, realpathSync, type Stats } from "node:fs";
import { dirname, join } from "@std/path";
import type { ArchiveFileSystem } from "../../archive/file_system.ts";
import { MediaError } from "../../errors.ts";
import { MAX_CHANNEL_FILE_SIZE } from "../../package/channel_file.ts";
import { tryLockArchive } from "./archive_lock.ts";
import type { ArchiveLock, ChannelDirectory, ChannelFileContents } from "./channel_directory.ts";
import { LocalArchive } from "./local_archive.ts";

const CHANNEL_EXTENSION = /\.json$/i;
const ARCHIVE_EXTENSION = ".live";

export class LocalChannelDirectory implements ChannelDirectory {
  readonly #root: string;

  /** @param root real path of the directory */
  constructor(root: string) {
    this.#root = root;
  }

  fingerprint(path: string): string | undefined {
    const file = join(this.#root, path);
    const stats = findStats(file);
    return stats?.isFile() && isReal(file) ? describe(stats) : undefined;
  }

  read(path: string): ChannelFileContents {
    const file = join(this.#root, path);
    const stats = lstatSync(file);
    if (!stats.isFile() || !isReal(file)) throw new Error("Cannot read a link as a channel file");
    if (stats.size > MAX_CHANNEL_FILE_SIZE) {
      const message = `Cannot read a channel file of more than ${MAX_CHANNEL_FILE_SIZE} bytes`;
      throw new MediaError(message, "PACKAGE_INVALID");
    }
    return { text: readFileSync(file, "utf8"), fingerprint: describe(stats) };
  }

  listArchives(): string[] {
    return [...listArchives(this.#root, "")];
  }

  openArchive(path: string): ArchiveFileSystem {
    const directory = this.#resolveArchive(path);
    if (!isReal(dirname(directory))) throw new Error("Cannot use an archive behind a link");
    return LocalArchive.open(directory);
  }

  tryLock(path: string): ArchiveLock | undefined {
    return tryLockArchive(this.#resolveArchive(path));
  }

  #resolveArchive(path: string): string {
    return join(this.#root, path.replace(CHANNEL_EXTENSION, "") + ARCHIVE_EXTENSION);
  }
}

/** Returns undefined if there is no such file, also because a part of its path is another file. */
function findStats(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as { code?: string }).code === "ENOTDIR") return undefined;
    throw error;
  }
}

function isReal(path: string): boolean {
  return realpathSync(path) === path;
}

function describe({ ino, size, mtimeMs }: Stats): string {
  return `${ino} ${size} ${mtimeMs}`;
}

/** Does not follow links, and opens no archive. */
function* listArchives(root: string, directory: string): Generator<string> {
  for (const entry of readdirSync(join(root, directory), { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = directory === "" ? entry.name : `${directory}/${entry.name}`;
    if (!path.endsWith(ARCHIVE_EXTENSION)) yield* listArchives(root, path);
    else yield `${path.slice(0, -ARCHIVE_EXTENSION.length)}.json`;
  }
}
