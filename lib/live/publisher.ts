/** Who may publish what. */

import { parseAddress } from "../ip/address.ts";
import { channelNotFound, IngestError } from "./ingest_error.ts";
import {
  getStreamName,
  getStreamParts,
  parsePublishingUrl,
  redactUnknownChannel,
} from "./http/publishing_url.ts";
import type { RequestHead } from "./http/request_head.ts";
import type { StreamKeys } from "./stream_keys.ts";

const LOOPBACK = "loopback";

/** Behind the channel. Each is compared with all keys. */
const MAX_NAMES = 20;

/** Who may publish to a channel; `loopback`: everyone from a loopback address, with any key. */
export type ChannelPublishers = StreamKeys | typeof LOOPBACK;

/** What a request publishes. */
export interface Publication {
  /** Path of the channel file in the document root. */
  readonly channel: string;
  /** Name of the publisher in the channel file, or `loopback`. */
  readonly publisher: string;
  /** Characters are `A-Za-z0-9_=-`. */
  readonly stream: string;
  /** Decoded path behind the key. */
  readonly path: string;
}

interface PublicationRequest extends Pick<RequestHead, "target" | "headers" | "expectsContinue"> {
  readonly remoteAddress: string;
}

/** Returns undefined if there is no such channel. */
export type FindPublishers = (channel: string) => ChannelPublishers | undefined;

/**
 * Identifies a publisher by `Authorization`, else by the first name behind the channel.
 *
 * @param findPublishers returns undefined if there is no such channel
 * @throws IngestError `NOT_FOUND` without a channel, `UNAUTHORIZED` without a key, `FORBIDDEN` for a wrong one, `BAD_REQUEST` for
 *   another path
 */
export function identifyPublisher(
  request: PublicationRequest,
  findPublishers: FindPublishers,
): Publication {
  const { channel, names } = parsePublishingUrl(request.target);
  const publishers = requirePublishers(channel, request.remoteAddress, findPublishers);
  if (names.length > MAX_NAMES) {
    throw new IngestError(
      "BAD_REQUEST",
      `Cannot publish to a path of more than ${MAX_NAMES} names`,
    );
  }
  const { publisher, path } = readKey(request, names, publishers);
  requireNoKey(path.flatMap(getStreamParts), publishers);
  return { channel, publisher, stream: getStreamName(path), path: path.join("/") };
}

/**
 * Returns who may publish to a channel from an address.
 *
 * @throws IngestError `NOT_FOUND` without a channel, `FORBIDDEN` if there are none
 */
export function requirePublishers(
  channel: string,
  remoteAddress: string,
  findPublishers: FindPublishers,
): ChannelPublishers {
  const publishers = findPublishers(channel);
  if (!publishers) throw channelNotFound(redactUnknownChannel(channel));
  if (publishers !== LOOPBACK) requireAny(publishers, channel);
  else requireLoopback(remoteAddress, channel);
  return publishers;
}

/** @throws IngestError `BAD_REQUEST` if the name of a stream is a key, which URLs of media would show */
export function requireNoKey(names: readonly string[], publishers: ChannelPublishers): void {
  if (!names.some((name) => isKey(name, publishers))) return;
  throw new IngestError(
    "BAD_REQUEST",
    "Cannot publish under a key as name, expected it as the first name behind the channel only",
  );
}

function isKey(name: string, publishers: ChannelPublishers): boolean {
  return publishers !== LOOPBACK && publishers.find(name) !== undefined;
}

interface Identified {
  readonly publisher: string;
  /** Names behind the key. */
  readonly path: readonly string[];
}

function readKey(
  { headers, expectsContinue }: PublicationRequest,
  names: readonly string[],
  publishers: ChannelPublishers,
): Identified {
  const credentials = headers.get("authorization");
  const [key = "", ...path] = names;
  if (credentials !== undefined) {
    const publisher = requirePublisher(parseCredentials(credentials), publishers);
    return { publisher, path: isKey(key, publishers) ? path : names };
  }
  // ffmpeg has credentials from its URL and sends them when required; any name can be a key of "loopback", also that of a stream
  const isStream = expectsContinue || path.length === 0 && publishers !== LOOPBACK;
  if (key === "" || isStream && !isKey(key, publishers)) throw unauthorized();
  return { publisher: requirePublisher(key, publishers), path };
}

/**
 * Returns the key of `Bearer KEY` (RFC 6750 §2.1) or of `Basic` with any user (RFC 7617 §2).
 *
 * @throws IngestError `UNAUTHORIZED` for another scheme
 */
function parseCredentials(credentials: string): string {
  const [, scheme, value] = /^(\S+) +(\S+)$/.exec(credentials) ?? [];
  if (scheme?.toLowerCase() === "bearer") return value!;
  const pair = scheme?.toLowerCase() === "basic" ? decodeBasic(value!) : undefined;
  const colon = pair?.indexOf(":") ?? -1;
  if (colon < 0) throw unauthorized();
  return pair!.slice(colon + 1);
}

function decodeBasic(base64: string): string | undefined {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(base64));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Returns the name of the publisher with a key.
 *
 * @throws IngestError `FORBIDDEN` for a wrong one
 */
export function requirePublisher(key: string, publishers: ChannelPublishers): string {
  const publisher = publishers === LOOPBACK ? LOOPBACK : publishers.find(key);
  if (publisher !== undefined) return publisher;
  throw new IngestError("FORBIDDEN", "Cannot publish: the key is wrong");
}

function requireAny(keys: StreamKeys, channel: string): void {
  if (!keys.isEmpty) return;
  throw new IngestError("FORBIDDEN", `Cannot publish: ${channel} has no publishers`);
}

function requireLoopback(address: string, channel: string): void {
  if (parseAddress(address)?.range() === "loopback") return;
  throw new IngestError(
    "FORBIDDEN",
    `Cannot publish: ${channel} has the publishers "loopback", expected a loopback address`,
  );
}

function unauthorized(): IngestError {
  return new IngestError(
    "UNAUTHORIZED",
    "Cannot publish without a key, expected it behind the channel, or as the password of Basic or the token of Bearer authorization",
  );
}
