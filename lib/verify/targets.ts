/** Files that a command line of `amspackager verify` names. */

import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import { getDocumentKind } from "../package/document_kind.ts";
import { MAX_PACKAGE_SIZE } from "../package/package.ts";
import { walkDirectories } from "../storage/local/directory_walk.ts";
import { isPackage } from "../url/path.ts";

export interface Target {
  readonly file: string;
  /** Why it cannot be verified. */
  readonly error?: Error;
}

/**
 * Returns files as they are, and the packages and channels below each directory. A directory that cannot be read, or has neither, is a
 * target with an error.
 */
export async function listTargets(paths: readonly string[]): Promise<Target[]> {
  const targets: Target[] = [];
  for (const path of paths) {
    const found = await isDirectory(path) ? await listDirectory(path) : [{ file: path }];
    for (const target of found) targets.push(target);
  }
  return targets;
}

export async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // opening the file reports why it cannot be read
  }
}

async function listDirectory(root: string): Promise<Target[]> {
  const targets: Target[] = [];
  const fail = (directory: string, error: unknown) => {
    const why = `Cannot read this directory: ${describeSystemError(error)}`;
    targets.push({ file: directory, error: new MediaError(why, "MEDIA_READ").inFile(directory) });
  };
  for await (const { directory, names } of walkDirectories(root, fail)) {
    for (const name of names.filter(isPackage)) {
      const file = join(directory, name);
      if (await isOwnDocument(file)) targets.push({ file });
    }
  }
  if (targets.length > 0) return targets;
  const why = "Cannot find a package or a channel below it";
  return [{ file: root, error: new MediaError(why, "MEDIA_MISSING").inFile(root) }];
}

/** True for what cannot be read, which verifying it reports. */
async function isOwnDocument(file: string): Promise<boolean> {
  try {
    if ((await Deno.stat(file)).size > MAX_PACKAGE_SIZE) return false;
    return getDocumentKind(await Deno.readTextFile(file)) !== "other";
  } catch {
    return true;
  }
}
