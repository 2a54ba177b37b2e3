/** A strict reader of HLS playlists (RFC 8216bis §4), independent of the code under test. */

export interface Playlist {
  /** In order. */
  readonly tags: readonly Tag[];
  /** Lines other than tags, each with the tags since the one before it. */
  readonly uris: readonly Uri[];
}

export interface Tag {
  /** Without the `#`. */
  readonly name: string;
  /** Text after the colon; "" without one. */
  readonly value: string;
}

export interface Uri {
  readonly uri: string;
  readonly tags: readonly Tag[];
}

/** Tags with an attribute list (§4.4), and the format of each attribute (§4.2) that AMS writes. */
const ATTRIBUTE_FORMATS: Record<string, Record<string, RegExp>> = (() => {
  const integer = /^(0|[1-9][0-9]{0,19})$/;
  const float = /^[0-9]+(\.[0-9]+)?$/;
  const text = /^"[^"\r\n\0]*"$/;
  const resolution = /^[1-9][0-9]*x[1-9][0-9]*$/;
  const yesNo = /^(YES|NO)$/;
  const stream = {
    "BANDWIDTH": integer,
    "AVERAGE-BANDWIDTH": integer,
    "CODECS": text,
    "SUPPLEMENTAL-CODECS": text,
    "RESOLUTION": resolution,
    "VIDEO-RANGE": /^(SDR|PQ|HLG)$/,
  };
  return {
    "EXT-X-MEDIA": {
      "TYPE": /^(AUDIO|SUBTITLES|CLOSED-CAPTIONS)$/,
      "GROUP-ID": text,
      "NAME": text,
      "LANGUAGE": text,
      "DEFAULT": yesNo,
      "AUTOSELECT": yesNo,
      "FORCED": yesNo,
      "CHARACTERISTICS": text,
      "INSTREAM-ID": /^"(CC[1-4]|SERVICE([1-9]|[1-5][0-9]|6[0-3]))"$/,
      "CHANNELS": text,
      "URI": text,
    },
    "EXT-X-STREAM-INF": {
      ...stream,
      "FRAME-RATE": /^[0-9]+\.[0-9]{3}$/,
      "AUDIO": text,
      "SUBTITLES": text,
      "CLOSED-CAPTIONS": /^(NONE|"[^"]+")$/,
    },
    "EXT-X-I-FRAME-STREAM-INF": { ...stream, "URI": text },
    "EXT-X-IMAGE-STREAM-INF": { ...stream, "URI": text },
    "EXT-X-MAP": { "URI": text },
    "EXT-X-TILES": { "RESOLUTION": resolution, "LAYOUT": /^1x1$/, "DURATION": float },
  };
})();

/** @throws Error that names a line that violates §4.1, or an attribute list that violates §4.2 */
export function readPlaylist(text: string): Playlist {
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line does not end");
  const tags: Tag[] = [];
  const uris: Uri[] = [];
  let since = 0;
  for (const line of lines) {
    if (!/^\S(.*\S)?$/.test(line) || /\p{Cc}/u.test(line)) {
      throw new Error(`a blank or spaces in: ${line}`);
    }
    if (line.startsWith("#")) {
      tags.push(readTag(line));
      continue;
    }
    uris.push({ uri: line, tags: tags.slice(since) });
    since = tags.length;
  }
  return { tags, uris };
}

function readTag(line: string): Tag {
  const [, name, value = ""] = /^#(EXT[A-Z0-9-]*)(?::(.+))?$/.exec(line) ?? [];
  if (name === undefined) throw new Error(`neither a tag nor a URI: ${line}`);
  if (name in ATTRIBUTE_FORMATS) checkAttributes({ name, value }, ATTRIBUTE_FORMATS[name]!);
  return { name, value };
}

function checkAttributes(tag: Tag, formats: Record<string, RegExp>): void {
  for (const [key, value] of Object.entries(parseRawAttributes(tag))) {
    if (!formats[key]?.test(value)) throw new Error(`${tag.name}: ${key}=${value}`);
  }
}

/** Splits names and values (§4.2), with their quotes. */
function parseRawAttributes({ name, value }: Tag): Record<string, string> {
  const found = [...value.matchAll(/([A-Z0-9-]+)=("[^"]*"|[^",\s]+)/g)];
  const list = found.map(([, key, raw]) => [key!, raw!] as const);
  if (list.map(([key, raw]) => `${key}=${raw}`).join(",") !== value) {
    throw new Error(`no attribute list: ${name}:${value}`);
  }
  if (new Set(list.map(([key]) => key)).size < list.length) {
    throw new Error(`an attribute twice: ${name}:${value}`);
  }
  return Object.fromEntries(list);
}

/** Returns names and values, without quotes. */
export function parseAttributes(tag: Tag): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseRawAttributes(tag)).map(([key, value]) => [key, value.replaceAll('"', "")]),
  );
}

/** Returns the attributes of all tags of a name. */
export function findAttributes(
  { tags }: { readonly tags: readonly Tag[] },
  name: string,
): Record<string, string>[] {
  return tags.filter((tag) => tag.name === name).map(parseAttributes);
}

/** Returns the value of the only tag of a name; undefined if there is none. */
export function getTagValue(
  { tags }: { readonly tags: readonly Tag[] },
  name: string,
): string | undefined {
  const [first, ...more] = tags.filter((tag) => tag.name === name);
  if (more.length > 0) throw new Error(`${name} is there ${more.length + 1} times`);
  return first?.value;
}

/** Returns EXTINF of each segment, in seconds. */
export function getDurations({ uris }: Playlist): number[] {
  return uris.map((uri) =>
    Number(/^([0-9]+\.[0-9]+),$/.exec(getTagValue(uri, "EXTINF") ?? "")?.[1])
  );
}
