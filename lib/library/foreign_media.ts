/** Media files in other containers than MP4, by their names: requests for them as assets learn how to convert them. */

import { MediaError } from "../errors.ts";
import { describeForeignFormat, FOREIGN_PROBE_SIZE } from "../mp4/foreign_format.ts";
import { readBytes } from "../storage/source.ts";
import type { StoredFile } from "../storage/storage.ts";
import { getFileName } from "../url/path.ts";
import type { DocumentRoot } from "./document_root.ts";

/**
 * Reads the start of a file, and returns the error that says what it is, with the command that converts it.
 *
 * @throws RequestError, MediaError if it cannot be read
 */
export async function createForeignMediaError(
  { storage }: DocumentRoot,
  file: string,
  { path }: StoredFile,
): Promise<MediaError> {
  const source = await storage.open(path, getFileName(file));
  try {
    const bytes = await readBytes(source, 0, Math.min(source.size, FOREIGN_PROBE_SIZE));
    const reason = describeForeignFormat(bytes, source.name) ||
      "Cannot stream this file: expected MP4";
    return new MediaError(reason, "MEDIA_UNSUPPORTED").inFile(source.name);
  } finally {
    source.close();
  }
}
