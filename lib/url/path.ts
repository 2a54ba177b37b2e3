/** Paths of requests, and what the name of a file says of it. */

import { RequestError } from "../errors.ts";

const PACKAGE = /\.json$/i;

/** Smooth clients know a package under this name. */
const ALIAS = /\.ism$/i;

/**
 * Files that play without a package: those which muxers of MP4 (ISO/IEC 14496-12) and QuickTime write under these
 * names. A segment of a stream (`.m4s`, `.cmft`) is no whole movie.
 */
const BARE = /\.(mp4|m4v|m4a|m4b|mov|qt|3gp|3g2|f4v|ismv|isma|cmfv|cmfa)$/i;

/** How long segments of a bare file are: no package says it. In seconds. */
export const DEFAULT_SEGMENT_DURATION = 6;

/**
 * The names in a path, decoded once; "" for each that is empty.
 *
 * @param rawPath as the client sent it, without `?` and what follows: nothing decoded, nothing resolved
 * @throws RequestError `BAD_REQUEST` for what no client of good will sends
 */
export function splitPath(rawPath: string): string[] {
  if (!rawPath.startsWith("/")) throw bad(rawPath, "it does not start with /");
  return rawPath.slice(1).split("/").map((name) => decodeName(name, rawPath));
}

/** One name between two `/`, decoded once. */
function decodeName(raw: string, rawPath: string): string {
  const name = raw.includes("%") ? percentDecode(raw, rawPath) : raw;
  if (name === "." || name === "..") throw bad(rawPath, "it has a segment that is . or ..");
  for (const char of ["/", "\\", "\0"]) {
    if (name.includes(char)) throw bad(rawPath, "a name in it has a slash, a backslash or a NUL");
  }
  return name;
}

/** Also refuses overlong forms and surrogates: what isn't UTF-8. */
function percentDecode(raw: string, rawPath: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    if (error instanceof URIError) throw bad(rawPath, "its percent-encoding is not of UTF-8");
    throw error;
  }
}

function bad(rawPath: string, why: string): RequestError {
  return new RequestError("BAD_REQUEST", `Cannot read the path '${rawPath.slice(0, 200)}': ${why}`);
}

/** The file that these names lead to, where its name says that it can be played. */
export function getAssetFile(names: readonly string[]): string | undefined {
  const name = names.at(-1);
  if (!name || names.includes("")) return undefined;
  const path = names.join("/");
  if (ALIAS.test(name)) return path.replace(ALIAS, ".json");
  return PACKAGE.test(name) || BARE.test(name) ? path : undefined;
}

/** The file's name says that it is a package. */
export function isPackage(file: string): boolean {
  return PACKAGE.test(file);
}

/** A file that the operator may not want to be seen: a package (it may hold keys one day), and what starts with a dot. */
export function isHidden(file: string): boolean {
  return PACKAGE.test(file) || file.split("/").some((name) => name.startsWith("."));
}

/** A file that plays without a package, by its name. */
export function isMediaFile(file: string): boolean {
  return BARE.test(file);
}

/** Returns the URL path of an asset or a directory, from the root, with a slash at its end. */
export function assetUrl(file: string): string {
  return file === "" ? "/" : `/${file.split("/").map(encodeURIComponent).join("/")}/`;
}
