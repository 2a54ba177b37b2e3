/** Checks of the document root before anything is served. */

import { userInfo } from "node:os";
import { join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";
import { SetupError } from "./setup.ts";

/**
 * Resolves links, so that those that lead outside can be recognized.
 *
 * @throws SetupError for what is no directory, or one whose files this user cannot list and open
 */
export function resolveRoot(directory: string): string {
  try {
    const path = Deno.realPathSync(directory);
    requireDirectory(path);
    return path;
  } catch (error) {
    throw new SetupError(`Cannot serve '${directory}': ${describeRootError(error)}`);
  }
}

function requireDirectory(path: string): void {
  if (!Deno.statSync(path).isDirectory) throw new Deno.errors.NotADirectory();
  Deno.readDirSync(path)[Symbol.iterator]().next();
  requireSearchable(path);
}

/** Permission to list a directory is not yet one to open its files. */
function requireSearchable(path: string): void {
  try {
    Deno.lstatSync(join(path, ".ams"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function describeRootError(error: unknown): string {
  if (!(error instanceof Deno.errors.PermissionDenied)) return describeSystemError(error);
  return `permission denied to ${describeUser()}, who must be able to list the directory and open its files`;
}

/** Containers often use numbers that have no name. */
function describeUser(): string {
  try {
    return `user '${userInfo().username}'`;
  } catch {
    return `user ${Deno.uid() ?? "of this process"}`;
  }
}

/** Returns the number of the device that contains the root, on which an empty root may be no more than a mount point. */
export function getDevice(root: string): number {
  return Deno.statSync(root).dev;
}
