import { assertEquals } from "@std/assert";
import {
  HLS_MANIFEST_URLS,
  HLS_MEDIA,
  HLS_PLAYLISTS,
  type HlsMedia,
  iframePlaylistUrl,
  isMultivariantName,
  playlistUrl,
  tsKeyFrameUrl,
  tsSegmentUrl,
  webvttSegmentUrl,
} from "../../lib/hls/routes.ts";
import { matchRoute } from "../../lib/url/route.ts";

const playlists: [name: string, kind: string | undefined][] = [
  [HLS_MANIFEST_URLS.hls, "hls"],
  ["master.m3u8", "hls"],
  ["index.m3u8", "hls"],
  ["playlist.m3u8", "media"],
  [HLS_MANIFEST_URLS.hlsTs, "hlsTs"],
  [playlistUrl("a=1", "fmp4"), "media"],
  [playlistUrl("a=1", "ts"), "mediaTs"],
  [iframePlaylistUrl("a=1", "fmp4"), "iframes"],
  [iframePlaylistUrl("a=1", "ts"), "iframesTs"],
  ["a b.m3u8", undefined],
  ["a.other.m3u8", undefined],
  ["a.m3u", undefined],
];

for (const [name, kind] of playlists) {
  Deno.test(`HLS_PLAYLISTS has ${kind} at ${name}`, () => {
    const route = matchRoute(HLS_PLAYLISTS, name);
    assertEquals(route?.kind, kind);
    if (name.startsWith("a=")) assertEquals(route, { kind, rendition: "a=1" } as never);
  });
}

const names: [name: string, isMultivariant: boolean][] = [
  ["playlist", true],
  ["main_stream-1", true],
  ["Index", true],
  ["videos", true],
  ["video", true],
  ["my_video_eng", true],
  ["video_eng", false],
  ["audio_pt-BR", false],
  ["image_und", false],
  ["caption_fra", false],
  ["a=1", false],
  ["a.b", false],
  ["a b", false],
  ["é", false],
  ["", false],
];

for (const [name, expected] of names) {
  Deno.test(`isMultivariantName() returns ${expected} for '${name}'`, () => {
    assertEquals(isMultivariantName(name), expected);
  });
}

const AT = ["v1", "a"] as const;

const segments: [url: string, name: string, route: HlsMedia][] = [
  [
    tsKeyFrameUrl(...AT, 9),
    "9.iframe.ts",
    { kind: "keyFrameTs", rendition: "a", time: 9 },
  ],
  [
    tsSegmentUrl(...AT, { time: 9, extension: "ts" }),
    "9.ts",
    { kind: "mpegts", rendition: "a", time: 9 },
  ],
  ...["aac", "ac3", "ec3", "mp3"].map((extension): typeof segments[number] => [
    tsSegmentUrl(...AT, { time: 0, extension }),
    `0.${extension}`,
    { kind: "packedAudio", rendition: "a", time: 0, extension },
  ]),
  [
    webvttSegmentUrl(...AT, { time: 9, format: "fmp4" }),
    "9.vtt",
    { kind: "webvtt", rendition: "a", time: 9 },
  ],
  [
    webvttSegmentUrl(...AT, { time: 9, format: "ts" }),
    "9.ts.vtt",
    { kind: "webvttTs", rendition: "a", time: 9 },
  ],
];

for (const [url, name, route] of segments) {
  Deno.test(`HLS_MEDIA has ${name}`, () => {
    assertEquals(url, `v1/a/${name}`);
    assertEquals(matchRoute(HLS_MEDIA, url.replace("v1/", "")), route);
  });
}

Deno.test("HLS_MEDIA has no other audio", () => {
  assertEquals(matchRoute(HLS_MEDIA, "a/0.opus"), undefined);
});
