/** Files of web servers and buckets on a command line. */

import { formatSource } from "../ams/source_options.ts";
import { UsageError } from "../cli/usage_error.ts";
import { isAbsoluteUrl } from "../storage/remote/allowed_source.ts";
import {
  decodePercent,
  MountSourceError,
  parseAllowedSource,
  parseMountSource,
  type ReadVariable,
} from "../storage/remote/mount_source.ts";
import { encodeUrlPart, isRemotePath } from "../storage/remote/object_url.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";

/** A file of a command line that is on another machine. */
export interface RemotePath {
  /** The directory of the file, or one above it. */
  readonly origin: RemoteOrigin;
  /** Below that, as its paths are: percent-encoded only below one of `--allow-source`. */
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
  const name = origin.kind === "s3" ? encoded : decodePercent(encoded);
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

/**
 * Parses a URL below which packages may name files by their URLs.
 *
 * @throws UsageError
 */
export function parseAllowedOrigin(
  text: string,
  readVariable: ReadVariable = readEnvironmentVariable,
): RemoteOrigin {
  return explain("--allow-source", () => parseAllowedSource(text, readVariable));
}

function parseOrigin(text: string, readVariable: ReadVariable): RemoteOrigin {
  return explain("this URL", () => {
    const source = parseMountSource(text, readVariable);
    if (source.kind !== "directory") return source;
    throw new UsageError("Cannot use this URL: expected http://, https:// or s3://");
  });
}

function explain<T>(subject: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof MountSourceError)) throw error;
    throw new UsageError(error.message.replace("this source", subject));
  }
}

/** Returns the URL as packages write it: keys of buckets are not percent-encoded. */
export function toRemoteUrl({ origin, name }: RemotePath): string {
  return formatSource(origin) + (origin.kind === "s3" ? name : encodeUrlPart(name));
}
