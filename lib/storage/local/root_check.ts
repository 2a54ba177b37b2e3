import { join } from "@std/path";
import type { FileSystem } from "./file_system.ts";

/** A name that need not exist, to search the root for. */
const PROBE = ".ams";

/**
 * Returns whether the root cannot be accessed or searched, or is the empty directory at which a file system was mounted.
 *
 * @param device number of the device that contained the root at startup, if known
 */
export async function isRootGone(
  system: FileSystem,
  root: string,
  device: number | undefined,
): Promise<boolean> {
  try {
    const { isDirectory, dev } = await system.stat(root);
    if (!isDirectory || !await isSearchable(system, root)) return true;
    return device !== undefined && dev !== device && (await system.readDir(root)).length === 0;
  } catch (error) {
    const { code } = error as { code?: string };
    return code !== "EMFILE" && code !== "ENFILE"; // a lack of descriptors says nothing about the root
  }
}

async function isSearchable(system: FileSystem, root: string): Promise<boolean> {
  try {
    await system.stat(join(root, PROBE));
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotFound;
  }
}
