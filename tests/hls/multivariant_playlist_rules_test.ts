/**
 * Rules of RFC 8216bis (draft-pantos-hls-rfc8216bis) for multivariant playlists, on every presentation of
 * tests/sample_presentations.ts in both formats. The reader (tests/m3u8.ts) checks lines and attributes by §4.1 and §4.2.
 */

import { assert, assertEquals } from "@std/assert";
import { findAttributes, getOnlyTagValue } from "../m3u8.ts";
import type { MediaRendition, Rendition } from "../../lib/presentation/presentation.ts";
import type { MediaPlaylist } from "../playlists.ts";
import { planWebvttSegment } from "../../lib/hls/webvtt_segment.ts";
import { type Bandwidths, computeBandwidths } from "../../lib/presentation/bandwidth.ts";
import { rule, type TestAsset } from "./each_playlist.ts";

const streams = (asset: TestAsset) => findAttributes(asset.multivariant, "EXT-X-STREAM-INF");
const media = (asset: TestAsset) => findAttributes(asset.multivariant, "EXT-X-MEDIA");
const groups = (asset: TestAsset) =>
  Map.groupBy(media(asset), (one) => `${one.TYPE} ${one["GROUP-ID"]}`);

/** Members of a group that a variant refers to. */
function getGroup(asset: TestAsset, type: "AUDIO" | "SUBTITLES", id: string | undefined) {
  return id === undefined ? [] : groups(asset).get(`${type} ${id}`)!;
}

function getPlaylist(asset: TestAsset, uri: string): MediaPlaylist {
  return asset.media.get(uri)!;
}

rule("§4.4.6.1: EXT-X-MEDIA has TYPE, GROUP-ID, NAME, and the attributes of its TYPE", (asset) => {
  for (const one of media(asset)) {
    assert(one.TYPE && one["GROUP-ID"] && one.NAME && one.NAME.trim() === one.NAME);
    assertEquals(one.CHANNELS !== undefined, one.TYPE === "AUDIO");
    assert(one.URI !== undefined || one.TYPE === "CLOSED-CAPTIONS" || one.TYPE === "AUDIO");
    assertEquals(one["INSTREAM-ID"] !== undefined, one.TYPE === "CLOSED-CAPTIONS");
    assert(one.FORCED === undefined || one.TYPE === "SUBTITLES" && one.AUTOSELECT === "YES");
  }
});

rule("§4.4.6.1: LANGUAGE is a BCP 47 tag", (asset) => {
  for (const { LANGUAGE: language } of media(asset)) {
    assertEquals(Intl.getCanonicalLocales(language!), [language]);
  }
});

rule("§4.4.6.1.1: the NAME of each member is unique in its group", (asset) => {
  for (const members of groups(asset).values()) {
    assertEquals(new Set(members.map(({ NAME }) => NAME)).size, members.length);
  }
});

rule(
  "§4.4.6.1.1: an audio group has one default, another group at most one",
  (asset) => {
    for (const [id, members] of groups(asset)) {
      const defaults = members.filter(({ DEFAULT }) => DEFAULT === "YES");
      assert(id.startsWith("AUDIO") ? defaults.length === 1 : defaults.length < 2);
      assert(defaults.every(({ AUTOSELECT }) => AUTOSELECT === "YES"));
    }
  },
);

rule("§4.4.6.1.1: AUTOSELECT=YES is unique by language and characteristics in a group", (asset) => {
  for (const members of groups(asset).values()) {
    const chosen = members.filter(({ AUTOSELECT }) => AUTOSELECT === "YES")
      .map(({ LANGUAGE, FORCED, CHARACTERISTICS }) => `${LANGUAGE} ${FORCED} ${CHARACTERISTICS}`);
    assertEquals(new Set(chosen).size, chosen.length);
    assert(members.every(({ LANGUAGE }) => chosen.some((one) => one.startsWith(`${LANGUAGE} `))));
  }
});

rule(
  "§4.4.6.1.1: all audio groups have the same members, except for URI and CHANNELS",
  (asset) => {
    const normalized = [...groups(asset)].filter(([id]) => id.startsWith("AUDIO")).map((
      [, members],
    ) => members.map(({ URI: _uri, CHANNELS: _channels, "GROUP-ID": _id, ...rest }) => rest));
    for (const members of normalized) assertEquals(members, normalized[0]);
  },
);

