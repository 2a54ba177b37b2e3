/** Every playlist of a presentation, found as a client finds them: from the multivariant one on. */

import { iframePlaylist, mediaPlaylist } from "../lib/hls/media_playlist.ts";
import { multivariant } from "../lib/hls/multivariant_playlist.ts";
import type { HlsForm } from "../lib/hls/m3u8.ts";
import type { Presentation, Rendition } from "../lib/presentation/presentation.ts";
import { parseUrl } from "../lib/url/urls.ts";
import { all, readPlaylist } from "./m3u8.ts";
import type { Playlist } from "./m3u8.ts";

export const FORMS: readonly HlsForm[] = ["fmp4", "ts"];

/** A playlist of one rendition. */
export interface Named extends Playlist {
  readonly uri: string;
  readonly kind: "media" | "mediaTs" | "iframes";
  readonly rendition: Rendition;
  readonly text: string;
}

export interface Playlists {
  readonly text: string;
  readonly main: Playlist;
  /** Each once, by the URI that the multivariant playlist has. */
  readonly media: ReadonlyMap<string, Named>;
}

export function playlistsOf(presentation: Presentation, form: HlsForm): Playlists {
  const text = multivariant(presentation, form);
  const main = readPlaylist(text);
  const uris = new Set([
    ...main.uris.map(({ uri }) => uri),
    ...["EXT-X-MEDIA", "EXT-X-I-FRAME-STREAM-INF", "EXT-X-IMAGE-STREAM-INF"]
      .flatMap((name) => all(main, name).flatMap(({ URI }) => URI ?? [])), // captions have none
  ]);
  return { text, main, media: new Map([...uris].map((uri) => [uri, built(presentation, uri)])) };
}

function built(presentation: Presentation, uri: string): Named {
  const target = parseUrl(`/film.json/${uri}`);
  if (!("rendition" in target) || "version" in target) throw new Error(`no playlist: ${uri}`);
  const { kind } = target;
  const rendition = presentation.renditions.get(target.rendition)!;
  const text = kind === "iframes"
    ? iframePlaylist(presentation, rendition as never)
    : mediaPlaylist(presentation, rendition, kind === "media" ? "fmp4" : "ts");
  return { uri, kind, rendition, text, ...readPlaylist(text) };
}
