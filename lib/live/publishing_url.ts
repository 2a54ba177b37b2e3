/** URLs to which encoders publish: `/live/news.json/KEY/feed/segment.m4s`. */

import { splitPath } from "../url/path.ts";
import { IngestError } from "./ingest_error.ts";

export interface PublishingUrl {
  /** Path of the channel file in the document root. */
  readonly channel: string;
  /** Decoded names behind the channel; the last one is "" if the path ends with a slash. */
  readonly names: readonly string[];
}

/** Encoders of Smooth Streaming publish to publishing points, `news.isml`. */
const CHANNEL_NAME = /^(.+)\.(?:json|isml|ism)$/i;

const STREAMS = /^Streams\((.+)\)$/i;
const EXTENSION = /(?<=.)\.[^.]*$/;

/** Names of renditions have up to 100 characters: `-audio-100` may follow. */
const MAX_STREAM_NAME_LENGTH = 90;

const MAX_SHOWN_LENGTH = 200;

const EXPECTED = "expected /DIRECTORY/CHANNEL.json/KEY/NAME";

/**
 * Splits the target of a request. Errors do not quote it, since it may contain a key.
 *
 * @throws IngestError `BAD_REQUEST` for a malformed path, `NOT_FOUND` if it names no channel
 */
export function parsePublishingUrl(target: string): PublishingUrl {
  const names = splitTarget(target);
  const end = names.findIndex((name) => CHANNEL_NAME.test(name));
  if (end < 0 || names.slice(0, end).includes("")) {
    throw new IngestError("NOT_FOUND", `Cannot find a channel in the path of the URL, ${EXPECTED}`);
  }
  const file = names[end]!.replace(CHANNEL_NAME, "$1.json");
  return { channel: [...names.slice(0, end), file].join("/"), names: names.slice(end + 1) };
}

function splitTarget(target: string): string[] {
  const path = target.split("?", 1)[0]!.replace(/^https?:\/\/[^/]*/i, "");
  try {
    return splitPath(path);
  } catch {
    throw new IngestError("BAD_REQUEST", `Cannot read the path of the URL, ${EXPECTED}`);
  }
}

/**
 * Returns the name of the stream: that in `Streams(NAME)`, else the directory, else the file name without extension.
 *
 * @param names behind the key
 * @throws IngestError `BAD_REQUEST` if there is none, or it is too long
 */
export function getStreamName(names: readonly string[]): string {
  const declared = names.map((name) => STREAMS.exec(name)?.[1]).find((name) => name !== undefined);
  const directory = names.slice(0, -1).filter(Boolean).join("-");
  const file = (names.at(-1) ?? "").replace(EXTENSION, "");
  const name = (declared ?? (directory || file)).replace(/[^A-Za-z0-9_=-]/gu, "-");
  if (name !== "" && name.length <= MAX_STREAM_NAME_LENGTH) return name;
  throw new IngestError(
    "BAD_REQUEST",
    `Cannot find the name of a stream of 1 to ${MAX_STREAM_NAME_LENGTH} characters in the path behind the key, ${EXPECTED}`,
  );
}

/** Returns the path of the channel for a log line: what follows may contain a key, also in the wrong place. */
export function redactPublishingUrl(target: string): string {
  try {
    const { channel, names } = parsePublishingUrl(target);
    return `/${shortenChannel(channel)}${names.length > 0 ? "/…" : ""}`;
  } catch {
    return "/…";
  }
}

export function shortenChannel(channel: string): string {
  return channel.length > MAX_SHOWN_LENGTH ? `${channel.slice(0, MAX_SHOWN_LENGTH)}…` : channel;
}
