/** Checks of what a recorder needs, before it starts. */

import { describeSystemError } from "../cli/system_error.ts";
import type { Certificate } from "../http/server.ts";
import { prepareDirectory } from "../live/prepare_directory.ts";
import type { AmsOptions } from "./options.ts";
import type { RecorderConfig } from "./recorder_worker_messages.ts";
import { findAddress, SetupError } from "./setup.ts";

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
    directory: makeChannels(root, path),
    path,
    ...ingest && { address: findAddress(ingest) },
    ...ingestTls && { tlsAddress: findAddress(ingestTls) },
    ...certificate && { certificate },
    maxIngestBytes,
  };
}

function makeChannels(root: string, path: string): string {
  try {
    return prepareDirectory(root, path);
  } catch (error) {
    throw new SetupError(`Cannot use --channels '${path}': ${describeSystemError(error)}`);
  }
}
