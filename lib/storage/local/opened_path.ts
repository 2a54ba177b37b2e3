/** Checks where an open file is (docs/design/sandbox.md). */

import type { FileStatus, FileSystem } from "./file_system.ts";

/** How many checks of each kind are made. A process that exchanges a directory and a link in a loop passes one of each in 10 % of opens, four in 1 of 900. */
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
  return orderChecks(internal).every((check) =>
    check === "realPath"
      ? system.realPathSync(path) === path
      : isSameFile(system.lstatSync(path), status)
  );
}

/** As `isAtPath()`, for slow devices. */
export async function isAtPathAsync(
  system: FileSystem,
  { path, internal, status }: OpenedPath,
): Promise<boolean> {
  for (const check of orderChecks(internal)) {
    const passed = check === "realPath"
      ? await system.realPath(path) === path
      : isSameFile(await system.lstat(path), status);
    if (!passed) return false;
  }
  return true;
}

/**
 * The real path is right only before an exchange, the inode of a file outside only after it. Exchanges keep in step with calls of the
 * same file system, which lets a fixed order pass; a random one passes with about one half per call.
 */
function orderChecks(internal = false): ("realPath" | "inode")[] {
  const count = internal ? 1 : CHECKS;
  let [realPaths, inodes] = [count, HAS_INODES ? count : 0];
  return Array.from({ length: realPaths + inodes }, () => {
    const isRealPath = Math.random() * (realPaths + inodes) < realPaths;
    isRealPath ? realPaths-- : inodes--;
    return isRealPath ? "realPath" : "inode";
  });
}

type FileNumbers = { readonly dev: number; readonly ino: number | null };

/** Returns false on Windows, where a path does not give the numbers of an open file. */
export function isSameFile(a: FileNumbers, b: FileNumbers): boolean {
  return HAS_INODES && a.dev === b.dev && a.ino === b.ino;
}
