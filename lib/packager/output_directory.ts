/** Replaces a directory as a whole: a temporary one is renamed when it is complete. */

import { dirname, join, resolve } from "@std/path";
import { OutputError } from "./atomic_write.ts";

const PACKAGE_FILE = "video.json";

/**
 * Calls `fill` with a new directory, and puts it at `output`.
 *
 * @throws OutputError, and what `fill` throws; an existing directory is unchanged then
 */
export async function replaceDirectory(
  output: string,
  fill: (directory: string) => Promise<void>,
): Promise<void> {
  const path = resolve(output);
  await refuseOthers(path, output);
  const temporary = await makeTemporary(path, output);
  try {
    await fill(temporary);
    await refuseOthers(path, output); // it may have changed meanwhile
    await wrap(output, () => exchange(temporary, path));
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {}); // the first error counts
    throw error;
  }
}

/** A dot directory, which `ams` does not serve. */
async function makeTemporary(path: string, output: string): Promise<string> {
  const temporary = join(dirname(path), `.amspackager-${crypto.randomUUID()}`);
  await wrap(output, () => Deno.mkdir(temporary));
  return temporary;
}

/** No system call of Deno exchanges directories: for a moment there is none. */
async function exchange(temporary: string, path: string): Promise<void> {
  const old = `${temporary}-old`;
  const hasOld = await renameIfExists(path, old);
  try {
    await Deno.rename(temporary, path);
  } catch (error) {
    if (hasOld) await Deno.rename(old, path);
    throw error;
  }
  if (hasOld) await Deno.remove(old, { recursive: true });
}

async function renameIfExists(from: string, to: string): Promise<boolean> {
  try {
    await Deno.rename(from, to);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** A mistyped command line must not remove other files: only what a capture writes may be there. */
async function refuseOthers(path: string, output: string): Promise<void> {
  const entries = await listIfExists(path, output);
  if (!entries) return;
  const isPeriods = entries.every(({ name, isDirectory }) => isDirectory && PERIOD.test(name));
  if (!isPeriods) return refuseOtherFiles(entries, output);
  for (const { name } of entries) {
    const directory = join(output, name);
    refuseOtherFiles(await listIfExists(join(path, name), directory) ?? [], directory);
  }
}

const PERIOD = /^[1-9][0-9]*$/;

function refuseOtherFiles(entries: readonly Deno.DirEntry[], directory: string): void {
  const hasPackage = entries.some(({ name }) => name === PACKAGE_FILE);
  const isOwn = ({ name, isFile }: Deno.DirEntry) =>
    isFile && (name === PACKAGE_FILE || name.endsWith(".mp4"));
  const other = entries.find((entry) => !isOwn(entry));
  if (!other && (hasPackage || entries.length === 0)) return;
  const found = other ? `it contains ${JSON.stringify(other.name)}` : `it has no ${PACKAGE_FILE}`;
  throw new OutputError(directory, `${found}; expected the directory of an earlier capture`);
}

async function listIfExists(path: string, output: string): Promise<Deno.DirEntry[] | undefined> {
  try {
    if (!(await Deno.lstat(path)).isDirectory) {
      throw new OutputError(output, "it is not a directory");
    }
    return await Array.fromAsync(Deno.readDir(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error instanceof OutputError ? error : new OutputError(output, error);
  }
}

async function wrap<T>(output: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new OutputError(output, error);
  }
}
