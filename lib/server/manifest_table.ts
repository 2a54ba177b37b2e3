import { buildMpd } from "../dash/mpd.ts";
import { describeUnsupportedInHls } from "../hls/support.ts";
import { buildIframePlaylist } from "../hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../hls/multivariant_playlist.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import type { Presentation, Rendition } from "../presentation/presentation.ts";
import { describeUnsupportedInSmooth } from "../smooth/streams.ts";
import { describeUnsupportedInTs, isSupportedInTs } from "../hls/mpegts_support.ts";
import type { ManifestKind, PlaylistKind } from "./routes.ts";
import type { ManifestBuilder } from "./manifest_handler.ts";

const DASH_TYPE = "application/dash+xml";

export const HLS_TYPE = "application/vnd.apple.mpegurl";

export const MANIFESTS: Record<ManifestKind, ManifestBuilder> = {
  mpd: { contentType: DASH_TYPE, build: (presentation) => buildMpd(presentation) },
  mpdWvtt: { contentType: DASH_TYPE, build: (presentation) => buildMpd(presentation, "wvtt") },
  hls: {
    contentType: HLS_TYPE,
    build: (presentation, derived) => buildMultivariantPlaylist(presentation, "fmp4", derived),
    warn: describeUnsupportedInHls,
  },
  hlsTs: {
    contentType: HLS_TYPE,
    build: (presentation, derived) => buildMultivariantPlaylist(presentation, "ts", derived),
    warn: describeUnsupportedInTs,
  },
  smooth: {
    contentType: "application/vnd.ms-sstr+xml",
    build: buildSmoothManifest,
    warn: describeUnsupportedInSmooth,
  },
};

/** Returns undefined if the rendition has no playlist of that kind. */
export const PLAYLISTS: Record<
  PlaylistKind,
  (presentation: Presentation, rendition: Rendition) => string | undefined
> = {
  media: (presentation, rendition) => buildMediaPlaylist(presentation, rendition, "fmp4"),
  mediaTs: (presentation, rendition) =>
    isSupportedInTs(rendition) ? buildMediaPlaylist(presentation, rendition, "ts") : undefined,
  iframes: (presentation, rendition) =>
    rendition.type === "video" ? buildIframePlaylist(presentation, rendition, "fmp4") : undefined,
  iframesTs: (presentation, rendition) =>
    rendition.type === "video" && isSupportedInTs(rendition)
      ? buildIframePlaylist(presentation, rendition, "ts")
      : undefined,
};

export const PLAYLIST_NAMES: Record<PlaylistKind, string> = {
  media: "a playlist",
  mediaTs: "a playlist of MPEG-TS segments",
  iframes: "a playlist of key frames",
  iframesTs: "a playlist of key frames in MPEG-TS",
};
