/** Reads HLS playlists (RFC 8216bis §4) strictly. */

import { MediaError } from "../../errors.ts";

export interface Playlist {
  /** In order. */
  readonly tags: readonly Tag[];
  /** URI lines, each with the tags since the previous one. */
  readonly uris: readonly Uri[];
}

export interface Tag {
  /** Without `#`. */
  readonly name: string;
  /** Text after the colon, or "". */
  readonly value: string;
}

export interface Uri {
  readonly uri: string;
  readonly tags: readonly Tag[];
}

/** @throws MediaError with the invalid line */
export function readPlaylist(text: string): Playlist {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new MediaError("Cannot find a line feed at the end");
  if (lines[0] !== "#EXTM3U") throw new MediaError("Cannot find #EXTM3U in the first line");
  const tags: Tag[] = [];
  const uris: Uri[] = [];
  let since = 0;
  for (const line of lines) {
    if (line.startsWith("#")) tags.push(readTag(line));
    else {
      if (line === "" || line.trim() !== line) {
        throw new MediaError(`Cannot read the line '${line}'`);
      }
      uris.push({ uri: line, tags: tags.slice(since) });
      since = tags.length;
    }
  }
  return { tags, uris };
}

function readTag(line: string): Tag {
  const [, name, value = ""] = /^#(EXT[A-Z0-9-]*)(?::(.+))?$/.exec(line) ?? [];
  if (name === undefined) throw new MediaError(`Cannot read the tag '${line}'`);
  return { name, value };
}

/** Parses an attribute list (§4.2), removing quotes. */
export function parseAttributes({ value }: Tag): Record<string, string> {
  const found = value.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g);
  return Object.fromEntries([...found].map(([, key, raw]) => [key!, raw!.replaceAll('"', "")]));
}

/** All tags of a name. */
export function findTags({ tags }: { readonly tags: readonly Tag[] }, name: string): Tag[] {
  return tags.filter((tag) => tag.name === name);
}

/** Value of the first tag of a name; undefined without one. */
export function getTagValue(
  holder: { readonly tags: readonly Tag[] },
  name: string,
): string | undefined {
  return findTags(holder, name)[0]?.value;
}
