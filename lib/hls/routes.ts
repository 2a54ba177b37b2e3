/** URLs of HLS; those of fMP4 segments and images are in cmaf/routes.ts. */

import { defineRoute, type RouteRow } from "../url/route.ts";
import type { SegmentFormat } from "./m3u8.ts";

export type HlsManifestKind = "hls" | "hlsTs";

export interface HlsPlaylist {
  readonly kind: "media" | "mediaTs" | "live" | "liveTs" | "iframes" | "iframesTs";
  readonly rendition: string;
}

export const HLS_MANIFEST_URLS = { hls: ".m3u8", hlsTs: "ts.m3u8" } as const;

/** What `com.apple.hls.chapters` refers to, relative to the multivariant playlist. */
export const CHAPTERS_JSON_URL = "chapters.json";

/** Packages in a directory have names in `.json`, so that a directory has no such resource. */
export const HLS_CHAPTERS: RouteRow<{ readonly kind: "chaptersJson" }> = defineRoute(
  CHAPTERS_JSON_URL,
  "chaptersJson",
);

export const HLS_PLAYLISTS: readonly RouteRow<{ readonly kind: HlsManifestKind } | HlsPlaylist>[] =
  [
    defineRoute(HLS_MANIFEST_URLS.hls, "hls", { inDirectory: "always" }),
    defineRoute("master.m3u8", "hls", { inDirectory: "fallback" }),
    defineRoute("index.m3u8", "hls", { inDirectory: "fallback" }),
    defineRoute(HLS_MANIFEST_URLS.hlsTs, "hlsTs", { inDirectory: "fallback" }),
    defineRoute("<rendition>.m3u8", "media", { inDirectory: "fallback" }),
    defineRoute("<rendition>.ts.m3u8", "mediaTs", { inDirectory: "fallback" }),
    defineRoute("<rendition>.live.m3u8", "live"),
    defineRoute("<rendition>.live.ts.m3u8", "liveTs"),
    defineRoute("<rendition>.iframes.m3u8", "iframes", { inDirectory: "fallback" }),
    defineRoute("<rendition>.ts.iframes.m3u8", "iframesTs", { inDirectory: "fallback" }),
  ];

/** Other servers name it freely: index.m3u8, playlist.m3u8, main_stream.m3u8. */
const MULTIVARIANT_NAME = /^(?!(?:video|audio|image|caption)_)[A-Za-z0-9_-]+$/;

/** Returns whether `<name>.m3u8` is the multivariant playlist of an asset that has no rendition of this name. */
export function isMultivariantName(name: string): boolean {
  return MULTIVARIANT_NAME.test(name);
}

export type HlsMedia =
  & { readonly rendition: string; readonly time: number }
  & (
    | { readonly kind: "mpegts" | "webvtt" | "webvttTs" }
    | { readonly kind: "keyFrameTs" }
    | { readonly kind: "packedAudio"; readonly extension: string }
  );

export const HLS_MEDIA: readonly RouteRow<HlsMedia>[] = [
  defineRoute("<rendition>/<time>.ts", "mpegts"),
  defineRoute("<rendition>/<time>.iframe.ts", "keyFrameTs"),
  defineRoute("<rendition>/<time>.vtt", "webvtt"),
  defineRoute("<rendition>/<time>.ts.vtt", "webvttTs"),
  defineRoute("<rendition>/<time>.<extension>", "packedAudio"),
];

/** Returns the URL relative to the multivariant playlist. */
export function playlistUrl(rendition: string, format: SegmentFormat): string {
  return format === "fmp4" ? `${rendition}.m3u8` : `${rendition}.ts.m3u8`;
}

/** Returns the URL of a window of a broadcast, relative to the multivariant playlist. */
export function livePlaylistUrl(rendition: string, format: SegmentFormat): string {
  return format === "fmp4" ? `${rendition}.live.m3u8` : `${rendition}.live.ts.m3u8`;
}

/** Returns the URL relative to the multivariant playlist. */
export function iframePlaylistUrl(rendition: string, format: SegmentFormat): string {
  return format === "fmp4" ? `${rendition}.iframes.m3u8` : `${rendition}.ts.iframes.m3u8`;
}

/** Returns the URL relative to the playlist; `extension` has no dot. */
export function tsSegmentUrl(
  version: string,
  rendition: string,
  { time, extension }: { time: number; extension: string },
): string {
  return `${version}/${rendition}/${time}.${extension}`;
}

/** Returns the URL relative to the playlist. */
export function tsKeyFrameUrl(version: string, rendition: string, time: number | string): string {
  return `${version}/${rendition}/${time}.iframe.ts`;
}

/** Returns the URL relative to the playlist; X-TIMESTAMP-MAP depends on `format`, that of the media segments. */
export function webvttSegmentUrl(
  version: string,
  rendition: string,
  { time, format }: { time: number | string; format: SegmentFormat },
): string {
  return `${version}/${rendition}/${time}.${format === "fmp4" ? "vtt" : "ts.vtt"}`;
}
