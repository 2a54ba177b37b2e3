/** Reads HLS playlists (RFC 8216bis §4) with the reader of verify, and checks what AMS writes more strictly. */

import {
  findTags,
  parseAttributes,
  type Playlist,
  readPlaylist,
  splitAttributes,
  type Tag,
} from "../lib/verify/readers/playlist.ts";

/** Format of each attribute that AMS writes (§4.2, §4.4), with its quotes. */
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
  const key = {
    "METHOD": /^(AES-128|SAMPLE-AES|SAMPLE-AES-CTR)$/,
    "URI": text,
    "KEYID": /^0x[0-9A-F]{32}$/,
    "KEYFORMAT": text,
    "KEYFORMATVERSIONS": /^"1"$/,
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
    "EXT-X-KEY": key,
    "EXT-X-SESSION-KEY": key,
    "EXT-X-TILES": { "RESOLUTION": resolution, "LAYOUT": /^1x1$/, "DURATION": float },
  };
})();

/** @throws Error that names an invalid line or attribute */
export function readStrictPlaylist(text: string): Playlist {
  const playlist = readPlaylist(text);
  for (const tag of playlist.tags) checkAttributeFormats(tag);
  return playlist;
}

function checkAttributeFormats(tag: Tag): void {
  const formats = ATTRIBUTE_FORMATS[tag.name];
  if (!formats) return;
  for (const [name, value] of splitAttributes(tag)) {
    if (!formats[name]?.test(value)) throw new Error(`${tag.name}: ${name}=${value}`);
  }
}

/** Returns the attributes of all tags of a name. */
export function findAttributes(
  playlist: { readonly tags: readonly Tag[] },
  name: string,
): Record<string, string>[] {
  return findTags(playlist, name).map(parseAttributes);
}

/**
 * Returns the value of the only tag of a name; undefined if there is none.
 *
 * @throws Error if there are more
 */
export function getOnlyTagValue(
  holder: { readonly tags: readonly Tag[] },
  name: string,
): string | undefined {
  const [first, ...more] = findTags(holder, name);
  if (more.length > 0) throw new Error(`${name} is there ${more.length + 1} times`);
  return first?.value;
}

/** Returns EXTINF of each segment, in seconds. */
export function getDurations({ uris }: Playlist): number[] {
  return uris.map((uri) =>
    Number(/^([0-9]+\.[0-9]+),$/.exec(getOnlyTagValue(uri, "EXTINF") ?? "")?.[1])
  );
}
