/** Reads files of web servers and buckets. Errors name them as the command line does. */

import { MediaError, SourceError } from "../errors.ts";
import type { RangeReader } from "../storage/remote/range_reader.ts";
import { openRangeSource } from "../storage/remote/range_source.ts";
import type { Source } from "../storage/source.ts";

export interface RemoteFileAccess {
  /** Below the origin. */
  readonly path: string;
  /** For messages. */
  readonly file: string;
  readonly signal: AbortSignal;
}

/** @throws MediaError that names the file; the reason of the signal */
export async function openRemoteFile(
  reader: RangeReader,
  { path, file, signal }: RemoteFileAccess,
): Promise<Source> {
  let source: Source | undefined;
  try {
    source = await openRangeSource(reader, { path, name: file, signal });
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new MediaError(error.message, "MEDIA_READ").inFile(file);
  }
  if (source) return source;
  throw new MediaError("Cannot find this file at the origin", "MEDIA_MISSING").inFile(file);
}
