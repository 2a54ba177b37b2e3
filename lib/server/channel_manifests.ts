/** Manifests of channels: texts that are built of a broadcast, or of what a query selects of it. */

import { buildBroadcastMpd } from "../dash/live.ts";
import { buildBroadcastIframePlaylist, buildBroadcastPlaylist } from "../hls/live.ts";
import { buildBroadcastMultivariantPlaylist } from "../hls/live_variants.ts";
import type { SegmentFormat } from "../hls/m3u8.ts";
import { withEtag } from "../http/compression.ts";
import { type Bytes, LIVE, type Resource, REVALIDATED } from "../http/resource.ts";
import { buildChannelInfo } from "../info/channel_info.ts";
import type { Channel } from "../library/channel.ts";
import type { Broadcast, ChannelViews } from "../presentation/broadcast.ts";
import { selectBroadcast } from "../selection/select_broadcast.ts";
import { checkForwardedSize, type SelectionQuery } from "../selection/select.ts";
import { buildBroadcastSmoothManifest } from "../smooth/live.ts";
import { DASH_TYPE, HLS_TYPE, JSON_TYPE, SMOOTH_TYPE } from "./manifest_table.ts";
import { notFound } from "./not_found.ts";
import type { DescriptionKind, ManifestRoute, PlaylistRoute } from "./routes.ts";

interface BroadcastManifest<Route> {
  readonly type: string;
  /** Default: `whole`. */
  readonly view?: keyof ChannelViews;
  /** Throws RequestError if nothing can be played. */
  readonly build: (broadcast: Broadcast, route: Route) => string;
}

type ManifestKind = Exclude<ManifestRoute["kind"], DescriptionKind>;

const MANIFESTS: Readonly<Record<ManifestKind, BroadcastManifest<ManifestRoute>>> = {
  mpd: { type: DASH_TYPE, build: buildBroadcastMpd },
  mpdWvtt: { type: DASH_TYPE, build: buildBroadcastMpd },
  hls: {
    type: HLS_TYPE,
    build: (broadcast) => buildBroadcastMultivariantPlaylist(broadcast, "fmp4"),
  },
  hlsTs: {
    type: HLS_TYPE,
    build: (broadcast) => buildBroadcastMultivariantPlaylist(broadcast, "ts"),
  },
  smooth: { type: SMOOTH_TYPE, build: buildBroadcastSmoothManifest },
};

const PLAYLISTS: Readonly<Record<PlaylistRoute["kind"], BroadcastManifest<PlaylistRoute>>> = {
  media: playlist("fmp4", "whole"),
  mediaTs: playlist("ts", "whole"),
  live: playlist("fmp4", "listed"),
  liveTs: playlist("ts", "listed"),
  iframes: iframePlaylist("fmp4"),
  iframesTs: iframePlaylist("ts"),
};

function playlist(
  format: SegmentFormat,
  view: keyof ChannelViews,
): BroadcastManifest<PlaylistRoute> {
  const isWindow = view === "listed";
  return {
    type: HLS_TYPE,
    view,
    build(broadcast, { rendition }) {
      checkForwardedQuery(broadcast, rendition);
      return buildBroadcastPlaylist(broadcast, rendition, { format, isWindow });
    },
  };
}

function iframePlaylist(format: SegmentFormat): BroadcastManifest<PlaylistRoute> {
  return {
    type: HLS_TYPE,
    build(broadcast, { rendition }) {
      checkForwardedQuery(broadcast, rendition);
      return buildBroadcastIframePlaylist(broadcast, rendition, format);
    },
  };
}

function checkForwardedQuery({ periods }: Broadcast, name: string): void {
  let count = 0;
  for (const { presentation: { renditions } } of periods) {
    const rendition = renditions.get(name);
    if (rendition && rendition.type !== "text") count += rendition.timeline.times.length;
  }
  checkForwardedSize(periods.at(-1)!.presentation, count);
}

/** @throws RequestError `NOT_FOUND`, `BAD_REQUEST` if the query selects nothing or a clip */
export function buildChannelManifest(
  views: ChannelViews,
  route: ManifestRoute | PlaylistRoute,
  query: SelectionQuery | undefined,
): Resource<Bytes> {
  const row = "rendition" in route ? PLAYLISTS[route.kind] : MANIFESTS[toManifestKind(route)];
  const { type, view = "whole", build } = row as BroadcastManifest<unknown>;
  const broadcast = query ? selectBroadcast(views[view], query) : views[view];
  const bytes = new TextEncoder().encode(build(broadcast, route));
  return withEtag(bytes, { file: route.file, type, caching: getCaching(broadcast.isLive) });
}

function toManifestKind({ kind, file }: ManifestRoute): ManifestKind {
  if (kind === "presentationInfo") throw new TypeError("expected a manifest of players");
  if (kind === "chaptersJson" || kind === "chaptersVtt") {
    throw notFound(`chapters of '${file}': it is a channel`);
  }
  return kind;
}

/** Describes the channel, also before anything was published. */
export function describeChannel(channel: Channel): Resource<Bytes> {
  const bytes = new TextEncoder().encode(buildChannelInfo(channel));
  const caching = getCaching(channel.state !== "over");
  return withEtag(bytes, { file: channel.file, type: JSON_TYPE, caching });
}

/** A broadcast that is over can be followed by another one. */
function getCaching(isLive: boolean): typeof LIVE | typeof REVALIDATED {
  return isLive ? LIVE : REVALIDATED;
}
