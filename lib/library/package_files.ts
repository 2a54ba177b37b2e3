/** Files that a package names. */

import { RequestError } from "../errors.ts";
import { andThen } from "../maybe_async.ts";
import { getProtectedFiles, type Package } from "../package/package.ts";
import type { StatOptions, StoredFile } from "../storage/storage.ts";
import type { DocumentRoot } from "./document_root.ts";
import { requireNotExposed } from "./exposed_media.ts";

export interface PackageFilesOptions {
  readonly root: DocumentRoot;
  /** Real path of the package's directory. */
  readonly directory: string;
  /** Paths of files that the package names by their URLs, by name. */
  readonly urls: ReadonlyMap<string, string>;
  /** No file is served as it is. */
  readonly packagesOnly: boolean;
  /** @throws RequestError if access to a file, relative to the document root, has another policy than the package */
  readonly requireSamePolicy: (file: string) => void;
}

export type ResolvePackageFile = (
  name: string,
  options?: StatOptions,
) => StoredFile | Promise<StoredFile>;

/** The image of an asset, which is looked up for each response, so that it may be replaced. */
export interface Poster {
  /** Relative to the package. */
  readonly name: string;
  /** Throws as `createPackageResolver()`. */
  readonly resolve: () => StoredFile | Promise<StoredFile>;
}

/**
 * Creates a function that resolves a file which the package names, and throws RequestError `TOKEN_PATH`, `FORBIDDEN`, MediaError
 * `PACKAGE_EXPOSED`, and as `DocumentRoot.resolveMedia()`.
 */
export function createPackageResolver(
  pack: Package,
  { root, directory, urls, packagesOnly, requireSamePolicy }: PackageFilesOptions,
): ResolvePackageFile {
  const protectedFiles = packagesOnly ? undefined : getProtectedFiles(pack);
  return (name, options) => {
    const url = urls.get(name);
    const path = url ?? root.storage.resolve(directory, name);
    const shown = url === undefined ? [path] : listPaths(root, path);
    for (const path of shown) requireSamePolicy(path);
    return andThen(root.resolveMediaAt(path, name, options), (file) => {
      if (name === pack.poster) requireBelow(directory, file, name);
      if (protectedFiles?.has(name)) requireNotExposed(listPaths(root, file.path), name);
      return file;
    });
  };
}

/** Returns the paths of URLs that lead to a file. */
function listPaths({ storage }: DocumentRoot, path: string): readonly string[] {
  return storage.listPaths?.(path) ?? [path];
}

/** The real path decides: a link could lead to an image of another package. */
function requireBelow(directory: string, { path }: StoredFile, name: string): void {
  if (directory === "" || path.startsWith(`${directory}/`)) return;
  const why = "expected an image below the directory of the package";
  throw new RequestError("FORBIDDEN", `Cannot serve the poster '${name}': ${why}`);
}
