import { join } from "@std/path";

const LOCK_FILE = "lock";

/**
 * Locks the directory of an archive, which exists, until the lock is disposed or the process ends.
 *
 * @returns undefined while another process has it
 */
export function tryLockArchive(directory: string): Disposable | undefined {
  const file = Deno.openSync(join(directory, LOCK_FILE), { create: true, write: true });
  if (file.tryLockSync(true)) return { [Symbol.dispose]: () => file.close() }; // which unlocks it
  file.close();
  return undefined;
}
