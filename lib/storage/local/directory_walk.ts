/** Walks through a directory and those below it. */

import { dirname, join, resolve } from "@std/path";
import { compareNames } from "../../natural_order.ts";

export interface WalkedDirectory {
  /** Begins as the path that was given. */
  readonly directory: string;
  /** Files in natural order. */
  readonly names: readonly string[];
}

interface Entries {
  readonly files: string[];
  readonly directories: string[];
}

/**
 * Returns directories in natural order, each before those below it. Names that start with a dot are skipped, since `ams` hides them, and
 * so are links to directories, which may form a circle.
 *
 * @param onError called for each directory that cannot be read; what it throws ends the walk
 */
export async function* walkDirectories(
  directory: string,
  onError: (directory: string, error: unknown) => void,
): AsyncGenerator<WalkedDirectory> {
  const { files, directories } = await list(directory, onError);
  yield { directory, names: files.sort(compareNames) };
  for (const name of directories.sort(compareNames)) {
    yield* walkDirectories(join(directory, name), onError);
  }
}

/** Lists the directory of a file; nothing if it cannot be read, which opening the file reports. */
export async function listSiblings(file: string): Promise<readonly string[]> {
  for await (const { names } of walkDirectories(dirname(resolve(file)), () => {})) return names;
  return [];
}

async function list(
  directory: string,
  onError: (directory: string, error: unknown) => void,
): Promise<Entries> {
  const entries: Entries = { files: [], directories: [] };
  try {
    for await (const { name, isFile, isDirectory, isSymlink } of Deno.readDir(directory)) {
      if (name.startsWith(".")) continue;
      if (isDirectory) entries.directories.push(name);
      else if (isFile || isSymlink && await isLinkToFile(join(directory, name))) {
        entries.files.push(name);
      }
    }
  } catch (error) {
    onError(directory, error);
  }
  return entries;
}

/** A link to nothing is none. */
async function isLinkToFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.FilesystemLoop) {
      return false;
    }
    throw error;
  }
}
