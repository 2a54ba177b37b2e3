/** Asks an origin once, at the start: what is wrong then is wrong with the mount. */

import { SourceError } from "../../errors.ts";
import { readListing } from "./bucket_listing.ts";
import { buildListQuery } from "./listing.ts";
import { getBucketUrl } from "./object_url.ts";
import type { RemoteOrigin, S3Origin } from "./origin.ts";
import type { OriginClient, Received } from "./origin_client.ts";
import { readListReply } from "./reply.ts";

export interface ProbeResult {
  readonly isUsable: boolean;
  /** Completes a sentence about the mount, such as "responds". */
  readonly message: string;
}

/** @throws the reason of the signal */
export async function probeOrigin(
  client: OriginClient,
  origin: RemoteOrigin,
  signal: AbortSignal,
): Promise<ProbeResult> {
  const probe = { path: "", url: getProbeUrl(origin), signal };
  try {
    return await client.send(
      probe,
      (received) =>
        origin.kind === "s3" ? readBucket(client, received, origin) : readRoot(client, received),
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    const reason = error.message.replace(/^.*? from its origin: /, "");
    return { isUsable: false, message: `cannot be used (${error.code}): ${reason}` };
  }
}

function getProbeUrl(origin: RemoteOrigin): URL {
  if (origin.kind === "http") return new URL(origin.url);
  return new URL(`${getBucketUrl(origin)}?${buildListQuery(origin.prefix, { pageSize: 1 })}`);
}

async function readBucket(
  client: OriginClient,
  received: Received,
  { prefix }: S3Origin,
): Promise<ProbeResult> {
  if (await readListing(client, received, prefix)) return { isUsable: true, message: "responds" };
  if (received.head.status === 404) return { isUsable: false, message: "does not exist" };
  const message = "responds, but denies listings: files play, directories are not found";
  return { isUsable: true, message };
}

/** The root of a web server is seldom a resource: 403 and 404 are as good as any response. */
async function readRoot(client: OriginClient, received: Received): Promise<ProbeResult> {
  const { head, attempt } = received;
  const reply = readListReply(head);
  const isFailure = reply?.kind === "failed" || head.status === 401;
  if (reply && isFailure) await client.handleFailure(reply, received);
  await attempt.discard(head);
  attempt.result = "success";
  return { isUsable: true, message: "responds" };
}
