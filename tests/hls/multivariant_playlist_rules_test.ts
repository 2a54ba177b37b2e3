/**
 * What RFC 8216bis (draft-pantos-hls-rfc8216bis) asks of multivariant playlists and a reader of text can check, on those of
 * every title of tests/sample_presentations.ts in both forms. The reader itself (tests/m3u8.ts) holds lines and attributes to §4.1, §4.2.
 */

import { assert, assertEquals } from "@std/assert";
import { findAttributes, getTagValue } from "../m3u8.ts";
import type { MediaPlaylist } from "../playlists.ts";
import { rule, type Title } from "./each_playlist.ts";

const streams = (title: Title) => findAttributes(title.multivariant, "EXT-X-STREAM-INF");
const media = (title: Title) => findAttributes(title.multivariant, "EXT-X-MEDIA");
const groups = (title: Title) =>
  Map.groupBy(media(title), (one) => `${one.TYPE} ${one["GROUP-ID"]}`);

/** What a variant plays together with its own playlist. */
function groupOf(title: Title, type: "AUDIO" | "SUBTITLES", id: string | undefined) {
  return id === undefined ? [] : groups(title).get(`${type} ${id}`)!;
}

function playlistOf(title: Title, uri: string): MediaPlaylist {
  return title.media.get(uri)!;
}

rule("§4.4.6.1: EXT-X-MEDIA says TYPE, GROUP-ID and NAME, and what its TYPE wants", (title) => {
  for (const one of media(title)) {
    assert(one.TYPE && one["GROUP-ID"] && one.NAME && one.NAME.trim() === one.NAME);
    assertEquals(one.CHANNELS !== undefined, one.TYPE === "AUDIO");
    assertEquals(one.URI !== undefined, one.TYPE !== "CLOSED-CAPTIONS");
    assertEquals(one["INSTREAM-ID"] !== undefined, one.TYPE === "CLOSED-CAPTIONS");
    assert(one.FORCED === undefined || one.TYPE === "SUBTITLES" && one.AUTOSELECT === "YES");
  }
});

rule("§4.4.6.1: LANGUAGE is a BCP 47 tag", (title) => {
  for (const { LANGUAGE: language } of media(title)) {
    if (language === undefined) continue;
    assertEquals(Intl.getCanonicalLocales(language), [language]);
    assert(language !== "und");
  }
});

rule("§4.4.6.1.1: every member of a group has a NAME of its own", (title) => {
  for (const members of groups(title).values()) {
    assertEquals(new Set(members.map(({ NAME }) => NAME)).size, members.length);
  }
});

rule(
  "§4.4.6.1.1: one member of a group of sounds is the default, of others one at most",
  (title) => {
    for (const [id, members] of groups(title)) {
      const defaults = members.filter(({ DEFAULT }) => DEFAULT === "YES");
      assert(id.startsWith("AUDIO") ? defaults.length === 1 : defaults.length < 2);
      assert(defaults.every(({ AUTOSELECT }) => AUTOSELECT === "YES"));
    }
  },
);

rule("§4.4.6.1.1: of AUTOSELECT=YES, a language with its needs has one a group", (title) => {
  for (const members of groups(title).values()) {
    const chosen = members.filter(({ AUTOSELECT }) => AUTOSELECT === "YES")
      .map(({ LANGUAGE, FORCED, CHARACTERISTICS }) => `${LANGUAGE} ${FORCED} ${CHARACTERISTICS}`);
    assertEquals(new Set(chosen).size, chosen.length);
    assert(members.every(({ LANGUAGE }) => chosen.some((one) => one.startsWith(`${LANGUAGE} `))));
  }
});

rule(
  "§4.4.6.1.1: all groups of sounds have the same members, alike but for URI and CHANNELS",
  (title) => {
    const alike = [...groups(title)].filter(([id]) => id.startsWith("AUDIO")).map(([, members]) =>
      members.map(({ URI: _uri, CHANNELS: _channels, "GROUP-ID": _id, ...rest }) => rest)
    );
    for (const members of alike) assertEquals(members, alike[0]);
  },
);

