/** Opens the channel to verify. */

import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import { getArchiveDirectory } from "../library/channel_paths.ts";
import { ReadOnlyArchive } from "../live/read_only_archive.ts";
import { type ChannelFile, isChannelFile, parseChannelFile } from "../package/channel_file.ts";
import { isPackage } from "../url/path.ts";

export interface VerifiedChannel {
  readonly settings: ChannelFile;
  readonly files: ReadOnlyArchive;
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
  const archive = getArchiveDirectory(file);
  try {
    return { settings, files: new ReadOnlyArchive(archive) };
  } catch (error) {
    const why = describeSystemError(error);
    throw new MediaError(`Cannot open the archive of the channel: ${why}`, "MEDIA_MISSING").inFile(
      archive,
    );
  }
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
