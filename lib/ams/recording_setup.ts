/** Checks of what a recorder needs, before it starts. */

import { existsSync } from "node:fs";
import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import type { Certificate } from "../http/server.ts";
import {
  checkWriting,
  findDirectory,
  prepareDirectory,
} from "../live/recording/prepare_directory.ts";
import { DEFAULT_CHANNELS_DIRECTORY } from "../library/channel_paths.ts";
import { findAddress } from "./listen_address.ts";
import type { AmsOptions } from "./options.ts";
import type { RecorderConfig } from "./recorder_worker_messages.ts";
import { SetupError } from "./setup.ts";

type IngestOptions = Pick<AmsOptions, "channels" | "ingest" | "ingestTls" | "ingestBytes">;

/** Returns whether encoders can publish: the process needs permission to write files. */
export function ingests({ ingest, ingestTls }: Pick<AmsOptions, "ingest" | "ingestTls">): boolean {
  return ingest !== undefined || ingestTls !== undefined;
}

/**
 * Makes the directory of channels if it is missing.
 *
 * @param root free of symbolic links
 * @throws SetupError
 */
export function checkRecording(
  options: IngestOptions,
  root: string,
  certificate: Certificate | undefined,
): RecorderConfig | undefined {
  const { channels: path, ingest, ingestTls, ingestBytes: maxIngestBytes } = options;
  if (!ingests(options)) return undefined;
  return {
    directory: useChannels(path, () => prepareDirectory(root, path)),
    path,
    ...ingest && { address: findAddress(ingest) },
    ...ingestTls && { tlsAddress: findAddress(ingestTls) },
    ...certificate && { certificate },
    maxIngestBytes,
  };
}

/**
 * Tests what `checkRecording()` and the recorder need, without making the directory.
 *
 * @param root free of symbolic links
 * @param onPortInUse is called with a sentence for an address on which a process listens, perhaps the one that records
 * @throws SetupError
 */
export function testRecording(
  options: IngestOptions,
  root: string,
  onPortInUse: (message: string) => void,
): void {
  if (!ingests(options)) return;
  for (const endpoint of [options.ingest, options.ingestTls]) {
    try {
      if (endpoint) findAddress(endpoint);
    } catch (error) {
      const { message, cause } = error as SetupError;
      if (!(cause instanceof Deno.errors.AddrInUse)) throw error;
      onPortInUse(message);
    }
  }
  useChannels(options.channels, (path) => checkWriting(findParent(root, path)));
}

/**
 * Returns a sentence for the log if a directory of channels is named that is missing: recordings in another one would be files that
 * clients can download.
 *
 * @param root free of symbolic links
 */
export function describeMissingChannels(
  { channels }: Pick<AmsOptions, "channels">,
  root: string,
): string | undefined {
  if (channels === DEFAULT_CHANNELS_DIRECTORY) return undefined;
  if (existsSync(join(root, channels))) return undefined;
  return `The directory of --channels '${channels}' is missing: there are no channels`;
}

/** Returns the directory, or the one in which it has to be made. */
function findParent(root: string, path: string): string {
  const found = findDirectory(root, path);
  if (found !== undefined) return found;
  const end = path.lastIndexOf("/");
  return end < 0 ? root : findParent(root, path.slice(0, end));
}

function useChannels<T>(path: string, use: (path: string) => T): T {
  try {
    return use(path);
  } catch (error) {
    throw new SetupError(`Cannot use --channels '${path}': ${describeSystemError(error)}`);
  }
}
