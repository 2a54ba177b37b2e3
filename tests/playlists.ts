/** All playlists of a presentation, found from the multivariant playlist as by a client. */

import { buildIframePlaylist } from "../lib/hls/iframe_playlist.ts";
import { buildMediaPlaylist } from "../lib/hls/media_playlist.ts";
import { buildMultivariantPlaylist } from "../lib/hls/multivariant_playlist.ts";
import type { HlsPlaylist } from "../lib/hls/routes.ts";
import type { SegmentFormat } from "../lib/hls/m3u8.ts";
import type { Presentation, Rendition } from "../lib/presentation/presentation.ts";
import { parseRoute } from "../lib/server/routes.ts";
import { findAttributes, readStrictPlaylist } from "./m3u8.ts";
import type { Playlist } from "../lib/verify/readers/playlist.ts";

export const SEGMENT_FORMATS: readonly SegmentFormat[] = ["fmp4", "ts"];

/** A playlist of one rendition. */
export interface MediaPlaylist extends Playlist {
  readonly uri: string;
  readonly kind: HlsPlaylist["kind"];
  readonly rendition: Rendition;
  readonly text: string;
}

export interface Playlists {
  readonly text: string;
  readonly multivariant: Playlist;
  /** Media playlists by their URI in the multivariant playlist. */
  readonly media: ReadonlyMap<string, MediaPlaylist>;
}

export function buildPlaylists(presentation: Presentation, format: SegmentFormat): Playlists {
  const text = buildMultivariantPlaylist(presentation, format);
  const main = readStrictPlaylist(text);
  const uris = new Set([
    ...main.uris.map(({ uri }) => uri),
    ...["EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF"]
      .flatMap((name) => findAttributes(main, name).flatMap(({ URI }) => URI ?? [])), // closed captions have no URI
  ]);
  return {
    text,
    multivariant: main,
    media: new Map([...uris].map((uri) => [uri, buildPlaylist(presentation, uri)])),
  };
}

function buildPlaylist(presentation: Presentation, uri: string): MediaPlaylist {
  const route = parseRoute(`/video.json/${uri}`);
  if (!("rendition" in route) || "version" in route) throw new Error(`no playlist: ${uri}`);
  const { kind } = route;
  const rendition = presentation.renditions.get(route.rendition)!;
  const format = kind === "media" || kind === "iframes" ? "fmp4" : "ts";
  const text = kind === "iframes" || kind === "iframesTs"
    ? buildIframePlaylist(presentation, rendition as never, format)
    : buildMediaPlaylist(presentation, rendition, format);
  return { uri, kind, rendition, text, ...readStrictPlaylist(text) };
}
