import { MediaError } from "../errors.ts";
import { isHidden } from "../url/path.ts";

/**
 * Requires that a file is not served as it is.
 *
 * @param paths its real paths, one for each mount that shows it: every other path leads to one of them
 * @throws MediaError `PACKAGE_EXPOSED`
 */
export function requireNotExposed(paths: readonly string[], name: string): void {
  if (paths.every(isHidden)) return;
  const why = "Cannot protect this file, which clients can download in the clear: expected a " +
    "directory whose name starts with a dot, or ams with --packages-only";
  throw new MediaError(why, "PACKAGE_EXPOSED").inFile(name);
}
