/** The manifests that there are, by what URLs ask for. */

import { buildMpd } from "../dash/mpd.ts";
import { unsupportedInHls } from "../hls/support.ts";
import { buildIframePlaylist, buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { unsupportedInSmooth } from "../smooth/streams.ts";
import { isSupportedInTs, unsupportedInTs } from "../hls/mpegts_support.ts";
import type { ManifestKind, PlaylistKind } from "./routes.ts";
import type { Manifest } from "./media_handler.ts";

const DASH = "application/dash+xml";

/** Content type of playlists. */
export const HLS = "application/vnd.apple.mpegurl";

/** A manifest is a content type and a pure function. A new protocol is a new row. */
export const MANIFESTS: Record<ManifestKind, Manifest> = {
  mpd: { type: DASH, build: (presentation) => buildMpd(presentation) },
  mpdWvtt: { type: DASH, build: (presentation) => buildMpd(presentation, "wvtt") },
  hls: {
    type: HLS,
    build: (presentation) => buildMultivariantPlaylist(presentation, "fmp4"),
    warn: unsupportedInHls,
  },
  hlsTs: {
    type: HLS,
    build: (presentation) => buildMultivariantPlaylist(presentation, "ts"),
    warn: unsupportedInTs,
  },
  smooth: {
    type: "application/vnd.ms-sstr+xml",
    build: buildSmoothManifest,
    warn: unsupportedInSmooth,
  },
};

/** So is the manifest of one rendition; undefined: that has none. */
export const PLAYLISTS: Record<
  PlaylistKind,
  (presentation: Presentation, rendition: Rendition) => string | undefined
> = {
  media: (presentation, rendition) => buildMediaPlaylist(presentation, rendition, "fmp4"),
  mediaTs: (presentation, rendition) =>
    isSupportedInTs(rendition) ? buildMediaPlaylist(presentation, rendition, "ts") : undefined,
  iframes: (presentation, rendition) =>
    rendition.type === "video" ? buildIframePlaylist(presentation, rendition) : undefined,
};

/** Of playlists, for whoever asks for one that isn't there. */
export const PLAYLIST_NAMES: Record<PlaylistKind, string> = {
  media: "a playlist",
  mediaTs: "a playlist of MPEG-TS segments",
  iframes: "a playlist of key frames",
};
