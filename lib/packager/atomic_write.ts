/** Replaces a file atomically: a temporary one is renamed, with the permissions of the old one. */

import { dirname, join } from "@std/path";
import { describeSystemError } from "../cli/system_error.ts";

export class OutputError extends Error {
  override name = "OutputError";

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
 * @param output name for messages
 * @throws OutputError; an existing file is unchanged then
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
  await syncDirectory(dirname(path));
}

/** Makes a renamed file survive a power failure. Windows and some network file systems cannot sync a directory. */
async function syncDirectory(path: string): Promise<void> {
  try {
    using directory = await Deno.open(path);
    await directory.sync();
  } catch {
    // the file is complete; the file system decides when its name is
  }
}

/** A dot file, which `ams` does not serve. */
function getTemporaryPath(path: string): string {
  return join(dirname(path), `.amspackager-${crypto.randomUUID()}`);
}

/** Renaming would remove a device or FIFO. */
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
