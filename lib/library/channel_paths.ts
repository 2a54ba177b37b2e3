/** Where channels and their archives are. Paths are relative to the document root. */

/** Also in upper case, since some file systems ignore case. */
const ARCHIVE_NAME = /\.live(?:\/|$)/i;

export const DEFAULT_CHANNELS_DIRECTORY = "live";

export class ChannelPaths {
  /** Without a slash at the end; "" is the document root. */
  readonly directory: string;
  readonly #prefix: string;

  /** @param directory of channels, without links */
  constructor(directory: string = DEFAULT_CHANNELS_DIRECTORY) {
    this.directory = directory.split("/").filter((name) => !["", "."].includes(name)).join("/");
    this.#prefix = this.directory === "" ? "" : `${this.directory}/`;
  }

  /** Returns true if a file can be a channel. */
  contains(path: string): boolean {
    return path.startsWith(this.#prefix);
  }

  /** Returns true for the archive of a channel, and everything in it: these are not served. */
  isArchive(path: string): boolean {
    return this.contains(path) && ARCHIVE_NAME.test(path.slice(this.#prefix.length));
  }
}

/** Returns the directory of a channel's archive: of `live/news.json`, `live/news.live`. */
export function getArchiveDirectory(file: string): string {
  return file.replace(/\.json$/i, ".live");
}
