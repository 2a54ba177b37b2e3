/** Playlists of channels: periods of a broadcast follow EXT-X-DISCONTINUITY (RFC 8216bis §4.4.4.3). */

import { RequestError } from "../errors.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import type { SegmentFormat } from "./m3u8.ts";

/** While a broadcast is live, its variants are the playlists of the window, `<rendition>.live.m3u8`. @throws RequestError */
export function buildBroadcastMultivariantPlaylist(
  _broadcast: Broadcast,
  _format: SegmentFormat,
): string {
  throw new RequestError("NOT_FOUND", "Cannot build a playlist of a channel");
}

/**
 * Builds the playlist of a rendition over all periods.
 *
 * @param isWindow true for `<rendition>.live.m3u8`, false for the whole broadcast
 * @throws RequestError `NOT_FOUND`
 */
export function buildBroadcastPlaylist(
  _broadcast: Broadcast,
  _rendition: string,
  _options: { readonly format: SegmentFormat; readonly isWindow: boolean },
): string {
  throw new RequestError("NOT_FOUND", "Cannot build a playlist of a channel");
}
