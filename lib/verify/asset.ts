/** Opens the asset to verify. */

import { basename, dirname, join } from "@std/path";
import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import { groupFilms } from "../library/film_groups.ts";
import { listSiblings } from "../storage/local/directory_walk.ts";
import type { Package, PackageSource } from "../package/package.ts";
import { readPackage } from "../package/read_package.ts";
import type { Role } from "../package/role.ts";
import { DEFAULT_SEGMENT_SECONDS, isMediaFile } from "../url/path.ts";
import { type OpenedPresentation, openInputs, openPackage } from "../presentation/open.ts";
import { digestFile } from "../presentation/file_digest.ts";
import { digestContent } from "../storage/content_digest.ts";
import type { KeyAccess } from "../presentation/protection.ts";
import { openKeyAccess } from "./key_access.ts";
import type { OperatorMetadata } from "./checks/metadata.ts";
import { openFile } from "../storage/local/file.ts";
import type { Source } from "../storage/source.ts";

export interface VerifiedAsset extends OpenedPresentation {
  /** Files whose content is not what the package declares. */
  readonly changedFiles: ReadonlySet<string>;
  /** What the package sets, by rendition; empty for a plain media file. */
  readonly operator: ReadonlyMap<string, OperatorMetadata>;
  /** Roles of audio that the name of its file says, by file. */
  readonly roles?: ReadonlyMap<string, Role>;
}

interface OpenOptions {
  /** Keys of a protected package. */
  readonly keys?: KeyAccess | undefined;
  /** Whether files that belong to a media file by name are opened with it; default: they are. */
  readonly sidecars?: boolean;
}

/**
 * Opens a package, or a media file with those that belong to it by name, as `ams` does.
 *
 * @throws MediaError that names the file; UsageError for a protected package without keys
 */
export async function openPresentation(
  file: string,
  { keys, sidecars = true }: OpenOptions = {},
): Promise<VerifiedAsset> {
  const path = await realPath(file);
  if (isMediaFile(file)) return await openMediaFile(file, sidecars);
  const pack = await readPackageFile(path, file);
  if (pack.protection && !keys) {
    throw new UsageError("Cannot verify a protected package without --keys FILE");
  }
  const open = (name: string) => openFile(join(dirname(path), name), name);
  const changedFiles = await findChangedFiles(pack, open);
  const operator = new Map(pack.tracks.map((track) => [track.name, track]));
  return { ...await openPackage(pack, open, keys), changedFiles, operator };
}

/** A link stays one, since the files next to it belong to it. */
async function openMediaFile(file: string, sidecars: boolean): Promise<VerifiedAsset> {
  const [directory, name] = [dirname(file), basename(file)];
  const films = sidecars ? groupFilms(await listSiblings(file)) : [];
  const film = films?.find(({ owner }) => owner === name);
  const inputs = film ? toFilmInputs(film) : [{ file: name }];
  const opened = await openInputs(inputs, {
    segmentDuration: DEFAULT_SEGMENT_SECONDS,
    open: (name) => openFile(join(directory, name), name),
  });
  const roles = new Map(inputs.flatMap(({ file, role }) => role ? [[file, role]] : []));
  return { ...opened, changedFiles: new Set(), operator: new Map(), roles };
}

/**
 * Gets the keys of a protected package; undefined for another file. Reads no media.
 *
 * @param keyFile path of the key file
 * @throws MediaError that names the file; KeyFileError, KeysError
 */
export async function openAssetKeys(
  file: string,
  keyFile: string,
): Promise<KeyAccess | undefined> {
  if (isMediaFile(file)) return undefined;
  const path = await realPath(file);
  const { protection } = await readPackageFile(path, file);
  return protection && await openKeyAccess(protection, { keyFile, file: basename(path) });
}

async function findChangedFiles(
  { sources = [], tracks }: Package,
  open: (name: string) => Source,
): Promise<Set<string>> {
  const changed = new Set<string>();
  const files = new Set(tracks.map(({ file }) => file));
  for (const declared of sources) {
    if (!files.has(declared.file)) continue;
    const source = open(declared.file);
    try {
      if (!await isDeclared(source, declared)) changed.add(declared.file);
    } finally {
      source.close();
    }
  }
  return changed;
}

async function isDeclared(
  source: Source,
  { file, size = source.size, digest, content }: PackageSource,
): Promise<boolean> {
  if (size !== source.size) return false;
  if (digest !== undefined && await digestFile(file, source) !== digest) return false;
  return content === undefined || await digestContent(source) === content;
}

async function readPackageFile(path: string, file: string) {
  const source = openFile(path, file);
  try {
    return await readPackage(source);
  } finally {
    source.close();
  }
}

async function realPath(file: string): Promise<string> {
  try {
    return await Deno.realPath(file);
  } catch {
    throw new MediaError("Cannot find this file", "MEDIA_MISSING").inFile(file);
  }
}