rule("§4.4.6.2: a variant is a tag with the URI in the next line", ({ text, multivariant }) => {
  const pairs = text.match(/^#EXT-X-STREAM-INF:.*\n[^#\n]+$/gm) ?? [];
  assertEquals(pairs.length, multivariant.uris.length);
  assertEquals(pairs.length, findAttributes(multivariant, "EXT-X-STREAM-INF").length);
  assert(pairs.length > 0);
});

rule(
  "§4.4.6.2: AUDIO, SUBTITLES and CLOSED-CAPTIONS refer to existing groups, and all groups are used",
  (asset) => {
    const used = new Set<string>();
    for (const stream of streams(asset)) {
      for (const type of ["AUDIO", "SUBTITLES", "CLOSED-CAPTIONS"]) {
        if (stream[type] !== undefined && stream[type] !== "NONE") {
          used.add(`${type} ${stream[type]}`);
        }
      }
    }
    assertEquals([...used].sort(), [...groups(asset).keys()].sort());
  },
);

rule("§4.4.6.2: all variants have the same CLOSED-CAPTIONS", (asset) => {
  const declared = streams(asset).map((stream) => stream["CLOSED-CAPTIONS"]);
  const has = media(asset).some(({ TYPE }) => TYPE === "CLOSED-CAPTIONS");
  assert(declared.every((one) => one === (has ? "captions" : "NONE")), `${declared}`);
});

rule("§8: CEA-708 services require version 7", (asset) => {
  const services = media(asset).some((one) => one["INSTREAM-ID"]?.startsWith("SERVICE"));
  assert(!services || Number(getOnlyTagValue(asset.multivariant, "EXT-X-VERSION")) >= 7);
});

rule("§4.4.6.2.1: all variants have subtitles, or none", (asset) => {
  const texts = [...asset.presentation.renditions.values()].some(({ type }) => type === "text");
  for (const { SUBTITLES } of streams(asset)) {
    assertEquals(SUBTITLES, texts ? "subtitles" : undefined);
  }
});

rule("§4.4.6.2: CODECS lists each codec of the variant and of its audio once", (asset) => {
  for (const [i, stream] of streams(asset).entries()) {
    const { rendition } = getPlaylist(asset, asset.multivariant.uris[i]!.uri);
    const members = getGroup(asset, "AUDIO", stream.AUDIO).map(({ URI }) => URI);
    const audio = members.flatMap((uri) => uri ? getPlaylist(asset, uri).rendition : []);
    const muxed = rendition.type === "video" && members.includes(undefined)
      ? findMuxedAudio(asset)
      : [];
    const codecs = [rendition, ...audio, ...muxed].map((one) =>
      one.type === "text" ? "" : one.codec.hls?.codec ?? one.description.codec
    );
    assertEquals(stream.CODECS!.split(",").sort(), [...new Set(codecs)].sort());
  }
});

/** The audio of MPEG-TS, if there is one, and it is mono or stereo AAC or MP3. */
function findMuxedAudio({ presentation }: TestAsset) {
  const audio = [...presentation.renditions.values()].filter((one) =>
    one.type === "audio" && one.codec.mpegTs !== undefined
  ) as MediaRendition[];
  const isMuxable = ({ codec, description }: MediaRendition) =>
    ["aac", "mp3"].includes(codec.family) && description.type === "audio" &&
    description.channels <= 2;
  return audio.length === 1 ? audio.filter(isMuxable) : [];
}

rule(
  "§4.4.6.2: BANDWIDTH is at least AVERAGE-BANDWIDTH, and both are present",
  (asset) => {
    const all = [...streams(asset), ...iframeStreams(asset)];
    for (const { BANDWIDTH, "AVERAGE-BANDWIDTH": average } of all) {
      assert(
        Number(average) > 0 && Number(BANDWIDTH) >= Number(average),
        `${BANDWIDTH} ${average}`,
      );
    }
  },
);

/** Builds all segments of subtitles. */
function measureWebvtt({ presentation, format }: TestAsset, rendition: Rendition): Bandwidths {
  assert(rendition.type === "text");
  const { times, timescale } = rendition;
  const sizes = Array.from(times.subarray(1), (time, i) => ({
    bytes: planWebvttSegment(rendition, i, format).header.length,
    seconds: (time - times[i]!) / timescale,
  }));
  return computeBandwidths(sizes, presentation.targetDuration);
}

rule("§4.4.6.2: BANDWIDTH of fMP4 is the largest sum of renditions that play together", (asset) => {
  if (asset.format !== "fmp4") return;
  for (const [i, stream] of streams(asset).entries()) {
    const { rendition } = getPlaylist(asset, asset.multivariant.uris[i]!.uri);
    const ofGroup = (type: "AUDIO" | "SUBTITLES") =>
      getGroup(asset, type, stream[type]).flatMap(({ URI }) =>
        URI ? getPlaylist(asset, URI).rendition : []
      );
    for (const key of ["bandwidth", "averageBandwidth"] as const) {
      const audio = ofGroup("AUDIO").map((one) => one[key]);
      const texts = ofGroup("SUBTITLES").map((one) => measureWebvtt(asset, one)[key]);
      const played = rendition.type === "audio"
        ? Math.max(rendition[key], ...audio)
        : rendition[key] + Math.max(0, ...audio);
      const declared = stream[key === "bandwidth" ? "BANDWIDTH" : "AVERAGE-BANDWIDTH"];
      assertEquals(Number(declared), played + Math.max(0, ...texts));
    }
  }
});

rule(
  "§4.4.6.2: RESOLUTION, FRAME-RATE and VIDEO-RANGE are present for video only",
  (asset) => {
    for (const [i, stream] of streams(asset).entries()) {
      const { rendition } = getPlaylist(asset, asset.multivariant.uris[i]!.uri);
      for (const key of ["RESOLUTION", "FRAME-RATE", "VIDEO-RANGE"]) {
        assertEquals(stream[key] !== undefined, rendition.type === "video", key);
      }
    }
  },
);

const iframeStreams = (asset: TestAsset) =>
  findAttributes(asset.multivariant, "EXT-X-I-FRAME-STREAM-INF");

rule(
  "§4.4.6.3: each codec and resolution has one I-frame playlist, of its lowest bitrate",
  (asset) => {
    const tags = iframeStreams(asset);
    assert(tags.every((tag) => tag["FRAME-RATE"] === undefined && tag.AUDIO === undefined));
    const getKey = (tag: Record<string, string | undefined>) =>
      `${tag.CODECS!.split(",")[0]} ${tag.RESOLUTION} ${tag["VIDEO-RANGE"]}`;
    const lowest = new Map<string, number>();
    for (const [i, stream] of streams(asset).entries()) {
      const { rendition } = getPlaylist(asset, asset.multivariant.uris[i]!.uri);
      if (rendition.type !== "video") continue;
      const key = getKey(stream);
      lowest.set(key, Math.min(lowest.get(key) ?? Infinity, rendition.bandwidth));
    }
    const found = new Map(
      tags.map((tag) => [getKey(tag), getPlaylist(asset, tag.URI!).rendition.bandwidth]),
    );
    assertEquals(found.size, tags.length);
    assertEquals([...found].sort(), [...lowest].sort());
  },
);

rule("§6.2.4: no supported rendition is omitted", (asset) => {
  const carried = [...asset.presentation.renditions.values()].filter((one) =>
    !("codec" in one) || one.type === "image" ||
    (asset.format === "fmp4" ? one.codec.hls?.inFmp4 ?? true : one.codec.mpegTs)
  );
  const muxed: Rendition[] = asset.format === "ts" && carried.some(({ type }) => type === "video")
    ? findMuxedAudio(asset)
    : [];
  const isOf = (one: Rendition, family: string) => "codec" in one && one.codec.family === family;
  const hasAvc = carried.some((one) => isOf(one, "avc"));
  const isOffered = (one: Rendition) =>
    asset.format === "fmp4" || !(muxed.includes(one) || hasAvc && isOf(one, "hevc"));
  assertEquals(
    new Set([...asset.media.values()].map(({ rendition }) => rendition.name)),
    new Set(carried.filter(isOffered).map(({ name }) => name)),
  );
});
