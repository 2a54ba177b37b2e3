/** Where the files of a mount are, so that the same file is recognized behind another one. */

import { toObjectUrl } from "../storage/remote/object_url.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";

/** The real path of a directory, or an origin. */
export type MountedAt = string | RemoteOrigin;

/**
 * Returns the locations of a file: a prefix is a directory that contains it. An object has two: by its key, and by its URL.
 *
 * @param path below the mount; "" is the mount itself
 */
export function listLocations(at: MountedAt, path: string): string[] {
  if (typeof at === "string") return [`file:${at.replace(/\/$/, "")}/${path}`];
  const url = getUrl(at, path);
  const locations = url ? [formatLocation(url)] : [];
  if (at.kind === "http") return locations;
  return [...locations, `${new URL(at.endpoint).host} ${at.bucket}/${at.prefix}${path}`];
}

/** The URL of a mount has a slash at its end. */
function getUrl(origin: RemoteOrigin, path: string): URL | undefined {
  if (path !== "") return toObjectUrl(origin, path);
  const url = toObjectUrl(origin, "x");
  return url && new URL(url.href.slice(0, -1));
}

/** Servers respond to http and https with the same files. */
function formatLocation({ hostname, port, pathname }: URL): string {
  const path = pathname.split("/").map(decodeSegment).join("/");
  return `//${hostname}:${port}${path}`;
}

/** Percent-encoding that is not UTF-8 stays as it is. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return segment;
    throw error;
  }
}
