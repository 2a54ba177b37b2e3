/** URLs to which encoders publish: `/live/news.json/KEY/feed/segment.m4s`. */

import { STREAM_KEY } from "../../package/channel_file.ts";
import { splitPath } from "../../url/path.ts";
import { IngestError } from "../ingest_error.ts";

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

/** Path of a channel in UTF-8: file systems have names of 255 bytes. */
const MAX_CHANNEL_BYTES = 1024;
const MAX_NAME_BYTES = 255;

const utf8 = new TextEncoder();

const EXPECTED = "expected /DIRECTORY/CHANNEL.json/KEY/NAME";

/**
 * Splits the target of a request. Errors do not quote it, since it may contain a key.
 *
 * @throws IngestError `BAD_REQUEST` for a malformed path, `NOT_FOUND` if it names no channel
 */
export function parsePublishingUrl(target: string): PublishingUrl {
  const names = splitTarget(target);
  const end = names.findIndex((name) => CHANNEL_NAME.test(name));
  const channel = toChannel(names.slice(0, end + 1));
  if (channel === undefined) {
    throw new IngestError("NOT_FOUND", `Cannot find a channel in the path of the URL, ${EXPECTED}`);
  }
  return { channel, names: names.slice(end + 1) };
}

/** Returns the path of the channel file, whose extension may be absent; undefined for a path that none has. */
export function toChannel(names: readonly string[]): string | undefined {
  if (names.length === 0 || names.includes("")) return undefined;
  const stem = names.at(-1)!.replace(CHANNEL_NAME, "$1");
  const file = [...names.slice(0, -1), `${stem}.json`];
  return isTooLong(file) ? undefined : file.join("/");
}

function isTooLong(names: readonly string[]): boolean {
  const sizes = names.map((name) => utf8.encode(name).length);
  const total = sizes.reduce((sum, size) => sum + size + 1, 0);
  return total > MAX_CHANNEL_BYTES || sizes.some((size) => size > MAX_NAME_BYTES);
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

/** Returns true if a path behind the key names its stream in `Streams(NAME)`. */
export function hasDeclaredStream(path: string): boolean {
  return path.split("/").some((name) => STREAMS.test(name));
}

/**
 * Returns the path of the channel for a log line: what follows may contain a key, also in the wrong place.
 *
 * @param isKnown false if there is no such channel: see `redactUnknownChannel()`
 */
export function redactPublishingUrl(
  target: string,
  { isKnown = true }: { readonly isKnown?: boolean } = {},
): string {
  try {
    const { channel, names } = parsePublishingUrl(target);
    return `/${isKnown ? shortenChannel(channel) : redactUnknownChannel(channel)}${
      names.length > 0 ? "/…" : ""
    }`;
  } catch {
    return "/…";
  }
}

export function shortenChannel(channel: string): string {
  return channel.length > MAX_SHOWN_LENGTH ? `${channel.slice(0, MAX_SHOWN_LENGTH)}…` : channel;
}

/** Returns a path that is no channel for errors and log lines, without names that may be keys in the wrong place. */
export function redactUnknownChannel(channel: string): string {
  const names = channel.split("/").map((name) => {
    const [, stem, extension = ""] = /^(.*?)(\.json)?$/s.exec(name)!;
    return STREAM_KEY.test(stem!) ? `…${extension}` : name;
  });
  return shortenChannel(names.join("/"));
}

/** Returns names that a name of a path contributes to that of a stream. */
export function getStreamParts(name: string): string[] {
  const declared = STREAMS.exec(name)?.[1];
  return [name, name.replace(EXTENSION, ""), ...declared === undefined ? [] : [declared]];
}
