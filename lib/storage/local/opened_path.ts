/** Checks where an open file is (docs/design/sandbox.md). */

import type { FileStatus, FileSystem } from "./file_system.ts";

/** A process that exchanges a file and a link in a loop passes one check in 4 % of opens, four in 1 of 150,000. */
const CHECKS = 16;

const HAS_INODES = Deno.build.os !== "windows";

/** The path had no links before the file was opened. */
export interface OpenedPath {
  readonly path: string;
  /** As in `OpenOptions`: the path is checked once. */
  readonly internal?: boolean | undefined;
  /** Status of the open file. */
  readonly status: FileStatus;
}

/**
 * Returns whether the path, which still has no links, leads to the open file. Checks repeatedly: any directory in the path may be
 * exchanged with a link, and exchanged again.
 *
 * @throws errors of the system
 */
export function isAtPath(system: FileSystem, { path, internal, status }: OpenedPath): boolean {
  for (let i = 0; i < (internal ? 1 : CHECKS); i++) {
    if (system.realPathSync(path) !== path) return false;
    if (HAS_INODES && !isSameFile(system.lstatSync(path), status)) return false;
  }
  return true;
}

/** As `isAtPath()`, for slow devices. */
export async function isAtPathAsync(
  system: FileSystem,
  { path, internal, status }: OpenedPath,
): Promise<boolean> {
  for (let i = 0; i < (internal ? 1 : CHECKS); i++) {
    if (await system.realPath(path) !== path) return false;
    if (HAS_INODES && !isSameFile(await system.lstat(path), status)) return false;
  }
  return true;
}

type FileNumbers = { readonly dev: number; readonly ino: number | null };

/** Returns false on Windows, where a path does not give the numbers of an open file. */
export function isSameFile(a: FileNumbers, b: FileNumbers): boolean {
  return HAS_INODES && a.dev === b.dev && a.ino === b.ino;
}
