/** Opens channels without caching them. */

import { MediaError } from "../errors.ts";
import {
  type ChannelFile,
  isChannelFile,
  MAX_CHANNEL_FILE_SIZE,
  parseChannelFile,
} from "../package/channel_file.ts";
import type { Package } from "../package/package.ts";
import type { StoredFile } from "../storage/storage.ts";
import { Channel } from "./channel.ts";
import { ChannelArchive } from "./channel_archive.ts";
import { getArchiveDirectory } from "./channel_paths.ts";
import type { DocumentRoot } from "./document_root.ts";
import type { FilePool } from "./file_pool.ts";
import type { Fingerprint } from "./fingerprint.ts";

/**
 * Parses a channel file; returns undefined for a package.
 *
 * @param path of the file, without links
 * @throws MediaError `PACKAGE_INVALID`, also for a channel outside the directory of channels, or on a remote mount
 */
export function parseChannel(
  text: string,
  path: string,
  { channels, storage }: DocumentRoot,
): ChannelFile | undefined {
  if (!isChannel(text)) return undefined;
  if (storage.getTraits?.(path).remote) {
    const why = "expected its file and recordings in a directory of this machine";
    throw new MediaError(
      `live: Cannot serve a channel of a remote mount: ${why}`,
      "PACKAGE_INVALID",
    );
  }
  if (channels.contains(path)) return parseChannelFile(text);
  throw new MediaError(
    `live: Cannot serve a channel outside of the directory of channels (--channels), '${channels.directory}'`,
    "PACKAGE_INVALID",
  );
}

function isChannel(text: string): boolean {
  if (text.length > MAX_CHANNEL_FILE_SIZE || !text.includes('"live"')) return false;
  try {
    return isChannelFile(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch (error) {
    if (error instanceof SyntaxError) return false; // parsing the package reports it
    throw error;
  }
}

export interface ReadChannelFile {
  readonly fingerprints: readonly Fingerprint[];
  readonly settings?: ChannelFile;
  /** Set if the file has become a package. */
  readonly isPackage?: boolean;
  /** `PACKAGE_INVALID` */
  readonly error?: MediaError;
}

/** What a `.json` contains. */
export type ReadJson =
  | { readonly settings: ChannelFile; readonly pack?: never }
  | { readonly settings?: never; readonly pack: Package };

export interface LoadedChannelFile {
  /** Relative to the document root. */
  readonly file: string;
  readonly resolved: StoredFile;
  readonly settings: ChannelFile;
  /** Fingerprints of the channel file. */
  readonly fingerprints: readonly Fingerprint[];
}

/** Blocks may be removed while the archive is opened, and files of another machine may be stale (NFS). */
const MAX_ATTEMPTS = 3;

export interface OpenChannelContext {
  readonly root: DocumentRoot;
  readonly files: FilePool;
  readonly now: () => number;
}

/** @throws MediaError if the archive cannot be read */
export async function openChannel(
  { file, resolved, settings, fingerprints }: LoadedChannelFile,
  { root: { storage }, files, now }: OpenChannelContext,
): Promise<Channel> {
  const archive = new ChannelArchive(storage, {
    path: getArchiveDirectory(resolved.path),
    name: getArchiveDirectory(file.slice(file.lastIndexOf("/") + 1)),
  });
  for (let attempt = 1;; attempt++) {
    try {
      return await Channel.open({ file, settings, fingerprints, archive, files, now });
    } catch (error) {
      if (!(error instanceof MediaError) || attempt === MAX_ATTEMPTS) throw error;
    }
  }
}
