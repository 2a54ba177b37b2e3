/** The URLs of all protocols. */

import { CMAF_MEDIA, type CmafMedia } from "../cmaf/routes.ts";
import {
  DASH_CLOCK,
  DASH_MANIFEST_URLS,
  DASH_MANIFESTS,
  DASH_MEDIA,
  type DashClock,
  type DashManifestKind,
  type DashMedia,
} from "../dash/routes.ts";
import {
  HLS_CHAPTERS,
  HLS_MANIFEST_URLS,
  HLS_MEDIA,
  HLS_PLAYLISTS,
  type HlsManifestKind,
  type HlsMedia,
  type HlsPlaylist,
} from "../hls/routes.ts";
import { KEY_ROUTES, type KeyResource } from "../drm/routes.ts";
import {
  ARTWORK,
  type Artwork,
  CHAPTERS_VTT,
  INFO_MANIFESTS,
  INFO_PAGES,
  type InfoPageKind,
} from "../info/routes.ts";
import {
  SMOOTH_MANIFEST_URL,
  SMOOTH_MANIFESTS,
  SMOOTH_MEDIA,
  type SmoothMedia,
} from "../smooth/routes.ts";
import { assetUrl } from "../url/path.ts";
import {
  type AssetResource,
  defineRoute,
  type FileRoute,
  type VersionedResource,
} from "../url/route.ts";
import { createRouteParser, type RouteTable } from "../url/route_parser.ts";

export type ManifestKind = DashManifestKind | HlsManifestKind | "smooth";

/** What is built of a presentation and is not for players alone. */
export type DescriptionKind = "presentationInfo" | "chaptersJson" | "chaptersVtt";

type PresentationManifest = { readonly kind: ManifestKind | DescriptionKind };
type Manifest = PresentationManifest | HlsPlaylist;
type Media = CmafMedia | DashMedia | HlsMedia;

export type ManifestRoute = AssetResource<PresentationManifest>;

export type PlaylistRoute = AssetResource<HlsPlaylist>;
export type PlaylistKind = PlaylistRoute["kind"];

export type MediaRoute = VersionedResource<Media>;

export type SmoothFragmentRoute = VersionedResource<SmoothMedia>;

/** Media of an asset. */
export type VersionedRoute = MediaRoute | SmoothFragmentRoute;

/** Media that is planned, then read. */
export type SegmentRoute = Extract<VersionedRoute, { time: number }>;

export type AssetRoute = ManifestRoute | PlaylistRoute | VersionedRoute;

/** The clock of a channel. */
export type ClockRoute = AssetResource<DashClock>;

/** Keys of a package, for players. */
export type KeyRoute = AssetResource<KeyResource>;

export interface UiAssetRoute {
  readonly kind: "uiAsset";
  readonly digest: string;
  readonly name: string;
}

export interface HealthRoute {
  readonly kind: "health";
}

/** How to embed an asset, for programs. */
export interface OembedRoute {
  readonly kind: "oembed";
}

/** Images of an asset. */
export type ArtworkRoute = AssetResource<Artwork>;

/** What a proxy asks before it responds from its cache. */
export interface AccessCheckRoute {
  readonly kind: "accessCheck";
}

export type Route =
  | FileRoute<AssetRoute>
  | AssetResource<{ readonly kind: InfoPageKind }>
  | UiAssetRoute
  | HealthRoute
  | OembedRoute
  | AccessCheckRoute
  | KeyRoute
  | ClockRoute
  | ArtworkRoute
  | AssetRoute;

const UI_DIRECTORY = ".ams";

/** Relative to the root. */
export const OEMBED_URL = `${UI_DIRECTORY}/oembed`;

export const ROUTES: RouteTable<
  { readonly kind: InfoPageKind },
  UiAssetRoute | HealthRoute | OembedRoute | AccessCheckRoute,
  KeyResource | DashClock | Artwork,
  Manifest,
  Media | SmoothMedia
> = {
  pages: INFO_PAGES,
  paths: [
    defineRoute(`${UI_DIRECTORY}/<digest>/<name>`, "uiAsset"),
    defineRoute(`${UI_DIRECTORY}/health`, "health"),
    defineRoute(OEMBED_URL, "oembed"),
    defineRoute(`${UI_DIRECTORY}/auth`, "accessCheck"),
  ],
  services: [...KEY_ROUTES, DASH_CLOCK, ...ARTWORK],
  manifests: [
    ...DASH_MANIFESTS,
    ...HLS_PLAYLISTS,
    ...SMOOTH_MANIFESTS,
    ...INFO_MANIFESTS,
    HLS_CHAPTERS,
    CHAPTERS_VTT,
  ],
  media: [...CMAF_MEDIA, ...DASH_MEDIA, ...HLS_MEDIA, ...SMOOTH_MEDIA],
};

/** Parses a raw path; errors: `createRouteParser()`. */
export const parseRoute: (rawPath: string) => Route = createRouteParser(ROUTES);

const MANIFEST_URLS: Record<ManifestKind, string> = {
  ...DASH_MANIFEST_URLS,
  ...HLS_MANIFEST_URLS,
  smooth: SMOOTH_MANIFEST_URL,
};

export function manifestUrl(file: string, kind: ManifestKind): string {
  return `${assetUrl(file)}${MANIFEST_URLS[kind]}`;
}

/** Relative to the root. */
export function uiDirectoryUrl(digest: string): string {
  return `${UI_DIRECTORY}/${digest}`;
}
