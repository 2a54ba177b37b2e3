/** Adds to a package the entity tags of its files, so that `ams` serves it without reading them again and again. */

import { MediaError } from "../errors.ts";
import type { Package, PackageSource } from "../package/package.ts";
import { digestFile } from "../presentation/file_digest.ts";
import { isAbsoluteUrl, removeQuery } from "../storage/remote/allowed_source.ts";
import { isRemotePath } from "../storage/remote/object_url.ts";
import type { RangeReader } from "../storage/remote/range_reader.ts";
import { openRemoteFile } from "../origins/remote_file.ts";

/**
 * Returns the package with the entity tag of each file, after a comparison of size and digest. Files that it names by URLs stay.
 *
 * @param reader reads the directory of the package where its files are served from
 * @throws MediaError that names the file if it is another one, or the origin does not serve it or has no strong entity tag of it; the
 *   reason of the signal
 */
export async function sealPackage(
  pack: Package,
  reader: RangeReader,
  signal: AbortSignal,
): Promise<Package> {
  const known = new Map(pack.sources?.map((source) => [source.file, source]));
  const sealed = new Map<string, PackageSource>();
  for (const file of new Set(pack.tracks.map(({ file }) => file))) {
    sealed.set(file, await sealFile(file, { known: known.get(file), reader, signal }));
  }
  for (const [file, source] of known) if (!sealed.has(file)) sealed.set(file, source);
  return { ...pack, sources: [...sealed.values()] };
}

async function sealFile(
  file: string,
  { known, reader, signal }: {
    readonly known: PackageSource | undefined;
    readonly reader: RangeReader;
    readonly signal: AbortSignal;
  },
): Promise<PackageSource> {
  if (known && isAbsoluteUrl(file)) return known; // its tag is of where it is
  if (known?.digest === undefined || known.size === undefined) {
    throw refuse(file, "the package has no digest of it; package it again");
  }
  if (!isRemotePath(file)) throw refuse(file, "it is not in the directory of the package");
  const source = await openRemoteFile(reader, { path: file, file, signal });
  if (source.size !== known.size) {
    throw refuse(file, `the origin has ${source.size} bytes, and the package ${known.size}`);
  }
  if (await digestFile(file, source) !== known.digest) {
    throw refuse(file, "the origin has another file of the same size");
  }
  const { etag } = source;
  if (etag === undefined) throw refuse(file, "the origin sends no strong ETag of it");
  const { size, digest, content } = known;
  return { file, size, digest, etag, ...content !== undefined && { content } };
}

function refuse(file: string, why: string): MediaError {
  return new MediaError(`Cannot seal this file: ${why}`).inFile(removeQuery(file));
}
