/** Reads directories of a bucket. */

import { MediaError } from "../../errors.ts";
import { InvalidReply } from "./attempt_error.ts";
import { buildListQuery, type ListingPage, MAX_PAGE_SIZE, readListingPage } from "./listing.ts";
import { getBucketUrl, toObjectUrl } from "./object_url.ts";
import type { S3Origin } from "./origin.ts";
import type { OriginClient, Received } from "./origin_client.ts";
import type { RemoteEntry } from "./range_reader.ts";
import { readListReply } from "./reply.ts";

/** A directory shows 10,000 entries, and that there are more. */
const MAX_LISTED = 10_001;

/** Pages may be shorter than 1,000 keys. */
const MAX_PAGES = 50;

/** In characters: the message may quote the origin. */
const MAX_DETAIL = 200;

/**
 * Returns undefined if no key is below the directory, unless that is the root.
 *
 * @throws SourceError; the reason of the signal
 */
export async function listBucket(
  client: OriginClient,
  origin: S3Origin,
  { path, signal }: { readonly path: string; readonly signal: AbortSignal },
): Promise<readonly RemoteEntry[] | undefined> {
  if (path !== "" && !toObjectUrl(origin, path)) return undefined;
  const prefix = `${origin.prefix}${path}${path && "/"}`;
  const found = new Map<string, RemoteEntry>();
  let continuation: string | undefined;
  for (let pages = 0; pages < MAX_PAGES && found.size < MAX_LISTED; pages++) {
    const url = new URL(`${getBucketUrl(origin)}?${buildListQuery(prefix, { continuation })}`);
    const page = await client.send({ path, url, signal }, (it) => readListing(client, it, prefix));
    if (!page) return undefined;
    for (const entry of page.entries) {
      if (entry.kind === "file" || !found.has(entry.name)) found.set(entry.name, entry); // as URLs find files first
    }
    continuation = page.next;
    if (continuation === undefined) break;
  }
  return found.size > 0 || path === "" ? [...found.values()] : undefined;
}

/**
 * Reads the response to a request for a page. Returns undefined if the bucket does not exist, or must not be listed.
 *
 * @throws AttemptFailure, InvalidReply, SourceError
 */
export async function readListing(
  client: OriginClient,
  received: Received,
  prefix: string,
): Promise<ListingPage | undefined> {
  const { head, attempt } = received;
  const reply = readListReply(head);
  if (reply) {
    await client.handleFailure(reply, received);
    return undefined;
  }
  const text = await attempt.readText(MAX_PAGE_SIZE);
  try {
    const page = readListingPage(text, prefix);
    attempt.result = "success";
    return page;
  } catch (error) {
    if (!(error instanceof MediaError)) throw error;
    throw new InvalidReply(
      "it responds with something else than a listing",
      ` (${error.message.slice(0, MAX_DETAIL)})`,
    );
  }
}
