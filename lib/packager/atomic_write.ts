/** Replaces a file atomically. */

import { dirname, join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";

/** The package cannot be written. */
export class OutputError extends Error {
  override name = "OutputError";

  /** @param cause an error of the system, or the reason */
  constructor(output: string, cause: unknown) {
    super(
      `Cannot write '${output}': ${typeof cause === "string" ? cause : describeWriteError(cause)}`,
    );
  }
}

function describeWriteError(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "its directory does not exist";
  if (error instanceof Deno.errors.NotADirectory) return "its directory is a file";
  return describeSystemError(error);
}

/**
 * Writes to a temporary file and renames it, so that readers see either the old content or the new. Permissions of an
 * existing file are preserved.
 *
 * @param path absolute
 * @param output name for messages
 * @throws OutputError; then an existing file is unchanged, and there is no temporary file
 */
export async function replaceFile(path: string, output: string, text: string): Promise<void> {
  const mode = await getMode(path, output);
  const temporary = getTemporaryPath(path);
  await wrapErrors(output, async () => {
    using file = await Deno.open(temporary, { write: true, createNew: true, mode });
    try {
      await writeAll(file, new TextEncoder().encode(text));
      await file.sync();
      await Deno.rename(temporary, path);
    } catch (error) {
      await Deno.remove(temporary);
      throw error;
    }
  });
}

/** A dot file, which `ams` does not serve. */
function getTemporaryPath(path: string): string {
  return join(dirname(path), `.amspackager-${crypto.randomUUID()}`);
}

/** Permissions of the file to replace. Only regular files are: renaming would remove a device or FIFO. */
async function getMode(path: string, output: string): Promise<number> {
  try {
    const { isFile, mode } = await Deno.stat(path);
    if (isFile) return (mode ?? 0o666) & 0o777;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0o666; // minus umask
    throw new OutputError(output, error);
  }
  throw new OutputError(output, "it is not a regular file");
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function wrapErrors(output: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new OutputError(output, error);
  }
}
