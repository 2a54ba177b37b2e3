/**
 * Rules of RFC 8216bis (draft-pantos-hls-rfc8216bis) for media playlists, on every presentation of
 * tests/sample_presentations.ts in both formats. The reader (tests/m3u8.ts) checks lines and attributes by §4.1 and §4.2.
 */

import { assert, assertEquals } from "@std/assert";
import { getDurations, getOnlyTagValue } from "../m3u8.ts";
import type { Playlist } from "../../lib/verify/readers/playlist.ts";
import type { MediaPlaylist } from "../playlists.ts";
import { mediaRule, rule } from "./each_playlist.ts";

function checkHeader({ tags }: Playlist): void {
  assertEquals([tags[0]!.name, tags[0]!.value], ["EXTM3U", ""]);
  assertEquals(tags[1]!.name, "EXT-X-VERSION");
  for (const name of ["EXTM3U", "EXT-X-VERSION", "EXT-X-INDEPENDENT-SEGMENTS"]) {
    getOnlyTagValue({ tags }, name); // throws if there are two
  }
}

rule("§4.4.1: EXTM3U is first, then the only version", (asset) => {
  checkHeader(asset.multivariant);
  for (const playlist of asset.media.values()) checkHeader(playlist);
});

rule("§4.1: a playlist is either a multivariant or a media playlist", ({ multivariant, media }) => {
  assertEquals(
    multivariant.tags.filter(({ name }) => /TARGETDURATION|EXTINF|MAP|ENDLIST/.test(name)),
    [],
  );
  for (const { tags } of media.values()) {
    assertEquals(
      tags.filter(({ name }) => /EXT-X-MEDIA$|INF$/.test(name) && name !== "EXTINF"),
      [],
    );
  }
});

/** Lowest version that allows the features of a playlist (§8). */
function leastVersion({ tags }: Playlist): number {
  const has = (name: string) => tags.some((tag) => tag.name === name);
  const iframes = has("EXT-X-I-FRAMES-ONLY");
  if (has("EXT-X-MAP")) return iframes ? 5 : 6;
  if (iframes) return 5; // 4 suffices without EXT-X-MAP
  return tags.some(({ name, value }) => name === "EXTINF" && value.includes(".")) ? 3 : 1;
}

mediaRule("§8: the version is that of the features used", (playlist) => {
  assertEquals(Number(getOnlyTagValue(playlist, "EXT-X-VERSION")), leastVersion(playlist));
});

rule(
  "§8: the multivariant playlist has its own version, or the highest of its media playlists",
  (asset) => {
    const variants = asset.multivariant.uris.map(({ uri }) => asset.media.get(uri)!);
    const services = asset.multivariant.tags.some(({ value }) =>
      value.includes('INSTREAM-ID="SERVICE')
    );
    assertEquals(
      Number(getOnlyTagValue(asset.multivariant, "EXT-X-VERSION")),
      Math.max(services ? 7 : 0, ...variants.map(leastVersion)),
    );
  },
);

mediaRule("§4.4.3.1: each EXTINF, rounded, is at most the target duration", (playlist) => {
  const target = getOnlyTagValue(playlist, "EXT-X-TARGETDURATION")!;
  assert(/^[1-9][0-9]*$/.test(target), target);
  for (const duration of getDurations(playlist)) {
    assert(duration > 0 && Math.round(duration) <= Number(target), `${duration} over ${target}`);
  }
});

rule("§6.2.4: one target duration, except for subtitles, key frames and images", (asset) => {
  const targets = [...asset.media.values()]
    .filter(({ kind, rendition: { type } }) => /^media/.test(kind) && /video|audio/.test(type))
    .map((playlist) => getOnlyTagValue(playlist, "EXT-X-TARGETDURATION"));
  assertEquals(new Set(targets).size, 1);
});

mediaRule("§4.4.3.4, §4.4.3.5: a VOD, closed by the last line", (playlist) => {
  assertEquals(getOnlyTagValue(playlist, "EXT-X-PLAYLIST-TYPE"), "VOD");
  assertEquals(getOnlyTagValue(playlist, "EXT-X-ENDLIST"), "");
  assert(playlist.text.endsWith("#EXT-X-ENDLIST\n"));
});

mediaRule("§4.4.4.1: one EXTINF before each segment, and none without", (playlist) => {
  assert(playlist.uris.length > 0);
  for (const uri of playlist.uris) assert(getOnlyTagValue(uri, "EXTINF") !== undefined, uri.uri);
  assert(getDurations(playlist).every((duration) => duration > 0));
  const count = playlist.tags.filter(({ name }) => name === "EXTINF").length;
  assertEquals(count, playlist.uris.length);
});

mediaRule(
  "§4.4.4.5: EXT-X-MAP is before the first segment of fMP4, and nowhere else",
  (playlist) => {
    const { tags, kind, rendition: { type } } = playlist;
    const at = tags.flatMap(({ name }, i) => name === "EXT-X-MAP" ? [i] : []);
    const wanted = !kind.endsWith("Ts") && (type === "video" || type === "audio");
    assertEquals(at.length, wanted ? 1 : 0);
    if (wanted) assert(at[0]! < tags.findIndex(({ name }) => name === "EXTINF"));
  },
);

mediaRule("§3.1: no segment comes twice", ({ uris }) => {
  assertEquals(new Set(uris.map(({ uri }) => uri)).size, uris.length);
});

mediaRule("§4.4.3.6: key frames are resources of their own, without byte ranges", (playlist) => {
  const { uris, kind } = playlist;
  const isOfKeyFrames = kind === "iframes" || kind === "iframesTs";
  assertEquals(getOnlyTagValue(playlist, "EXT-X-I-FRAMES-ONLY"), isOfKeyFrames ? "" : undefined);
  for (const uri of uris) {
    assertEquals(getOnlyTagValue(uri, "EXT-X-BYTERANGE"), undefined);
    assertEquals(uri.uri.includes(".iframe."), isOfKeyFrames);
  }
});

rule("§4.4.2.1: EXT-X-INDEPENDENT-SEGMENTS is present exactly where it applies", (asset) => {
  const isOpen = (playlist: MediaPlaylist) =>
    "openGop" in playlist.rendition && playlist.rendition.openGop;
  const timed = [...asset.media.values()].filter(({ rendition: { type } }) =>
    type === "video" || type === "audio"
  );
  for (const playlist of timed) {
    const declared = getOnlyTagValue(playlist, "EXT-X-INDEPENDENT-SEGMENTS") !== undefined;
    assertEquals(declared, !isOpen(playlist), playlist.uri);
  }
  const declared = getOnlyTagValue(asset.multivariant, "EXT-X-INDEPENDENT-SEGMENTS") !== undefined;
  assertEquals(declared, !timed.some(isOpen));
});
