/** Directories of a bucket: ListObjectsV2 of S3. */

import { MediaError } from "../../errors.ts";
import { parseXml, type XmlNode } from "../../xml_reader.ts";
import { encodeUrlPart, isRemotePath } from "./object_url.ts";
import type { RemoteEntry } from "./range_reader.ts";
import { MAX_ETAG_LENGTH } from "./reply.ts";

const PAGE_SIZE = 1000;

/** Bytes of a page: keys of 1,024 bytes, each percent-encoded. */
export const MAX_PAGE_SIZE = 2 ** 22;

/** Keys and directories of a page: a server may count them apart. */
const MAX_PAGE_ENTRIES = 2 * PAGE_SIZE;

export interface ListingPage {
  /** A file and a directory may have the same name. */
  readonly entries: readonly RemoteEntry[];
  /** Continues the listing; undefined on its last page. */
  readonly next: string | undefined;
}

/** Returns the query of a page, sorted and encoded as signatures need it. */
export function buildListQuery(
  prefix: string,
  { continuation, pageSize = PAGE_SIZE }: {
    readonly continuation?: string | undefined;
    readonly pageSize?: number;
  } = {},
): string {
  const parameters = {
    "continuation-token": continuation,
    delimiter: "/",
    "encoding-type": "url",
    "list-type": "2",
    "max-keys": `${pageSize}`,
    prefix,
  };
  return Object.entries(parameters)
    .flatMap(([name, value]) => value === undefined ? [] : [`${name}=${encodeUrlPart(value)}`])
    .join("&");
}

/**
 * Reads a page of keys that start with `prefix`, "" or with a slash at its end.
 *
 * @throws MediaError if it is no listing
 */
export function readListingPage(text: string, prefix: string): ListingPage {
  const result = parseXml(text, () => "");
  if (result.name !== "ListBucketResult") {
    throw new MediaError(`Cannot read a listing: expected ListBucketResult, not ${result.name}`);
  }
  const isEncoded = getText(result, "EncodingType") === "url";
  const keys = getChildren(result).filter(({ name }) => /^(Contents|CommonPrefixes)$/.test(name));
  if (keys.length > MAX_PAGE_ENTRIES) {
    throw new MediaError(
      `Cannot read a listing: expected at most ${MAX_PAGE_ENTRIES} keys, not ${keys.length}`,
    );
  }
  const entries = keys.flatMap((child) =>
    child.name === "Contents"
      ? readFile(child, prefix, isEncoded)
      : readDirectory(child, prefix, isEncoded)
  );
  const isTruncated = getText(result, "IsTruncated") === "true";
  const next = isTruncated ? getText(result, "NextContinuationToken") : undefined;
  if (isTruncated && !next) {
    throw new MediaError("Cannot read a listing: expected NextContinuationToken");
  }
  return { entries, next };
}

function getChildren({ children }: XmlNode): XmlNode[] {
  return children.filter((child) => typeof child !== "string");
}

function getText(node: XmlNode, name: string): string | undefined {
  const child = getChildren(node).find((child) => child.name === name);
  return child?.children.filter((it) => typeof it === "string").join("");
}

/** Markers of directories, which end with a slash, are no files. */
function readFile(node: XmlNode, prefix: string, isEncoded: boolean): RemoteEntry[] {
  const key = getText(node, "Key") ?? "";
  const name = getName(isEncoded ? decodeKey(key) : key, prefix);
  if (name === undefined) return [];
  const size = getText(node, "Size") ?? "";
  const etag = getText(node, "ETag") ?? "";
  const modified = Date.parse(getText(node, "LastModified") ?? "");
  return [{
    name,
    kind: "file",
    ...size !== "" && /^\d{1,15}$/.test(size) && { size: Number(size) },
    ...etag !== "" && etag.length < MAX_ETAG_LENGTH &&
      { etag: etag.includes('"') ? etag : `"${etag}"` },
    ...!Number.isNaN(modified) && { modifiedAtMs: 1000 * Math.floor(modified / 1000) },
  }];
}

/** Ceph before 2019 encodes keys alone (its pull request 30970). */
function readDirectory(node: XmlNode, prefix: string, isEncoded: boolean): RemoteEntry[] {
  const text = getText(node, "Prefix") ?? "";
  const key = isEncoded && /^([\w.~!'()*/+-]|%[0-9a-f]{2})*$/i.test(text) ? decodeKey(text) : text;
  const name = key?.endsWith("/") ? getName(key.slice(0, -1), prefix) : undefined;
  return name === undefined ? [] : [{ name, kind: "directory" }];
}

/** Returns undefined for what no URL can name. */
function getName(key: string | undefined, prefix: string): string | undefined {
  if (!key?.startsWith(prefix)) return undefined;
  const name = key.slice(prefix.length);
  return isRemotePath(name) && !name.includes("/") ? name : undefined;
}

/** AWS and MinIO encode a space as `+`, Swift and Ceph as `%20`; all encode a plus. Returns undefined for invalid UTF-8. */
function decodeKey(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
