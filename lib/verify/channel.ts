/** Opens the channel to verify. */

import { basename, dirname } from "@std/path";
import { MediaError } from "../errors.ts";
import { Channel } from "../library/channel.ts";
import { ChannelArchive } from "../library/channel_archive.ts";
import { getArchiveDirectory } from "../library/channel_paths.ts";
import { FilePool } from "../library/file_pool.ts";
import { ReadOnlyArchive } from "../live/recording/read_only_archive.ts";
import { type ChannelFile, isChannelFile, parseChannelFile } from "../package/channel_file.ts";
import { Devices } from "../storage/local/devices.ts";
import { WITHOUT_CLOCK } from "../storage/local/file_system.ts";
import { LocalStorage } from "../storage/local/local_storage.ts";
import { isPackage } from "../url/path.ts";
import type { ChannelManifests } from "./archive/channel_manifests.ts";
import type { Target } from "./targets.ts";

const MAX_OPEN_FILES = 64;

export interface VerifiedChannel extends Disposable {
  readonly files: ReadOnlyArchive;
  /** Opens the channel as a server does. @throws MediaError */
  readonly openManifests: () => Promise<ChannelManifests>;
}

/**
 * Opens a channel; returns undefined for another file.
 *
 * @throws MediaError that names the file
 */
export async function openVerifiedChannel(file: string): Promise<VerifiedChannel | undefined> {
  const text = await readText(file);
  if (text === undefined || !isChannel(text)) return undefined;
  const settings = parse(text, file);
  const files = new ReadOnlyArchive(getArchiveDirectory(file));
  return { files, ...createServer(file, settings) };
}

function createServer(
  file: string,
  settings: ChannelFile,
): Omit<VerifiedChannel, "files"> {
  const opened: Channel[] = [];
  const { window } = settings;
  const openManifests = async () => {
    const root = await Deno.realPath(dirname(file));
    const name = getArchiveDirectory(basename(file));
    const storage = new LocalStorage(root, new Devices(WITHOUT_CLOCK)); // all is read at once, however slow the disk is
    const channel = await Channel.open({
      file: basename(file),
      settings,
      fingerprints: [],
      archive: new ChannelArchive(storage, { path: name, name }),
      files: new FilePool(MAX_OPEN_FILES),
      now: () => performance.now(),
    });
    opened.push(channel);
    return { views: channel.views, window: window === "all" ? undefined : window };
  };
  return {
    openManifests,
    [Symbol.dispose]() {
      for (const channel of opened) channel.drop();
    },
  };
}

/** Returns false for a file that cannot be read, too, and for one of an origin, where no channel is. */
export async function isChannelTarget({ file, remote }: Target): Promise<boolean> {
  const text = remote ? undefined : await readText(file);
  return text !== undefined && isChannel(text);
}

/** Undefined if it cannot be read, which opening a package reports. */
async function readText(file: string): Promise<string | undefined> {
  if (!isPackage(file)) return undefined;
  try {
    return await Deno.readTextFile(file);
  } catch {
    return undefined;
  }
}

function isChannel(text: string): boolean {
  try {
    return isChannelFile(JSON.parse(text.replace(/^\uFEFF/, "")));
  } catch {
    return false;
  }
}

function parse(text: string, file: string): ChannelFile {
  try {
    return parseChannelFile(text);
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}
