/** Files that a command line of `amspackager verify` names. */

import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import { MediaError } from "../errors.ts";
import { getDocumentKind } from "../package/document_kind.ts";
import { MAX_PACKAGE_SIZE } from "../package/package.ts";
import { walkDirectories } from "../storage/local/directory_walk.ts";
import { removeQuery } from "../storage/remote/allowed_source.ts";
import { isPackage } from "../url/path.ts";
import { parseRemotePath, type RemotePath } from "../origins/remote_path.ts";

export interface Target {
  /** As typed; a URL without its query. */
  readonly file: string;
  /** Absent for a local file. */
  readonly remote?: RemotePath;
  /** Why it cannot be verified. */
  readonly error?: Error;
}

/** @throws UsageError for a URL that cannot be used */
export function parseTarget(typed: string): Target {
  const remote = parseRemotePath(typed);
  return remote ? { file: removeQuery(typed), remote } : { file: typed };
}

/**
 * Returns files as they are, and the packages and channels below each directory. A directory that cannot be read, or has neither, is a
 * target with an error.
 */
export async function listTargets(typed: readonly Target[]): Promise<Target[]> {
  const targets: Target[] = [];
  for (const target of typed) {
    const found = await isDirectory(target) ? await listDirectory(target.file) : [target];
    for (const target of found) targets.push(target);
  }
  return targets;
}

export async function isDirectory({ file, remote }: Target): Promise<boolean> {
  try {
    return !remote && (await Deno.stat(file)).isDirectory;
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
