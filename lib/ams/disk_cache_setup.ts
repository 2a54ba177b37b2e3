/** The directory of `--source-disk`, in which the storage worker writes. */

import { describeSystemError } from "../cli/system_error.ts";
import { SetupError } from "./setup.ts";
import type { DiskCache } from "./source_options.ts";

/**
 * Makes the directory if it is missing, and resolves links in its path.
 *
 * @throws SetupError if it cannot be used
 */
export function prepareDisk({ directory, maxBytes }: DiskCache): DiskCache {
  try {
    Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    const path = Deno.realPathSync(directory);
    Deno.removeSync(Deno.makeTempFileSync({ dir: path }));
    return { directory: path, maxBytes };
  } catch (error) {
    const isFile = error instanceof Deno.errors.AlreadyExists;
    const reason = isFile ? "it is no directory" : describeSystemError(error);
    throw new SetupError(`Cannot use --source-disk '${directory}': ${reason}`);
  }
}
