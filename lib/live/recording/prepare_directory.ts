/** Prepares the directory of channel files and archives. */

import { join } from "@std/path";
import { findLinkStatus } from "../../link_status.ts";

/**
 * Returns the path of a directory below the root, and makes it if it is missing.
 *
 * @param root free of symbolic links
 * @param path relative to the root
 * @throws Error with the reason on one line; errors of the file system
 */
export function prepareDirectory(root: string, path: string): string {
  return walk(root, path, (directory) => Deno.mkdirSync(directory))!;
}

/** Returns undefined if there is no such directory; otherwise like `prepareDirectory()`. */
export function findDirectory(root: string, path: string): string | undefined {
  return walk(root, path);
}

/** Links are rejected, since they can lead to where the recorder may not write. */
function walk(root: string, path: string, make?: (directory: string) => void): string | undefined {
  const names = path.split("/");
  for (const i of names.keys()) {
    const part = names.slice(0, i + 1).join("/");
    const status = findLinkStatus(join(root, part));
    if (!status && !make) return undefined;
    if (!status) make!(join(root, part));
    else if (status.isSymlink) throw new Error(`'${part}' is a link, expected a directory`);
    else if (!status.isDirectory) throw new Error(`'${part}' is a file, expected a directory`);
  }
  return join(root, path);
}

/**
 * Creates a file in the directory, and removes it.
 *
 * @throws errors of the file system
 */
export function checkWriting(directory: string): void {
  Deno.removeSync(Deno.makeTempFileSync({ dir: directory, prefix: ".ams-" }));
}
