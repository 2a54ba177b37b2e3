/** The manifests that there are, by what URLs ask for. */

import { mpd } from "../dash/mpd.ts";
import { leftOutOfHls } from "../hls/support.ts";
import { iframePlaylist, mediaPlaylist } from "../hls/media_playlist.ts";
import { multivariant } from "../hls/multivariant_playlist.ts";
import { smoothManifest } from "../smooth/manifest.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { leftOutOfSmooth } from "../smooth/streams.ts";
import { inTransportStreams, leftOutOfStreams } from "../hls/mpegts_support.ts";
import type { ManifestKind, PlaylistKind } from "../url/route.ts";
import type { Manifest } from "./media_handler.ts";

const DASH = "application/dash+xml";

/** Content type of playlists. */
export const HLS = "application/vnd.apple.mpegurl";

/** A manifest is a content type and a pure function. A new protocol is a new row. */
export const MANIFESTS: Record<ManifestKind, Manifest> = {
  mpd: { type: DASH, build: (presentation) => mpd(presentation) },
  mpdWvtt: { type: DASH, build: (presentation) => mpd(presentation, "wvtt") },
  hls: {
    type: HLS,
    build: (presentation) => multivariant(presentation, "fmp4"),
    note: leftOutOfHls,
  },
  hlsTs: {
    type: HLS,
    build: (presentation) => multivariant(presentation, "ts"),
    note: leftOutOfStreams,
  },
  smooth: { type: "application/vnd.ms-sstr+xml", build: smoothManifest, note: leftOutOfSmooth },
};

/** So is the manifest of one rendition; undefined: that has none. */
export const PLAYLISTS: Record<
  PlaylistKind,
  (presentation: Presentation, rendition: Rendition) => string | undefined
> = {
  media: (presentation, rendition) => mediaPlaylist(presentation, rendition, "fmp4"),
  mediaTs: (presentation, rendition) =>
    inTransportStreams(rendition) ? mediaPlaylist(presentation, rendition, "ts") : undefined,
  iframes: (presentation, rendition) =>
    rendition.type === "video" ? iframePlaylist(presentation, rendition) : undefined,
};

/** Of playlists, for whoever asks for one that isn't there. */
export const PLAYLIST_NAMES: Record<PlaylistKind, string> = {
  media: "a playlist",
  mediaTs: "a playlist of MPEG-TS segments",
  iframes: "a playlist of key frames",
};
