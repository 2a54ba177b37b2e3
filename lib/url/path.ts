/** Paths of requests, and kinds of files by their names. */

import { RequestError } from "../errors.ts";

const PACKAGE_NAME = /\.json$/i;

/** Smooth Streaming clients request `video.ism/Manifest` for `video.json`. */
const SMOOTH_ALIAS = /\.ism$/i;

/** MP4 (ISO/IEC 14496-12) and QuickTime movies; a segment (`.m4s`, `.cmft`) is none. */
const MEDIA_FILE_NAME = /\.(mp4|m4v|m4a|m4b|mov|qt|3gp|3g2|f4v|ismv|isma|cmfv|cmfa)$/i;

/** Media in other containers than MP4, which is not streamed. */
const FOREIGN_MEDIA_NAME = /\.(avi|flv|m2ts|mkv|mpe?g|mts|ts|webm)$/i;

export const DEFAULT_SEGMENT_SECONDS = 6;

/** In characters. A file system takes 4,096 bytes (PATH_MAX), three characters each. */
const MAX_PATH_LENGTH = 16384;

/**
 * Splits a path as the client sent it, without query, and decodes each segment once.
 *
 * @throws RequestError `BAD_REQUEST` for a path that is longer than `MAX_PATH_LENGTH` or relative, has `.` or `..`, or decodes to a slash, a backslash,
 *   a NUL or invalid UTF-8
 */
export function splitPath(rawPath: string): string[] {
  if (rawPath.length > MAX_PATH_LENGTH) {
    throw badPath(rawPath, `it has more than ${MAX_PATH_LENGTH} characters`);
  }
  if (!rawPath.startsWith("/")) throw badPath(rawPath, "it does not start with /");
  return rawPath.slice(1).split("/").map((name) => decodeName(name, rawPath));
}

function decodeName(raw: string, rawPath: string): string {
  const name = raw.includes("%") ? percentDecode(raw, rawPath) : raw;
  if (name === "." || name === "..") throw badPath(rawPath, "a segment is . or ..");
  for (const char of ["/", "\\", "\0"]) {
    if (name.includes(char)) {
      throw badPath(rawPath, "a segment contains a slash, a backslash or a NUL");
    }
  }
  return name;
}

/** Overlong encodings and surrogates are not valid UTF-8, either. */
function percentDecode(raw: string, rawPath: string): string {
  try {
    return decodeURIComponent(raw);
  } catch (error) {
    if (error instanceof URIError) {
      throw badPath(rawPath, "its percent-encoding is not valid UTF-8");
    }
    throw error;
  }
}

function badPath(rawPath: string, reason: string): RequestError {
  return new RequestError(
    "BAD_REQUEST",
    `Cannot read the path '${rawPath.slice(0, 200)}': ${reason}`,
  );
}

/** Returns the path of the package or media file; undefined for the name of another file. */
export function getAssetFile(names: readonly string[]): string | undefined {
  const name = names.at(-1);
  if (!name || names.includes("")) return undefined;
  const path = names.join("/");
  if (SMOOTH_ALIAS.test(name)) return path.replace(SMOOTH_ALIAS, ".json");
  return PACKAGE_NAME.test(name) || MEDIA_FILE_NAME.test(name) ? path : undefined;
}

/** Returns a decoded path with `.json` for the alias `.ism` of each segment. */
export function toCanonicalPath(path: string): string {
  return /\.ism(?:\/|$)/i.test(path) ? path.replaceAll(/\.ism(?=\/|$)/gi, ".json") : path;
}

export function isPackage(file: string): boolean {
  return PACKAGE_NAME.test(file);
}

export function isHidden(file: string): boolean {
  return PACKAGE_NAME.test(file) || hasDotName(file);
}

function hasDotName(file: string): boolean {
  return file.split("/").some((name) => name.startsWith("."));
}

export function isMediaFile(file: string): boolean {
  return MEDIA_FILE_NAME.test(file);
}

export function isForeignMedia(file: string): boolean {
  return FOREIGN_MEDIA_NAME.test(file);
}

/** Returns the path of a URL, from the root, with a slash at its end. */
export function assetUrl(file: string): string {
  return file === "" ? "/" : `/${file.split("/").map(encodeURIComponent).join("/")}/`;
}

/** Percent-encodes only characters that a path cannot contain (RFC 3986 §3.3), as browsers and proxies do. */
function encodeMinimally(path: string): string {
  return path.toWellFormed().replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@\/]/gu, encodeURIComponent);
}

/** Returns whether a path has the spelling of browsers and proxies, of which many do not encode brackets. */
export function hasMinimalSpelling(raw: string, path: string): boolean {
  const encoded = encodeMinimally(path);
  return raw === encoded || raw === encoded.replaceAll("%5B", "[").replaceAll("%5D", "]");
}

/** Returns the path of the directory that contains a file; "" for the root. */
export function getDirectory(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

export function getFileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
