/** Resolves the URLs of a command line: which names a package has for files of other machines. */

import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { isAbsoluteUrl, removeQuery } from "../storage/remote/allowed_source.ts";
import { parseRemotePath, type RemotePath, toRemoteUrl } from "../origins/remote_path.ts";

export interface RemoteInput extends InputOptions {
  /** The URL, without the options in its query. */
  readonly path: string;
  /** In the package: relative to its directory, or the URL. */
  readonly name: string;
  readonly remote: RemotePath;
}

/** Returns whether a command line names files of other machines. */
export function usesOrigins(
  { output, inputs }: { readonly output: string; readonly inputs: readonly InputOptions[] },
): boolean {
  return isAbsoluteUrl(output) || inputs.some(({ file }) => isAbsoluteUrl(file));
}

/**
 * Returns where a package is to be written; undefined for a local one.
 *
 * @throws UsageError if it is no file of a bucket
 */
export function parseRemoteOutput(output: string): RemotePath | undefined {
  const remote = parseRemotePath(output);
  if (!remote || remote.origin.kind === "s3") return remote;
  throw new UsageError("Cannot write to a web server with -o: expected a path or s3://");
}

/**
 * Returns an input by its URL without the query; undefined for a local one.
 *
 * @param output where the package is to be written; absent for a local one
 * @throws UsageError for a local input of a remote package; MediaError if a package cannot store the name of an input
 */
export function resolveRemoteInput(
  input: InputOptions,
  output: RemotePath | undefined,
): RemoteInput | undefined {
  const remote = parseRemotePath(input.file);
  if (remote) {
    const file = removeQuery(input.file);
    const name = nameRemoteFile(remote, output);
    const { sidecar } = input;
    const owned = sidecar && { sidecar: { ...sidecar, owner: removeQuery(sidecar.owner) } };
    return { ...input, ...owned, file, path: toRemoteUrl(remote), name, remote };
  }
  if (!output) return undefined;
  throw new UsageError(
    `Cannot package '${input.file}' into a bucket: expected a file at http(s):// or s3://`,
  );
}

/**
 * Returns the name of a remote file in a package: relative to it where the file is below its directory, else the URL.
 *
 * @param output absent for a local package
 * @throws MediaError if a package cannot store the name
 */
export function nameRemoteFile(remote: RemotePath, output: RemotePath | undefined): string {
  const relative = output && findRelativeName(remote, output);
  if (relative === undefined || isAbsoluteUrl(relative)) return toRemoteUrl(remote);
  if (!relative.includes("\\")) return relative;
  throw new MediaError('Cannot package a file whose name contains "\\"').inFile(remote.name);
}

/** Returns undefined for a file that is not below the directory of the package. */
function findRelativeName({ origin, name }: RemotePath, output: RemotePath): string | undefined {
  const base = output.origin;
  if (origin.kind !== "s3" || base.kind !== "s3") return undefined;
  const isSame = origin.bucket === base.bucket && origin.endpoint === base.endpoint;
  if (!isSame || !origin.prefix.startsWith(base.prefix)) return undefined;
  return origin.prefix.slice(base.prefix.length) + name;
}
