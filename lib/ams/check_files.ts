/** Opens everything below the document root as requests do. */

import { isExpectedError } from "../errors.ts";
import type { HaveSamePolicy } from "../library/access_policy.ts";
import { Asset } from "../library/asset.ts";
import { Channel } from "../library/channel.ts";
import { AssetLoader, type LibraryKeys, type LoadFailure } from "../library/asset_loader.ts";
import { ChannelPaths } from "../library/channel_paths.ts";
import { joinPath, readVisibleEntries } from "../library/directory.ts";
import { DocumentRoot, resolveIfAccessible } from "../library/document_root.ts";
import { nameUrls } from "../library/package_urls.ts";
import { compareNames } from "../natural_order.ts";
import { readPackage } from "../package/read_package.ts";
import type { Storage } from "../storage/storage.ts";
import { isMediaFile, isPackage } from "../url/path.ts";

export interface CheckedFile {
  /** Path of a package, a media file or a directory, relative to the document root. */
  readonly file: string;
  readonly warnings: readonly string[];
  /** Why it cannot be served. */
  readonly error?: unknown;
}

export interface CheckFilesOptions {
  readonly haveSamePolicy?: HaveSamePolicy | undefined;
  readonly keys?: LibraryKeys | undefined;
  /** Media files are not served, and thus not opened; default: false. */
  readonly packagesOnly?: boolean | undefined;
  /** As in `AssetLoaderOptions`. */
  readonly sidecars?: boolean | undefined;
  /** Paths below which files are opened, relative to the root; default: the root. Nothing on other machines is looked for. */
  readonly paths?: readonly string[] | undefined;
  /** Directory of channels, relative to the root; default: `live`. */
  readonly channels?: string | undefined;
}

/**
 * Opens each package, channel and media file, following links. A media file that a package names need not play alone. Directories are
 * returned only if they cannot be read.
 */
export async function* checkFiles(
  storage: Storage,
  options: CheckFilesOptions = {},
): AsyncGenerator<CheckedFile> {
  const { haveSamePolicy, keys, packagesOnly = false, sidecars = true, channels } = options;
  const root = new DocumentRoot(storage, new ChannelPaths(channels));
  const loader = new AssetLoader({
    root,
    serveDirectories: false,
    packagesOnly,
    sidecars,
    now: () => 0,
    ...haveSamePolicy && { haveSamePolicy },
    ...keys && { keys },
  });
  const assets: string[] = [];
  const visited = new Set<string>();
  for (const path of options.paths ?? [""]) {
    for await (const found of findAssets(root, path, visited)) {
      if (typeof found === "string") assets.push(found);
      else yield found;
    }
  }
  const named = new Set<string>();
  for (const file of assets.filter(isPackage).sort(compareNames)) {
    const { isChannel, ...checked } = await checkFile(loader, file);
    const failure = checked.error === undefined && !isChannel
      ? await addNamedFiles(root, file, named).catch(toFailure)
      : undefined;
    yield { ...checked, ...failure };
  }
  if (packagesOnly) return;
  for (const file of assets.filter((name) => !isPackage(name)).sort(compareNames)) {
    const resolved = await resolveIfAccessible(root, file);
    if (!resolved || !named.has(resolved.path)) yield await checkFile(loader, file);
  }
}

/** Adds the real paths of the files that a package names. */
async function addNamedFiles(root: DocumentRoot, file: string, named: Set<string>): Promise<void> {
  const { path } = await root.resolve(file);
  const source = await root.storage.open(path, file);
  try {
    const directory = path.slice(0, Math.max(0, path.lastIndexOf("/")));
    const { pack, paths } = nameUrls(await readPackage(source), root.storage);
    const files = pack.tracks.map((track) => track.file).filter((it) => !paths.has(it));
    for (const name of files) named.add((await root.resolveMedia(directory, name)).path);
  } finally {
    source.close();
  }
}

/** @param visited real paths of directories, since links may form circles */
async function* findAssets(
  root: DocumentRoot,
  directory: string,
  visited: Set<string>,
): AsyncGenerator<string | CheckedFile> {
  if (root.storage.getTraits?.(directory).remote) return;
  try {
    const resolved = await root.resolve(directory);
    if (visited.has(resolved.path)) return;
    visited.add(resolved.path);
    for (const { name, kind } of await readVisibleEntries(root, directory, resolved)) {
      const path = joinPath(directory, name);
      const found = kind === "link" ? (await resolveIfAccessible(root, path))?.kind : kind;
      if (found === "directory") yield* findAssets(root, path, visited);
      else if (found === "file" && (isPackage(name) || isMediaFile(name))) yield path;
    }
  } catch (error) {
    yield { file: directory || "/", warnings: [], error };
  }
}

async function checkFile(
  loader: AssetLoader,
  file: string,
): Promise<CheckedFile & { readonly isChannel?: boolean }> {
  const loaded = await loader.load(file).catch(toFailure);
  if (loaded instanceof Channel) {
    const { warnings } = loaded;
    loaded.drop();
    return { file, warnings, isChannel: true };
  }
  if (!(loaded instanceof Asset)) return { file, warnings: [], error: loaded.error };
  const { warnings } = loaded.presentation;
  loaded.drop();
  return { file, warnings };
}

function toFailure(error: unknown): Pick<LoadFailure, "error"> {
  if (isExpectedError(error)) return { error };
  throw error;
}
