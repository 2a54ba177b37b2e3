/** Writes objects of a bucket. */

import { SourceError } from "../../errors.ts";
import { toObjectUrl } from "./object_url.ts";
import type { S3Origin } from "./origin.ts";
import type { OriginClient, Received } from "./origin_client.ts";
import { readUploadReply } from "./reply.ts";

export interface ObjectUpload {
  /** Below the mount. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
  readonly signal: AbortSignal;
}

/**
 * Writes an object by one PUT: until that succeeds, the previous object stays. Returns the ETag of the new one.
 *
 * @throws SourceError; the reason of the signal
 */
export async function uploadObject(
  client: OriginClient,
  origin: S3Origin,
  { path, bytes, type, signal }: ObjectUpload,
): Promise<string | undefined> {
  const url = toObjectUrl(origin, path);
  if (!url) {
    throw new SourceError(
      "SOURCE_INVALID",
      `Cannot write '${path}' to its origin: expected another path`,
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  const payload = { body: bytes, digest };
  const getHeaders = () => ({ "content-type": type });
  const request = { path, url, payload, getHeaders, signal };
  return await client.send(request, (received) => readResult(client, received));
}

async function readResult(client: OriginClient, received: Received): Promise<string | undefined> {
  const { head, attempt, action } = received;
  const reply = readUploadReply(head);
  if (reply) {
    await client.handleFailure(reply, received);
    throw new SourceError(
      "SOURCE_DENIED",
      `Cannot ${action}: it denies that, or has no such bucket`,
    );
  }
  await attempt.discard(head);
  attempt.result = "success";
  return head.headers.get("etag") ?? undefined;
}
