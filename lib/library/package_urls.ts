/** Files that a package names by their URLs, which have names of their own: URLs contain hosts, and may contain signatures. */

import { MediaError } from "../errors.ts";
import type { Package } from "../package/package.ts";
import { isAbsoluteUrl, removeQuery } from "../storage/remote/allowed_source.ts";
import type { Storage } from "../storage/storage.ts";

export interface NamedPackage {
  /** Names files without URLs. */
  readonly pack: Package;
  /** Paths of the storage by name. */
  readonly paths: ReadonlyMap<string, string>;
}

/** @throws MediaError `PACKAGE_INVALID` for a URL that the operator does not allow */
export function nameUrls(pack: Package, storage: Pick<Storage, "resolveUrl">): NamedPackage {
  const { poster, chapters, sources, tracks } = pack;
  const names = new Map<string, string>();
  const paths = new Map<string, string>();
  const relative = new Set(tracks.map(({ file }) => file).filter((it) => !isAbsoluteUrl(it)));
  const rename = (file: string, key: string): string => {
    if (!isAbsoluteUrl(file)) return file;
    const known = names.get(file);
    if (known !== undefined) return known;
    const path = storage.resolveUrl?.(file);
    if (path === undefined) throw createError(file, key);
    const name = findName(getLastSegment(file), (it) => relative.has(it) || paths.has(it));
    names.set(file, name);
    paths.set(name, path);
    return name;
  };
  const named = {
    ...pack,
    ...sources && {
      sources: sources.map((it, i) => ({ ...it, file: rename(it.file, `sources[${i}].file`) })),
    },
    tracks: tracks.map((it, i) => ({ ...it, file: rename(it.file, `tracks[${i}].file`) })),
    ...poster !== undefined && { poster: rename(poster, "poster") },
    ...typeof chapters === "string" && { chapters: rename(chapters, "chapters") },
  };
  return paths.size > 0 ? { pack: named, paths } : { pack, paths };
}

function createError(url: string, key: string): MediaError {
  const expected = "expected a path relative to the package, or a URL below one of --allow-source";
  const message = `Cannot use ${JSON.stringify(removeQuery(url))}: ${expected}`;
  return new MediaError(message, "PACKAGE_INVALID").in(key);
}

function getLastSegment(url: string): string {
  return removeQuery(url).split("/").at(-1)!;
}

function findName(name: string, isTaken: (name: string) => boolean): string {
  let found = name;
  for (let i = 2; isTaken(found); i++) found = `${i}-${name}`;
  return found;
}
