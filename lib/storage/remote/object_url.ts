/** URLs of remote files. */

import { RequestError } from "../../errors.ts";
import type { RemoteOrigin, S3Origin } from "./origin.ts";

/** In bytes, the prefix included; S3 rejects longer keys. */
const MAX_KEY_LENGTH = 1024;

/** In characters; most servers reject longer ones. */
const MAX_URL_LENGTH = 8000;

/** Besides control characters: a server on Windows takes a backslash for a slash. */
const FORBIDDEN_CHARACTERS = /[\\\p{Cc}]/u;

/**
 * Returns the path that `name` denotes in a directory of a mount; both may contain `..`.
 *
 * @throws RequestError `FORBIDDEN` if it is outside of the mount, or no path of a remote file
 */
export function resolveRemotePath(directory: string, name: string): string {
  const names: string[] = [];
  const isRelative = !name.startsWith("/") && !FORBIDDEN_CHARACTERS.test(name);
  for (const part of isRelative ? [...directory.split("/"), ...name.split("/")] : [".."]) {
    if (part === "" || part === ".") continue;
    if (part !== "..") names.push(part);
    else if (names.pop() === undefined) {
      throw new RequestError("FORBIDDEN", `Cannot access '${name}': it is outside of the mount`);
    }
  }
  return names.join("/");
}

/**
 * Returns whether a path can be that of a remote file. Keys with an empty, `.` or `..` segment are never requested: servers and
 * proxies make other keys of them.
 */
export function isRemotePath(path: string): boolean {
  if (FORBIDDEN_CHARACTERS.test(path) || !path.isWellFormed()) return false;
  return path.split("/").every((name) => name !== "" && name !== "." && name !== "..");
}

/** Percent-encodes all but unreserved characters (RFC 3986 §2.3): some servers take `+` for a space, and signatures differ in `!'()*`. */
export function encodeUrlPart(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Returns undefined for a path that no file of the origin can have. */
export function toObjectUrl(origin: RemoteOrigin, path: string): URL | undefined {
  if (origin.kind === "http" && origin.encoded) return toEncodedUrl(origin.url, path);
  if (!isRemotePath(path)) return undefined;
  if (origin.kind === "http") return limitLength(origin.url + encodePath(path));
  const key = origin.prefix + path;
  if (new TextEncoder().encode(key).length > MAX_KEY_LENGTH) return undefined;
  return new URL(getBucketUrl(origin) + encodePath(key));
}

const encodePath = (path: string) => path.split("/").map(encodeUrlPart).join("/");

function toEncodedUrl(base: string, path: string): URL | undefined {
  const url = limitLength(base + path);
  return url && hasPlainSegments(path.split("?", 1)[0]!) ? url : undefined;
}

function limitLength(url: string): URL | undefined {
  return url.length <= MAX_URL_LENGTH ? new URL(url) : undefined;
}

/**
 * Returns whether no segment of a percent-encoded path is empty, `.` or `..`, or contains an encoded slash or backslash. Servers of Java
 * ignore what follows a semicolon.
 */
export function hasPlainSegments(path: string): boolean {
  return path.split("/").every((segment) =>
    !/^(\.|%2e){0,2}((;|%3b).*)?$/i.test(segment) && !/%(2f|5c|[01][0-9a-f]|7f)|\\/i.test(segment)
  );
}

/** Returns the URL of the keys of a bucket, with a slash at its end. */
export function getBucketUrl({ endpoint, bucket, style }: S3Origin): string {
  if (style === "path") return `${endpoint}/${encodeUrlPart(bucket)}/`;
  return `${endpoint.replace("://", `://${bucket}.`)}/`;
}

/** Returns the URL of the root of a mount, with a slash at its end: it identifies the origin, and contains no secret. */
export function getOriginUrl(origin: RemoteOrigin): string {
  if (origin.kind === "http") return origin.url;
  return getBucketUrl(origin) + encodePath(origin.prefix);
}

/** Returns `host:port` of a URL. */
export function getHost({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** Lists `host:port` of what an origin needs: the second one where a server may redirect to https. */
export function listHosts(origin: RemoteOrigin): readonly string[] {
  const url = new URL(getOriginUrl(origin));
  const host = getHost(url);
  return host.endsWith(":80") ? [host, `${url.hostname}:443`] : [host];
}
