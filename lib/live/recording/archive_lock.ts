import { lstatSync } from "node:fs";
import { join } from "@std/path";
import type { ArchiveLock } from "./channel_directory.ts";

const LOCK_FILE = "lock";

/**
 * Locks the directory of an archive, which exists, until the lock is disposed or the process ends.
 *
 * @returns undefined while another process has it
 * @throws an error of the system, or if the lock file is a link, which may lead out of the sandbox
 */
export function tryLockArchive(directory: string): ArchiveLock | undefined {
  const path = join(directory, LOCK_FILE);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Error("Cannot lock an archive by a link");
  }
  const file = Deno.openSync(path, { create: true, write: true });
  if (!file.tryLockSync(true)) {
    file.close();
    return undefined;
  }
  const { ino } = file.statSync();
  return {
    get isValid() {
      return lstatSync(path, { throwIfNoEntry: false })?.ino === ino;
    },
    [Symbol.dispose]: () => file.close(), // which unlocks it
  };
}
