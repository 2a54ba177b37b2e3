import { withEtag } from "../http/compression.ts";
import { REVALIDATED } from "../http/resource.ts";
import { buildMpd } from "../dash/mpd.ts";
import { describeUnsupportedInHls, isSupportedInFmp4 } from "../hls/support.ts";
import { describeOmittedSystems } from "../hls/keys.ts";
import { buildIframePlaylist } from "../hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../hls/multivariant_playlist.ts";
import { buildChaptersJson } from "../hls/session_data.ts";
import { buildChaptersVtt } from "../info/chapters_vtt.ts";
import { buildInfo } from "../info/info.ts";
import { buildSmoothManifest } from "../smooth/manifest.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { listChapters } from "../selection/listed_chapters.ts";
import { describeUnsupportedInSmooth } from "../smooth/streams.ts";
import { describeUnsupportedInTs, isSupportedInTs } from "../hls/mpegts_support.ts";
import {
  description,
  manifest,
  type ManifestResolver,
  playlist,
  type PlaylistResolver,
} from "./manifest_resolvers.ts";
import { notFound } from "./not_found.ts";
import type { ResolvableAsset } from "./resolver.ts";
import type { ManifestRoute, PlaylistKind, PlaylistRoute } from "./routes.ts";

export const DASH_TYPE = "application/dash+xml";
export const HLS_TYPE = "application/vnd.apple.mpegurl";
export const SMOOTH_TYPE = "application/vnd.ms-sstr+xml";

export const JSON_TYPE = "application/json";

export const MANIFESTS:
  & Record<ManifestRoute["kind"], ManifestResolver>
  & Record<PlaylistKind, PlaylistResolver> = {
    mpd: manifest(DASH_TYPE, (presentation) => buildMpd(presentation, "vtt"), "dash"),
    mpdWvtt: manifest(DASH_TYPE, (presentation) => buildMpd(presentation, "wvtt"), "dash"),
    hls: manifest(
      HLS_TYPE,
      (presentation, { derived }) => buildMultivariantPlaylist(presentation, "fmp4", derived),
    ),
    hlsTs: manifest(
      HLS_TYPE,
      (presentation, { derived }) => buildMultivariantPlaylist(presentation, "ts", derived),
    ),
    smooth: manifest(
      SMOOTH_TYPE,
      (presentation, { derived }) => buildSmoothManifest(presentation, derived),
      "smooth",
    ),

    /** Describes the whole presentation, whatever the query selects. */
    presentationInfo({ presentation, downloads = [] }, { file }) {
      const bytes = new TextEncoder().encode(buildInfo(presentation, file, { downloads }));
      return withEtag(bytes, { file, type: JSON_TYPE, caching: REVALIDATED });
    },

    chaptersJson: chapters(JSON_TYPE, buildChaptersJson),
    chaptersVtt: chapters("text/vtt", buildChaptersVtt),

    media: playlist(
      HLS_TYPE,
      "a playlist",
      (presentation, rendition) =>
        isSupportedInFmp4(rendition)
          ? buildMediaPlaylist(presentation, rendition, "fmp4")
          : undefined,
    ),
    mediaTs: playlist(
      HLS_TYPE,
      "a playlist of MPEG-TS segments",
      (presentation, rendition) =>
        isSupportedInTs(rendition) ? buildMediaPlaylist(presentation, rendition, "ts") : undefined,
    ),
    live: rejectWindowPlaylist,
    liveTs: rejectWindowPlaylist,
    iframes: playlist(
      HLS_TYPE,
      "a playlist of key frames",
      (presentation, rendition) =>
        rendition.type === "video"
          ? buildIframePlaylist(presentation, rendition, "fmp4")
          : undefined,
    ),
    iframesTs: playlist(
      HLS_TYPE,
      "a playlist of key frames in MPEG-TS",
      (presentation, rendition) =>
        rendition.type === "video" && isSupportedInTs(rendition)
          ? buildIframePlaylist(presentation, rendition, "ts")
          : undefined,
    ),
  };

function chapters(type: string, build: (presentation: Presentation) => string): ManifestResolver {
  return description(
    type,
    "chapters",
    (presentation) => listChapters(presentation).length > 0 ? build(presentation) : undefined,
  );
}

function rejectWindowPlaylist(_: ResolvableAsset, { file }: PlaylistRoute): never {
  throw notFound(`a playlist of the window of '${file}': it is no channel`);
}

/** Return a warning for the operator, or "". */
export const MANIFEST_WARNINGS: Readonly<
  Record<string, ((presentation: Presentation) => string) | undefined>
> = {
  hls: (presentation) =>
    [describeUnsupportedInHls(presentation), describeOmittedSystems(presentation)]
      .filter(Boolean).join("; "),
  hlsTs: describeUnsupportedInTs,
  smooth: describeUnsupportedInSmooth,
};
