import { SourceError } from "../errors.ts";
import type { OriginConnection } from "../origins/origin_connection.ts";
import type { RemoteFileAccess } from "../origins/remote_file.ts";
import { OutputError } from "./atomic_write.ts";

/**
 * Writes a package to a bucket by one request.
 *
 * @throws OutputError; the old package is unchanged then, unless only the response was lost
 */
export async function replaceRemoteFile(
  { write }: OriginConnection,
  { path, file, signal, text }: RemoteFileAccess & { readonly text: string },
): Promise<void> {
  if (!write) throw new OutputError(file, "a web server is only read; expected s3://");
  const bytes = new TextEncoder().encode(text);
  try {
    await write({ path, bytes, type: "application/json", signal });
  } catch (error) {
    if (signal.aborted) throw new OutputError(file, "it was interrupted");
    if (!(error instanceof SourceError)) throw error;
    throw new OutputError(file, error.message);
  }
}
