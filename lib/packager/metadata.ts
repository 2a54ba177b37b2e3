/** Checks the files of a command line that a package names without being media. */

import { withFileName } from "../errors.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { PackageMetadata } from "../package/package.ts";
import { POSTER_PATH } from "../package/metadata_schema.ts";
import { checkPoster, openChapterFile } from "../presentation/metadata.ts";
import type { OriginConnections } from "../origins/origin_connections.ts";
import { parseRemotePath, type RemotePath, toRemoteUrl } from "../origins/remote_path.ts";
import { openFile } from "../storage/local/file.ts";
import { isAbsoluteUrl, removeQuery } from "../storage/remote/allowed_source.ts";
import type { Source } from "../storage/source.ts";
import type { MetadataOptions } from "./metadata_options.ts";
import { type ResolvedName, resolveName } from "./resolve_paths.ts";
import { nameRemoteFile } from "./resolve_remote.ts";

export interface ReadMetadata {
  /** With paths relative to the package. */
  readonly metadata: PackageMetadata;
  /** Paths of the files that it names. */
  readonly files: readonly string[];
}

/** Where the package is to be. */
export interface MetadataPlace {
  /** Real path of its directory; of no use to a remote package. */
  readonly directory: string;
  /** Absent for a local package. */
  readonly remote?: RemotePath | undefined;
  readonly origins: OriginConnections;
}

/**
 * Reads what the package declares of the whole presentation.
 *
 * @throws UsageError for a poster that is not below the package, and a local file of a remote one; MediaError for a poster or chapters
 *   that cannot be used
 */
export async function readMetadata(
  { poster: image, chapters: vtt, ...texts }: MetadataOptions,
  place: MetadataPlace,
): Promise<ReadMetadata> {
  const poster = image === undefined ? undefined : await readPoster(image, place);
  const chapters = vtt === undefined ? undefined : await readChapters(vtt, place);
  return {
    metadata: {
      ...texts,
      ...poster && { poster: poster.name },
      ...chapters && { chapters: chapters.name },
    },
    files: [poster, chapters].flatMap((found) => found ? [found.path] : []),
  };
}

async function readPoster(image: string, place: MetadataPlace): Promise<ResolvedName> {
  const { file, name, path, open } = await locate("poster", image, place);
  if (isAbsoluteUrl(name) || !POSTER_PATH.test(name)) {
    const expected = "expected an image in the directory of the package or below it";
    throw new UsageError(`Cannot use --poster ${JSON.stringify(file)}: ${expected}`);
  }
  await withFileName(file, () => checkPoster(path, open));
  return { name, path };
}

async function readChapters(vtt: string, place: MetadataPlace): Promise<ResolvedName> {
  const { file, name, path, open } = await locate("chapters", vtt, place);
  await withFileName(file, () => openChapterFile(path, open));
  return { name, path };
}

interface LocatedFile extends ResolvedName {
  /** For messages. */
  readonly file: string;
  readonly open: () => Source | Promise<Source>;
}

/** @param option its name */
async function locate(
  option: "poster" | "chapters",
  typed: string,
  { directory, remote, origins }: MetadataPlace,
): Promise<LocatedFile> {
  const found = parseRemotePath(typed);
  if (found) {
    const file = removeQuery(typed);
    const [name, path] = [nameRemoteFile(found, remote), toRemoteUrl(found)];
    return { file, name, path, open: () => origins.open(found, { file }) };
  }
  if (remote) {
    const expected = "expected http(s):// or s3:// as the package is in a bucket; upload it first";
    throw new UsageError(`Cannot use --${option} ${JSON.stringify(typed)}: ${expected}`);
  }
  const resolved = await resolveName(typed, directory);
  return { ...resolved, file: typed, open: () => openFile(resolved.path, typed) };
}
