/** The package file, replaced as a whole or not at all. */

import { dirname, join } from "@std/path";

/** The package can't be written. */
export class OutputError extends Error {
  override name = "OutputError";

  /** @param cause what the system threw, or the rest of a sentence */
  constructor(output: string, cause: unknown) {
    super(`Cannot write '${output}': ${typeof cause === "string" ? cause : systemReason(cause)}`);
  }
}

function systemReason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "its folder is not there";
  if (error instanceof Deno.errors.NotADirectory) return "its folder is a file";
  if (error instanceof Deno.errors.NotCapable) return "AMS has no permission to write there";
  const { code, name, message } = error as Error & { code?: string };
  return code ?? `${name} ${message}`;
}

/**
 * Writes to a file beside it, then renames: whoever reads sees the old content or the new. The old file's
 * permissions are kept.
 *
 * @param path absolute
 * @param output what messages call it
 * @throws OutputError; then the old file is untouched, and nothing is left beside it
 */
export async function replaceFile(path: string, output: string, text: string): Promise<void> {
  const mode = await oldMode(path, output);
  const temporary = temporaryName(path);
  await orOutputError(output, async () => {
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

/** Hidden, since `ams` gives out no dot files. */
function temporaryName(path: string): string {
  return join(dirname(path), `.amspackager-${crypto.randomUUID()}`);
}

/** Of a regular file; renaming onto a device or a FIFO would do away with it. */
async function oldMode(path: string, output: string): Promise<number> {
  try {
    const old = await Deno.stat(path);
    if (old.isFile) return (old.mode ?? 0o666) & 0o777;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0o666; // less the umask
    throw new OutputError(output, error);
  }
  throw new OutputError(output, "what has this name is not a regular file");
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

async function orOutputError(output: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    throw new OutputError(output, error);
  }
}
