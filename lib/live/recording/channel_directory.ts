/** The directory of channel files and archives, which is an argument. */

import type { ArchiveFileSystem } from "../../archive/file_system.ts";

export interface ChannelFileContents {
  readonly text: string;
  /** Differs after a change. */
  readonly fingerprint: string;
}

/** Paths are those of channel files, relative to the directory: `news.json`, `sports/news.json`. */
export interface ChannelDirectory {
  /**
   * Finds out whether a file has changed.
   *
   * @returns undefined if there is no such file, or its real path is another one
   */
  fingerprint(path: string): string | undefined;
  /** @throws errors of the file system, and MediaError for a file that is too large */
  read(path: string): ChannelFileContents;
  /** Channel files that have an archive. */
  listArchives(): string[];
  /**
   * Opens the archive of a channel, and makes it if it is missing.
   *
   * @throws NoSpaceError, and errors of the file system
   */
  openArchive(path: string): ArchiveFileSystem;
  /** Locks an archive that was opened. Returns undefined while another process has it. */
  tryLock(path: string): ArchiveLock | undefined;
}

export interface ArchiveLock extends Disposable {
  /** False after the archive was removed or replaced. */
  readonly isValid: boolean;
}
