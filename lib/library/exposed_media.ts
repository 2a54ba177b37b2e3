import { MediaError } from "../errors.ts";
import type { StoredFile } from "../storage/storage.ts";
import { isHidden } from "../url/path.ts";

/**
 * Requires that a file is not served as it is. Its real path decides, since every other path leads there.
 *
 * @throws MediaError `PACKAGE_EXPOSED`
 */
export function requireNotExposed({ path }: StoredFile, name: string): void {
  if (isHidden(path)) return;
  const why = "Cannot protect this file, which clients can download in the clear: expected a " +
    "directory whose name starts with a dot, or ams with --packages-only";
  throw new MediaError(why, "PACKAGE_EXPOSED").inFile(name);
}
