/** Files of web servers and buckets on a command line. */

import { UsageError } from "../cli/usage_error.ts";
import { isAbsoluteUrl } from "../storage/remote/allowed_source.ts";
import {
  MountSourceError,
  parseMountSource,
  type ReadVariable,
} from "../storage/remote/mount_source.ts";
import { isRemotePath } from "../storage/remote/object_url.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";

/** A file of a command line that is on another machine. */
export interface RemotePath {
  /** The directory of the file. */
  readonly origin: RemoteOrigin;
  /** The name of the file in it, not percent-encoded. */
  readonly name: string;
}

const readEnvironmentVariable: ReadVariable = (name) => Deno.env.get(name);

/**
 * Parses the URL of a file, with the options of mounts in its query: they are not sent. Returns undefined for a local path.
 *
 * @throws UsageError, without what a URL may contain besides its host
 */
export function parseRemotePath(
  text: string,
  readVariable: ReadVariable = readEnvironmentVariable,
): RemotePath | undefined {
  if (!isAbsoluteUrl(text)) return undefined;
  const [, directory = "", encoded = "", query = ""] = /^([^?]*)\/([^?]*)(\?.*)?$/s.exec(text) ??
    [];
  const origin = parseOrigin(directory + query, readVariable);
  const name = origin.kind === "s3" ? encoded : decodeName(encoded);
  if (name !== undefined && isRemotePath(name) && !name.includes("/")) return { origin, name };
  throw new UsageError("Cannot use this URL: expected a file at the end of its path");
}

/**
 * Parses the URL of a directory, with the options of mounts in its query. Returns undefined for a local path.
 *
 * @throws UsageError
 */
export function parseRemoteDirectory(
  text: string,
  readVariable: ReadVariable = readEnvironmentVariable,
): RemoteOrigin | undefined {
  return isAbsoluteUrl(text) ? parseOrigin(text, readVariable) : undefined;
}

function parseOrigin(text: string, readVariable: ReadVariable): RemoteOrigin {
  try {
    const source = parseMountSource(text, readVariable);
    if (source.kind !== "directory") return source;
    throw new UsageError("Cannot use this URL: expected http://, https:// or s3://");
  } catch (error) {
    if (!(error instanceof MountSourceError)) throw error;
    throw new UsageError(error.message.replace("this source", "this URL"));
  }
}

function decodeName(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
