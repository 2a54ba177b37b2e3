/** Reads and replaces files of web servers and buckets. Errors name them as the command line does. */

import { MediaError, SourceError } from "../errors.ts";
import type { RangeReader } from "../storage/remote/range_reader.ts";
import { openRangeSource } from "../storage/remote/range_source.ts";
import type { Source } from "../storage/source.ts";
import { OutputError } from "./atomic_write.ts";
import type { OriginConnection } from "./origin_connection.ts";

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
    source = await openRangeSource(reader, path, signal);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new MediaError(error.message, "MEDIA_READ").inFile(file);
  }
  if (source) return source;
  throw new MediaError("Cannot find this file at the origin", "MEDIA_MISSING").inFile(file);
}

/**
 * Writes a package by one request.
 *
 * @throws OutputError; the old package is unchanged then, unless only the response was lost
 */
export async function replaceRemoteFile(
  { write }: OriginConnection,
  { path, file, signal, text }: RemoteFileAccess & { readonly text: string },
): Promise<void> {
  if (!write) throw new OutputError(file, "a web server is only read; expected s3://");
  const bytes = new TextEncoder().encode(text);
  try {
    await write({ path, bytes, type: "application/json", signal });
  } catch (error) {
    if (signal.aborted) throw new OutputError(file, "it was interrupted");
    if (!(error instanceof SourceError)) throw error;
    throw new OutputError(file, error.message);
  }
}
