/** A package that `--each` finds where it would write one. */

import { dirname, join } from "@std/path";
import { MediaError } from "../errors.ts";
import { getDocumentKind } from "../package/document_kind.ts";
import { type Package, parsePackage } from "../package/package.ts";
import { readPackageText } from "../package/read_package.ts";
import { openPackage } from "../presentation/open.ts";
import { openFile } from "../storage/local/file.ts";
import { isAbsoluteUrl, removeQuery } from "../storage/remote/allowed_source.ts";
import { OutputError } from "./atomic_write.ts";

export interface ExistingOptions {
  /** Paths of the film's files. */
  readonly members: readonly string[];
  /** Packages again what is up to date. */
  readonly force: boolean;
}

/**
 * Returns whether a film is to be packaged: there is no package yet, or it is not newer than its files and other files of the film, or its
 * files are not as it describes them. Files that it names by URLs count as unchanged.
 *
 * @throws OutputError for a file that must not be replaced, since it is no package, is protected, or names a URL; MediaError for an
 *   invalid package
 */
export async function needsPackaging(
  output: string,
  { members, force }: ExistingOptions,
): Promise<boolean> {
  const pack = await readExisting(output);
  if (!pack) return true;
  const isUpToDate = !force && await isNewer(output, pack, members) &&
    await describesFiles(output, pack);
  if (isUpToDate) return false;
  if (pack.protection) {
    throw new OutputError(output, "it is protected; package it again with --protect");
  }
  const url = force ? undefined : pack.tracks.find(({ file }) => isAbsoluteUrl(file))?.file;
  if (url === undefined) return true;
  const remedy = "package it with -o, or with --force without this file";
  throw new OutputError(output, `--each does not read ${removeQuery(url)} in it; ${remedy}`);
}

/**
 * Reads the package that would be replaced.
 *
 * @throws OutputError for a file that is no package; MediaError for an invalid package
 */
export async function readExisting(output: string): Promise<Package | undefined> {
  const text = await readText(output);
  if (text === undefined) return undefined;
  const kind = getDocumentKind(text);
  if (kind === "other" || kind === "channel") {
    throw new OutputError(output, "it exists and is no package");
  }
  try {
    return parsePackage(text);
  } catch (error) {
    throw error instanceof MediaError ? error.inFile(output) : error;
  }
}

async function readText(output: string): Promise<string | undefined> {
  try {
    using file = toDisposable(openFile(output, output));
    return await readPackageText(file.source);
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    if (error.code === "MEDIA_MISSING") return undefined;
    throw error.file ? error : error.inFile(output);
  }
}

function toDisposable(source: ReturnType<typeof openFile>) {
  return { source, [Symbol.dispose]: () => source.close() };
}

async function isNewer(
  output: string,
  pack: Package,
  members: readonly string[],
): Promise<boolean> {
  const files = new Set([...listFiles(output, pack), ...members]);
  return (await listOlder(output, pack, [...files])).length === files.size;
}

/** Returns the paths of the local files that a package names, some of which may be no members of the film. */
export function listFiles(output: string, { tracks }: Package): string[] {
  const local = tracks.map(({ file }) => file).filter((file) => !isAbsoluteUrl(file));
  return [...new Set(local.map((file) => join(dirname(output), file)))];
}

/**
 * Returns which files are older than the package. A file of the package is compared by when it was written. Another one may have been
 * moved there since, or was left out on purpose, which the time of its last change tells apart.
 */
export async function listOlder(
  output: string,
  pack: Package,
  files: readonly string[],
): Promise<string[]> {
  const written = getTime((await Deno.stat(output)).mtime);
  const used = new Set(listFiles(output, pack));
  const times = await Promise.all(files.map(async (path) => {
    const status = await statIfExists(path);
    if (!status) return Infinity;
    return Math.max(getTime(status.mtime), used.has(path) ? 0 : getTime(status.ctime));
  }));
  return files.filter((_, i) => times[i]! < written);
}

/** In milliseconds since 1970; 0 if the system has no such time. */
function getTime(date: Date | null): number {
  return date?.getTime() ?? 0;
}

async function statIfExists(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Keys are not needed for that. */
async function describesFiles(
  output: string,
  { protection: _, ...pack }: Package,
): Promise<boolean> {
  const tracks = pack.tracks.filter(({ file }) => !isAbsoluteUrl(file));
  if (tracks.length === 0) return true;
  try {
    const open = (name: string) => openFile(join(dirname(output), name), name);
    const { media, differences } = await openPackage({ ...pack, tracks }, open);
    media.close();
    return differences.length === 0;
  } catch (error) {
    if (error instanceof MediaError) return false; // packaging again reports what is wrong
    throw error;
  }
}
