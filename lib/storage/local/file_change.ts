/** Detects that an open file was written to in place (docs/design/caching.md). */

import type { FileStatus, FileSystem } from "./file_system.ts";
import { isSameFile, type OpenedPath } from "./opened_path.ts";

export interface OpenedFile extends OpenedPath {
  readonly fd: number;
}

/**
 * Returns whether size and times are those of the status. Deno's `fstat` takes ten times longer than the status by path, so it serves
 * only files that were renamed, replaced or removed, which changes their `ctime`.
 *
 * @throws errors of the system
 */
export function isUnmodified(system: FileSystem, { fd, path, status }: OpenedFile): boolean {
  const found = ignoreErrors(() => system.statSync(path));
  return found && isSameFile(found, status)
    ? hasSameTimes(found, status)
    : hasSameContent(system.fstatSync(fd), status);
}

/** As `isUnmodified()`, for slow devices. */
export async function isUnmodifiedAsync(
  system: FileSystem,
  { fd, path, status }: OpenedFile,
): Promise<boolean> {
  const found = await system.stat(path).catch(() => undefined);
  return found && isSameFile(found, status)
    ? hasSameTimes(found, status)
    : hasSameContent(await system.fstat(fd), status);
}

function ignoreErrors<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function hasSameTimes({ size, mtime, ctime }: Deno.FileInfo, status: FileStatus): boolean {
  return size === status.size && mtime?.getTime() === status.mtimeMs &&
    (ctime?.getTime() ?? status.ctimeMs) === status.ctimeMs;
}

function hasSameContent(a: FileStatus, b: FileStatus): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs;
}