rule("§4.4.6.2: a variant is a tag and the URI in the next line", ({ text, multivariant }) => {
  const pairs = text.match(/^#EXT-X-STREAM-INF:.*\n[^#\n]+$/gm) ?? [];
  assertEquals(pairs.length, multivariant.uris.length);
  assertEquals(pairs.length, findAttributes(multivariant, "EXT-X-STREAM-INF").length);
  assert(pairs.length > 0);
});

rule(
  "§4.4.6.2: AUDIO, SUBTITLES and CLOSED-CAPTIONS name groups that are there, and all groups are used",
  (title) => {
    const used = new Set<string>();
    for (const stream of streams(title)) {
      for (const type of ["AUDIO", "SUBTITLES", "CLOSED-CAPTIONS"]) {
        if (stream[type] !== undefined && stream[type] !== "NONE") {
          used.add(`${type} ${stream[type]}`);
        }
      }
    }
    assertEquals([...used].sort(), [...groups(title).keys()].sort());
  },
);

rule("§4.4.6.2: all variants say CLOSED-CAPTIONS, and the same", (title) => {
  const said = streams(title).map((stream) => stream["CLOSED-CAPTIONS"]);
  const has = media(title).some(({ TYPE }) => TYPE === "CLOSED-CAPTIONS");
  assert(said.every((one) => one === (has ? "captions" : "NONE")), `${said}`);
});

rule("§8: services of CEA-708 want version 7", (title) => {
  const services = media(title).some((one) => one["INSTREAM-ID"]?.startsWith("SERVICE"));
  assert(!services || Number(getTagValue(title.multivariant, "EXT-X-VERSION")) >= 7);
});

rule("§4.4.6.2.1: all variants have subtitles, or none has", (title) => {
  const texts = [...title.presentation.renditions.values()].some(({ type }) => type === "text");
  for (const { SUBTITLES } of streams(title)) {
    assertEquals(SUBTITLES, texts ? "subtitles" : undefined);
  }
});

rule("§4.4.6.2: CODECS lists every format of the variant and of its sounds, once", (title) => {
  for (const [i, stream] of streams(title).entries()) {
    const { rendition } = playlistOf(title, title.multivariant.uris[i]!.uri);
    const sounds = groupOf(title, "AUDIO", stream.AUDIO).map(({ URI }) =>
      playlistOf(title, URI!).rendition
    );
    const inside = title.form === "ts" && rendition.type === "video" && !stream.AUDIO
      ? soundsInside(title)
      : [];
    const codecs = [rendition, ...sounds, ...inside].map((one) =>
      one.type === "text" ? "" : one.description.codec
    );
    assertEquals(stream.CODECS!.split(",").sort(), [...new Set(codecs)].sort());
  }
});

/** The sounds that transport streams can carry, where no group offers them. */
function soundsInside({ presentation }: Title) {
  return [...presentation.renditions.values()]
    .filter((one) => one.type === "audio" && one.codec.mpegTs !== undefined);
}

rule(
  "§4.4.6.2: BANDWIDTH and AVERAGE-BANDWIDTH are there, the peak not below the mean",
  (title) => {
    const all = [...streams(title), ...iframeStreams(title)];
    for (const { BANDWIDTH, "AVERAGE-BANDWIDTH": average } of all) {
      assert(
        Number(average) > 0 && Number(BANDWIDTH) >= Number(average),
        `${BANDWIDTH} ${average}`,
      );
    }
  },
);

rule("§4.4.6.2: of fMP4, BANDWIDTH is the largest sum of what may play together", (title) => {
  if (title.form !== "fmp4") return;
  for (const [i, stream] of streams(title).entries()) {
    const { rendition } = playlistOf(title, title.multivariant.uris[i]!.uri);
    const ofGroup = (type: "AUDIO" | "SUBTITLES") =>
      groupOf(title, type, stream[type]).map(({ URI }) => playlistOf(title, URI!).rendition);
    for (const key of ["bandwidth", "averageBandwidth"] as const) {
      const sounds = ofGroup("AUDIO").map((one) => one[key]);
      const texts = ofGroup("SUBTITLES").map((one) => one[key]);
      const played = rendition.type === "audio"
        ? Math.max(rendition[key], ...sounds)
        : rendition[key] + Math.max(0, ...sounds);
      const said = stream[key === "bandwidth" ? "BANDWIDTH" : "AVERAGE-BANDWIDTH"];
      assertEquals(Number(said), played + Math.max(0, ...texts));
    }
  }
});

rule(
  "§4.4.6.2: RESOLUTION, FRAME-RATE and VIDEO-RANGE stand with pictures, with nothing else",
  (title) => {
    for (const [i, stream] of streams(title).entries()) {
      const { rendition } = playlistOf(title, title.multivariant.uris[i]!.uri);
      for (const key of ["RESOLUTION", "FRAME-RATE", "VIDEO-RANGE"]) {
        assertEquals(stream[key] !== undefined, rendition.type === "video", key);
      }
    }
  },
);

const iframeStreams = (title: Title) =>
  findAttributes(title.multivariant, "EXT-X-I-FRAME-STREAM-INF");

rule(
  "§4.4.6.3: each picture in fMP4 has one playlist of key frames, without FRAME-RATE",
  (title) => {
    const expected = title.form === "ts" ? [] : [...title.presentation.renditions.values()]
      .filter(({ type }) => type === "video").map(({ name }) => `${name}.iframes.m3u8`);
    const found = iframeStreams(title);
    assertEquals(found.map(({ URI }) => URI!).sort(), expected.sort());
    assert(found.every((one) => one["FRAME-RATE"] === undefined && one.AUDIO === undefined));
  },
);

rule("§6.2.4: nothing that the form carries is left out", (title) => {
  const carried = [...title.presentation.renditions.values()].filter((one) =>
    title.form === "fmp4" || !("codec" in one) || one.type === "image" || one.codec.mpegTs
  );
  const inside = soundsInside(title);
  const hidden = title.form === "ts" && inside.length === 1 &&
      carried.some(({ type }) => type === "video")
    ? inside
    : [];
  assertEquals(
    new Set([...title.media.values()].map(({ rendition }) => rendition.name)),
    new Set(carried.filter((one) => !hidden.includes(one)).map(({ name }) => name)),
  );
});
