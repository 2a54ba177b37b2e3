/** Opens the asset to verify. */

import { basename, dirname, join } from "@std/path";
import { UsageError } from "../cli/usage_error.ts";
import { MediaError } from "../errors.ts";
import { toFilmInputs } from "../input/sidecar.ts";
import { groupFilms } from "../library/film_groups.ts";
import { nameUrls } from "../library/package_urls.ts";
import type { OriginConnections } from "../origins/origin_connections.ts";
import { NamedFiles, type NamedFilesOptions } from "../origins/named_files.ts";
import { listRemoteSiblings } from "../origins/remote_siblings.ts";
import { listSiblings } from "../storage/local/directory_walk.ts";
import type { Package } from "../package/package.ts";
import { readPackage } from "../package/read_package.ts";
import type { Role } from "../package/role.ts";
import { DEFAULT_SEGMENT_SECONDS, isMediaFile } from "../url/path.ts";
import { type OpenedPresentation, openInputs, openPackage } from "../presentation/open.ts";
import type { KeyAccess } from "../presentation/protection.ts";
import { type FileChange, findFileChanges } from "./file_changes.ts";
import { openKeyAccess } from "./key_access.ts";
import type { OperatorMetadata } from "./checks/metadata.ts";
import { openFile } from "../storage/local/file.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { Source } from "../storage/source.ts";
import type { Target } from "./targets.ts";

export interface VerifiedAsset extends OpenedPresentation {
  /** How files are not what the package declares, by file. */
  readonly changes: ReadonlyMap<string, FileChange>;
  /** What the package sets, by rendition; empty for a plain media file. */
  readonly operator: ReadonlyMap<string, OperatorMetadata>;
  /** Roles of audio that the name of its file says, by file. */
  readonly roles?: ReadonlyMap<string, Role>;
}

/** How files of other machines are read. */
export interface OriginAccess {
  readonly origins: OriginConnections;
  /** Below which packages may name files by URLs. */
  readonly allowed: readonly RemoteOrigin[];
}

interface OpenOptions extends OriginAccess {
  /** Called with what is being read of an origin. */
  readonly watch?: (text: string) => void;
  /** Keys of a protected package. */
  readonly keys?: KeyAccess | undefined;
  /** Whether files that belong to a media file by name are opened with it. */
  readonly sidecars: boolean;
}

/**
 * Opens a package, or a media file with those that belong to it by name, as `ams` does.
 *
 * @throws MediaError that names the file; UsageError for a protected package without keys
 */
export async function openPresentation(
  target: Target,
  { keys, sidecars, ...access }: OpenOptions,
): Promise<VerifiedAsset> {
  if (isMediaFile(target.file)) return await openMediaFile(target, { sidecars, ...access });
  const located = await locatePackage(target);
  const pack = await readPackageFile(located, access);
  if (pack.protection && !keys) {
    throw new UsageError("Cannot verify a protected package without --keys FILE");
  }
  return await withFiles({ directory: located.directory, ...access }, async (files) => {
    const { pack: named, paths } = nameFiles(pack, files, target);
    const open = (name: string) => files.open(paths.get(name) ?? name, name);
    const isRemote = (name: string) => files.isRemote(paths.get(name) ?? name);
    const changes = await findFileChanges(named, { open, isRemote });
    const operator = new Map(named.tracks.map((track) => [track.name, track]));
    return { ...await openPackage(named, open, keys), changes, operator };
  });
}

/** Files are there until the media of the asset is closed. */
async function withFiles(
  options: NamedFilesOptions,
  open: (files: NamedFiles) => Promise<VerifiedAsset>,
): Promise<VerifiedAsset> {
  const files = new NamedFiles(options);
  try {
    const { media, ...asset } = await open(files);
    const close = () => {
      media.close();
      files[Symbol.dispose]();
    };
    return { ...asset, media: { close, residentBytes: () => media.residentBytes() } };
  } catch (error) {
    files[Symbol.dispose]();
    throw error;
  }
}

function nameFiles(pack: Package, files: NamedFiles, { file }: Target) {
  try {
    return nameUrls(pack, files);
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(file) : error;
  }
}

/** A link stays one, since the files next to it belong to it. */
async function openMediaFile(
  { file, remote }: Target,
  { sidecars, ...access }: OpenOptions,
): Promise<VerifiedAsset> {
  const name = remote?.name ?? basename(file);
  const list = () => remote ? listRemoteSiblings(remote, access.origins) : listSiblings(file);
  const finds = sidecars && (!remote || remote.origin.sidecars);
  const film = finds && groupFilms(await list())?.find(({ owner }) => owner === name);
  const inputs = film ? toFilmInputs(film) : [{ file: name }];
  const roles = new Map(inputs.flatMap(({ file, role }) => role ? [[file, role]] : []));
  return await withFiles(
    { directory: remote?.origin ?? dirname(file), ...access },
    async (files) => {
      const opened = await openInputs(inputs, {
        segmentDuration: DEFAULT_SEGMENT_SECONDS,
        open: (name) => files.open(name, name),
      });
      return { ...opened, changes: new Map(), operator: new Map(), roles };
    },
  );
}

/**
 * Gets the keys of a protected package; undefined for another file. Reads no media.
 *
 * @param keyFile path of the key file
 * @throws MediaError that names the file; KeyFileError, KeysError
 */
export async function openAssetKeys(
  target: Target,
  keyFile: string,
  access: OriginAccess,
): Promise<KeyAccess | undefined> {
  if (isMediaFile(target.file)) return undefined;
  const located = await locatePackage(target);
  const { protection } = await readPackageFile(located, access);
  return protection && await openKeyAccess(protection, { keyFile, file: located.name });
}

interface LocatedPackage extends Target {
  /** Real path of the directory, or the one at an origin. */
  readonly directory: string | RemoteOrigin;
  readonly name: string;
}

async function locatePackage(target: Target): Promise<LocatedPackage> {
  const { file, remote } = target;
  if (remote) return { ...target, directory: remote.origin, name: remote.name };
  const path = await realPath(file);
  return { file, directory: dirname(path), name: basename(path) };
}

async function readPackageFile(
  { file, remote, directory, name }: LocatedPackage,
  { origins }: OriginAccess,
): Promise<Package> {
  const source: Source = remote
    ? await origins.open(remote, { file })
    : openFile(join(directory as string, name), file);
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
