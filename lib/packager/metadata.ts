/** Checks the files of a command line that a package names without being media. */

import { withFileName } from "../errors.ts";
import { UsageError } from "../cli/usage_error.ts";
import type { PackageMetadata } from "../package/package.ts";
import { POSTER_PATH } from "../package/metadata_schema.ts";
import { checkPoster, openChapterFile } from "../presentation/metadata.ts";
import { openFile } from "../storage/local/file.ts";
import type { MetadataOptions } from "./metadata_options.ts";
import { type ResolvedName, resolveName } from "./resolve_paths.ts";

export interface ReadMetadata {
  /** With paths relative to the package. */
  readonly metadata: PackageMetadata;
  /** Paths of the files that it names. */
  readonly files: readonly string[];
}

/**
 * Reads what the package declares of the whole presentation.
 *
 * @param directory real path of the package's directory
 * @throws UsageError for a poster that is not below it; MediaError for a poster or chapters that cannot be used
 */
export async function readMetadata(
  { poster: image, chapters: vtt, ...texts }: MetadataOptions,
  directory: string,
): Promise<ReadMetadata> {
  const poster = image === undefined ? undefined : await readPoster(image, directory);
  const chapters = vtt === undefined ? undefined : await readChapters(vtt, directory);
  return {
    metadata: {
      ...texts,
      ...poster && { poster: poster.name },
      ...chapters && { chapters: chapters.name },
    },
    files: [poster, chapters].flatMap((found) => found ? [found.path] : []),
  };
}

async function readPoster(file: string, directory: string): Promise<ResolvedName> {
  const { name, path } = await resolveName(file, directory);
  if (!POSTER_PATH.test(name)) {
    const expected = "expected an image in the directory of the package or below it";
    throw new UsageError(`Cannot use --poster ${JSON.stringify(file)}: ${expected}`);
  }
  await withFileName(file, () => checkPoster(path, (path) => openFile(path, file)));
  return { name, path };
}

async function readChapters(file: string, directory: string): Promise<ResolvedName> {
  const { name, path } = await resolveName(file, directory);
  await withFileName(file, () => openChapterFile(path, (path) => openFile(path, file)));
  return { name, path };
}
