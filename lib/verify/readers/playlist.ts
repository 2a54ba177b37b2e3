/** HLS playlists (RFC 8216bis §4), read strictly. */

import { MediaError } from "../../errors.ts";

export interface Playlist {
  /** In order. */
  readonly tags: readonly Tag[];
  /** Lines that are no tags, each with the tags since the one before it. */
  readonly uris: readonly Uri[];
}

export interface Tag {
  /** Without the `#`. */
  readonly name: string;
  /** Behind the colon; "" where there is none. */
  readonly value: string;
}

export interface Uri {
  readonly uri: string;
  readonly tags: readonly Tag[];
}

/** @throws MediaError that names the line */
export function readPlaylist(text: string): Playlist {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new MediaError("Cannot find the end of the last line");
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

/** Attributes without their quotes (§4.2). */
export function parseAttributes({ value }: Tag): Record<string, string> {
  const found = value.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",]*)/g);
  return Object.fromEntries([...found].map(([, key, raw]) => [key!, raw!.replaceAll('"', "")]));
}

/** All tags of that name. */
export function findTags({ tags }: { readonly tags: readonly Tag[] }, name: string): Tag[] {
  return tags.filter((tag) => tag.name === name);
}

/** The value of the first tag of that name; undefined: there is none. */
export function getTagValue(
  holder: { readonly tags: readonly Tag[] },
  name: string,
): string | undefined {
  return findTags(holder, name)[0]?.value;
}
