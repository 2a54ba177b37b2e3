import { MediaError, RequestError, SourceError } from "../errors.ts";
import { compareNames } from "../natural_order.ts";
import type { OriginConnections } from "./origin_connections.ts";
import { type RemotePath, toRemoteUrl } from "./remote_path.ts";

/**
 * Lists the directory of a remote file, in natural order, without names that start with a dot.
 *
 * @throws MediaError that names the file, if the origin denies it or is a web server; the reason of the signal
 */
export async function listRemoteSiblings(
  remote: RemotePath,
  origins: OriginConnections,
): Promise<readonly string[]> {
  const { reader } = origins.connect(remote.origin);
  try {
    const entries = await reader.list("", origins.signal) ?? [];
    return entries.filter(({ name, kind }) => kind === "file" && !name.startsWith("."))
      .map(({ name }) => name).sort(compareNames);
  } catch (error) {
    if (!(error instanceof SourceError || error instanceof RequestError)) throw error;
    const why = error instanceof RequestError
      ? "Cannot find the files that belong to it: web servers have no listings; name them"
      : error.message;
    throw new MediaError(why, "MEDIA_READ").inFile(toRemoteUrl(remote));
  }
}
