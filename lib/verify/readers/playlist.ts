/** Reads HLS playlists (RFC 8216bis §4) strictly. */

import { MediaError } from "../../errors.ts";

export interface Playlist {
  readonly tags: readonly Tag[];
  /** URI lines, each with the tags since the previous one. */
  readonly uris: readonly Uri[];
}

export interface Tag {
  /** Without `#`. */
  readonly name: string;
  readonly value: string;
}

export interface Uri {
  readonly uri: string;
  readonly tags: readonly Tag[];
}

/** Only tags that AMS writes (§4.4). */
const ATTRIBUTE_LIST_TAGS = [
  "EXT-X-I-FRAME-STREAM-INF",
  "EXT-X-IMAGE-STREAM-INF",
  "EXT-X-KEY",
  "EXT-X-MAP",
  "EXT-X-MEDIA",
  "EXT-X-SESSION-DATA",
  "EXT-X-SESSION-KEY",
  "EXT-X-STREAM-INF",
  "EXT-X-TILES",
];

/** @throws MediaError with a line that violates §4.1, or an attribute list that violates §4.2 */
export function readPlaylist(text: string): Playlist {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new MediaError("Cannot find a line feed at the end");
  if (lines[0] !== "#EXTM3U") throw new MediaError("Cannot find #EXTM3U in the first line");
  const tags: Tag[] = [];
  const uris: Uri[] = [];
  let since = 0;
  for (const line of lines) {
    if (line === "" || line.trim() !== line || /\p{Cc}/u.test(line)) {
      throw new MediaError(`Cannot read the line '${line}'`);
    }
    if (line.startsWith("#")) tags.push(readTag(line));
    else {
      uris.push({ uri: line, tags: tags.slice(since) });
      since = tags.length;
    }
  }
  return { tags, uris };
}

function readTag(line: string): Tag {
  const [, name, value = ""] = /^#(EXT[A-Z0-9-]*)(?::(.+))?$/.exec(line) ?? [];
  if (name === undefined) throw new MediaError(`Cannot read the tag '${line}'`);
  if (ATTRIBUTE_LIST_TAGS.includes(name)) checkAttributeList({ name, value });
  return { name, value };
}

function checkAttributeList(tag: Tag): void {
  const attributes = splitAttributes(tag);
  const { size } = new Set(attributes.map(([name]) => name));
  const list = attributes.map(([name, value]) => `${name}=${value}`).join(",");
  if (list !== tag.value || size < attributes.length) {
    throw new MediaError(`Cannot read the attributes of '#${tag.name}:${tag.value}'`);
  }
}

/** Splits an attribute list (§4.2) into names and values. Values keep their quotes. */
export function splitAttributes({ value }: Tag): [name: string, value: string][] {
  const found = value.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",\s]+)/g);
  return [...found].map(([, name, value]) => [name!, value!]);
}

/** Parses an attribute list (§4.2), removing quotes. */
export function parseAttributes(tag: Tag): Record<string, string> {
  return Object.fromEntries(
    splitAttributes(tag).map(([name, value]) => [name, value.replaceAll('"', "")]),
  );
}

export function findTags({ tags }: { readonly tags: readonly Tag[] }, name: string): Tag[] {
  return tags.filter((tag) => tag.name === name);
}

export function getTagValue(
  holder: { readonly tags: readonly Tag[] },
  name: string,
): string | undefined {
  return findTags(holder, name)[0]?.value;
}
