/** Files that a package names by their URLs, below what `--allow-source` names. */

import { getHost, hasPlainSegments, isRemotePath } from "./object_url.ts";
import type { HttpOrigin, RemoteOrigin, S3Origin } from "./origin.ts";

export interface AllowedFile<Origin extends RemoteOrigin = RemoteOrigin> {
  readonly origin: Origin;
  /** Below the origin. */
  readonly path: string;
}

/** Returns whether the name of a file in a package is a URL. */
export function isAbsoluteUrl(name: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(name);
}

/** Removes what may contain a signature from a URL, for messages. A key of a bucket may contain `#`. Paths stay as they are. */
export function removeQuery(url: string): string {
  if (!isAbsoluteUrl(url)) return url;
  const rest = /^s3:/i.test(url) ? /\?.*$/s : /[?#].*$/s;
  return url.replace(rest, "").replace(/^([^:]*:\/*)[^/]*@/, "$1");
}

/**
 * Finds the origin that contains a URL: the same scheme, host and port (or bucket), and all segments of its path. Returns
 * undefined if there is none, and for URLs that servers read in different ways.
 */
export function findAllowedFile(
  url: string,
  allowed: readonly RemoteOrigin[],
): AllowedFile | undefined {
  if (/[\\\p{Cc}]/u.test(url) || /^[^:]*:\/\/[^/?]*@/.test(url)) return undefined;
  const files = allowed.map((origin) =>
    origin.kind === "s3" ? findObject(url, origin) : findHttpFile(url, origin)
  );
  return files.find((file) => file !== undefined);
}

/** A key is not percent-encoded, as in the URLs of AWS's tools. */
function findObject(url: string, origin: S3Origin): AllowedFile | undefined {
  const [, bucket, key = ""] = /^s3:\/\/([^/?]+)\/([^?]+)$/i.exec(url) ?? [];
  if (bucket !== origin.bucket || !isRemotePath(key) || !key.startsWith(origin.prefix)) {
    return undefined;
  }
  return { origin, path: key.slice(origin.prefix.length) };
}

function findHttpFile(text: string, origin: HttpOrigin): AllowedFile | undefined {
  const [, encodedPath, query = ""] =
    /^https?:\/\/[^/?#\s]+\/([^?#\s]+)(\?[^#\s]*)?$/i.exec(text) ?? [];
  const [url, base] = [URL.parse(text), new URL(origin.url)];
  if (!url || encodedPath === undefined || !hasPlainSegments(encodedPath)) return undefined;
  if (url.protocol !== base.protocol || getHost(url) !== getHost(base)) return undefined;
  const segments = url.pathname.slice(1).split("/");
  const prefix = base.pathname.slice(1, -1).split("/").filter(Boolean);
  const isBelow = prefix.length < segments.length &&
    prefix.every((name, i) => isSameSegment(name, segments[i]!));
  return isBelow ? { origin, path: segments.slice(prefix.length).join("/") + query } : undefined;
}

/** Compares what percent-encoding stands for. */
function isSameSegment(a: string, b: string): boolean {
  return a === b || normalizeSegment(a) === normalizeSegment(b);
}

function normalizeSegment(segment: string): string {
  return segment.replace(/%([0-9a-f]{2})/gi, (encoded, hex) => {
    const char = String.fromCharCode(parseInt(hex, 16));
    return /[A-Za-z0-9._~-]/.test(char) ? char : encoded.toUpperCase();
  });
}
