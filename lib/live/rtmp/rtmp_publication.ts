/** Who may publish what over RTMP: the channel is in the app, the key is the stream name. */

import { splitPath } from "../../url/path.ts";
import { IngestError } from "../ingest_error.ts";
import {
  type FindPublishers,
  type Publication,
  requireNoKey,
  requirePublisher,
  requirePublishers,
} from "../publisher.ts";
import { redactUnknownChannel, shortenChannel, toChannel } from "../http/publishing_url.ts";

/** What a client names in `connect` and `publish`: in encoders the path of the server, and the stream key. */
export interface RtmpTarget {
  readonly app: string;
  /** Name of the stream. */
  readonly name: string;
}

/** RTMP has one stream per connection, whose name stands for the key. */
const STREAM = "feed";

const EXPECTED = "expected rtmp://HOST/DIRECTORY/CHANNEL and the key as name of the stream";

/**
 * Splits app and stream name, joined by a slash: the last name is the key, the others are the channel, whose extension may be absent.
 * Queries are ignored: encoders and services append parameters to either. Errors do not quote a name, since it may be a key.
 *
 * @throws IngestError `BAD_REQUEST` for malformed names, `NOT_FOUND` if they name no channel
 */
export function parseRtmpTarget(
  { app, name }: RtmpTarget,
): { readonly channel: string; readonly key: string } {
  const names = splitTarget([app, name].map(toPath).filter(Boolean).join("/"));
  const channel = toChannel(names.slice(0, -1));
  if (channel !== undefined) return { channel, key: names.at(-1)! };
  throw new IngestError("NOT_FOUND", `Cannot find a channel and a key in the URL, ${EXPECTED}`);
}

/** Without query, and slashes at its ends. */
function toPath(text: string): string {
  return text.split("?", 1)[0]!.replace(/^\/+|\/+$/g, "");
}

function splitTarget(path: string): string[] {
  try {
    return splitPath(`/${path}`);
  } catch {
    throw new IngestError("BAD_REQUEST", `Cannot read the path of the URL, ${EXPECTED}`);
  }
}

/**
 * Identifies a publisher by its key.
 *
 * @throws IngestError `NOT_FOUND` without a channel, `FORBIDDEN` for a wrong key, `BAD_REQUEST` for a malformed path
 */
export function identifyRtmpPublisher(
  { remoteAddress, ...target }: RtmpTarget & { readonly remoteAddress: string },
  findPublishers: FindPublishers,
): Publication {
  const { channel, key } = parseRtmpTarget(target);
  const publishers = requirePublishers(channel, remoteAddress, findPublishers);
  const publisher = requirePublisher(key, publishers);
  requireNoKey([STREAM], publishers);
  return { channel, publisher, stream: STREAM, path: STREAM };
}

/**
 * Returns the path of the channel for a log line, without the key, also where it is in the wrong place.
 *
 * @param isKnown false if there is no such channel
 */
export function redactRtmpTarget(target: RtmpTarget, isKnown: boolean): string {
  try {
    const { channel } = parseRtmpTarget(target);
    return `/${isKnown ? shortenChannel(channel) : redactUnknownChannel(channel)}/…`;
  } catch {
    return "/…";
  }
}
