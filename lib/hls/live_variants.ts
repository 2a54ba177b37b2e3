/** Multivariant playlists of channels. */

import { findMax } from "../extremes.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import type { MediaRendition, SwitchingSet } from "../presentation/presentation.ts";
import { getMediaRenditions } from "./groups.ts";
import { buildIframeTags } from "./iframe_tags.ts";
import { findRenditions, haveIndependentSegments, selectPeriods } from "./live_periods.ts";
import type { SegmentFormat } from "./m3u8.ts";
import { formatMultivariantPlaylist, getHlsCodec } from "./multivariant_playlist.ts";
import { livePlaylistUrl, playlistUrl } from "./routes.ts";
import { getSupportedSets } from "./support.ts";
import { boundTsBandwidths } from "./ts_bandwidth_bound.ts";

/**
 * Builds the multivariant playlist, with the sets of the newest period. While a broadcast is live, its variants are the playlists of
 * the window, `<rendition>.live.m3u8`; then those of the whole broadcast, `<rendition>.m3u8`, and of its key frames.
 *
 * @throws RequestError if the format supports neither audio nor video
 */
export function buildBroadcastMultivariantPlaylist(
  broadcast: Broadcast,
  format: SegmentFormat,
): string {
  const { isLive } = broadcast;
  const periods = selectPeriods(broadcast, format);
  const { presentation } = periods.at(-1)!;
  const getUrl = isLive ? livePlaylistUrl : playlistUrl;
  const getBandwidths = ({ name }: { readonly name: string }) =>
    findMaxBandwidths(periods, name, format);
  const video = getSupportedSets(presentation, format).filter(({ type }) => type === "video")
    .flatMap(getMediaRenditions);
  return formatMultivariantPlaylist({
    presentation,
    format,
    isIndependent: !isLive && video.every(({ name }) => haveIndependentSegments(periods, name)),
    getUrl: (rendition) => getUrl(rendition, format),
    getBandwidths,
    getCodecs: ({ name }) => [...new Set(findRenditions(periods, name).map(getHlsCodec))],
    getIframeTags: (sets: readonly SwitchingSet[]) =>
      isLive ? [] : buildIframeTags(sets, {
        presentation,
        format,
        getBandwidths: (rendition) =>
          hasKeyFrames(periods, rendition) ? getBandwidths(rendition) : NO_KEY_FRAME,
      }),
  });
}

const NO_KEY_FRAME: Bandwidths = { bandwidth: 0, averageBandwidth: 0 };

function hasKeyFrames(periods: readonly BroadcastPeriod[], { name }: MediaRendition): boolean {
  return findRenditions(periods, name).some(({ timeline: { keyFrames } }) =>
    keyFrames?.includes(1)
  );
}

/**
 * Finds the greatest peak, and the average of the newest period, which is that of the whole broadcast. Those of segments serve for
 * key frames, too, of which segments have one: to measure key frames, all of the recording would be read.
 */
function findMaxBandwidths(
  periods: readonly BroadcastPeriod[],
  name: string,
  format: SegmentFormat,
): Bandwidths {
  const all = periods.map(({ presentation }): Bandwidths => {
    const rendition = presentation.renditions.get(name) as MediaRendition;
    return format === "fmp4" ? rendition : boundTsBandwidths(presentation, rendition);
  });
  const { averageBandwidth } = all.at(-1)!;
  const peak = findMax(all.map(({ bandwidth }) => bandwidth));
  return { bandwidth: Math.max(peak, averageBandwidth), averageBandwidth };
}
