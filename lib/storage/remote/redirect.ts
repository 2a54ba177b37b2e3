/** Redirects of origins. They are followed by hand, since `fetch()` would follow them anywhere. */

import { encodeUrlPart, getHost } from "./object_url.ts";
import type { ReplyHead } from "./reply.ts";

export const MAX_REDIRECTS = 3;

const STATUSES = [301, 302, 303, 307, 308];

/** Returns the `Location` of a redirect; undefined for other responses. */
export function getLocation({ status, headers }: ReplyHead): string | undefined {
  return STATUSES.includes(status) && headers.get("location") || undefined;
}

/**
 * Returns where a redirect leads, or why it is not followed.
 *
 * @param hosts `host:port` of mounts and `--allow-source`
 */
export function followRedirect(
  from: URL,
  location: string,
  hosts: ReadonlySet<string>,
): URL | string {
  const url = URL.parse(location, from);
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") {
    return "it redirects to something else than an http(s) URL";
  }
  if (from.protocol === "https:" && url.protocol === "http:") {
    return "it redirects from https to http";
  }
  if (!hosts.has(getHost(url))) {
    return "it redirects to a host that no mount and no --allow-source names";
  }
  url.hash = "";
  return url;
}

/** Returns the host of a redirect, and the region of S3 that it names as that of the bucket, for the log. */
export function describeTarget(head: ReplyHead): string {
  const host = URL.parse(getLocation(head) ?? "")?.host;
  const region = head.headers.get("x-amz-bucket-region") ?? "";
  const where = /^[A-Za-z0-9-]{1,64}$/.test(region) ? `: the bucket is in region ${region}` : "";
  return `${host ? ` (${host})` : ""}${where}`;
}

/** Returns whether a redirect only appends a slash, as web servers do for directories: nginx writes `+`, and not `%2B`. */
export function isDirectoryRedirect(from: URL, location: string): boolean {
  const url = URL.parse(location, from);
  return url !== null && url.hostname === from.hostname &&
    normalizeEncoding(url.pathname) === normalizeEncoding(`${from.pathname}/`);
}

/** Percent-encodes a path in one way, whatever it is encoded in; unlike decoding, it never fails. */
function normalizeEncoding(path: string): string {
  return path.replace(
    /%[0-9A-Fa-f]{2}|[^%]/g,
    (unit) => unit.length > 1 ? unit.toUpperCase() : encodeUrlPart(unit),
  );
}

/** Returns whether credentials for a URL may be sent to another one: to the same host, also from port 80 to https. */
export function isSameHost(own: URL, url: URL): boolean {
  const isUpgrade = getHost(own).endsWith(":80") && getHost(url).endsWith(":443");
  return own.hostname === url.hostname && (getHost(own) === getHost(url) || isUpgrade);
}
