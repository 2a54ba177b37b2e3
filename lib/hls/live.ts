/**
 * Playlists of channels. Periods of a broadcast follow EXT-X-DISCONTINUITY (RFC 8216bis §4.4.4.3), and all numbers are those of the
 * channel, so that they never go back (docs/design/live.md).
 */

import { RequestError } from "../errors.ts";
import { findMax } from "../extremes.ts";
import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { formatMediaPlaylist, type SegmentFormat } from "./m3u8.ts";
import { buildInitTags, buildSegmentLines, countListed, MEDIA_VERSIONS } from "./media_playlist.ts";
import { getMuxedAudio, isSupportedInTs } from "./mpegts_support.ts";
import { formatMultivariantPlaylist, getHlsCodec } from "./multivariant_playlist.ts";
import { formatIsoTime } from "../time.ts";
import { livePlaylistUrl, playlistUrl } from "./routes.ts";
import { getSupportedSets, isSupportedInFmp4 } from "./support.ts";
import { boundTsBandwidths } from "./ts_bandwidth_bound.ts";

/**
 * Builds the multivariant playlist. While a broadcast is live, its variants are the playlists of the window,
 * `<rendition>.live.m3u8`; then those of the whole broadcast, `<rendition>.m3u8`.
 *
 * @throws RequestError if the format supports neither audio nor video
 */
export function buildBroadcastMultivariantPlaylist(
  broadcast: Broadcast,
  format: SegmentFormat,
): string {
  const periods = selectPeriods(broadcast, format);
  const { presentation } = periods.at(-1)!;
  const getUrl = broadcast.isLive ? livePlaylistUrl : playlistUrl;
  return formatMultivariantPlaylist({
    presentation,
    format,
    isIndependent: false, // a segment may start without a sync sample
    getUrl: (rendition) => getUrl(rendition, format),
    getBandwidths: ({ name }) => findMaxBandwidths(periods, name, format),
    getCodecs: ({ name }) => [...new Set(findRenditions(periods, name).map(getHlsCodec))],
    getIframeTags: () => [],
  });
}

/**
 * Builds the playlist of a rendition over all periods.
 *
 * @param isWindow true for `<rendition>.live.m3u8`, which remains as it was when its broadcast ends; false for the whole broadcast,
 *   of which there is no playlist while it is live, since clients must not find segments before those of the window later (§6.2.2)
 * @throws RequestError `NOT_FOUND`
 */
export function buildBroadcastPlaylist(
  broadcast: Broadcast,
  name: string,
  { format, isWindow }: { readonly format: SegmentFormat; readonly isWindow: boolean },
): string {
  const { isLive, targetDuration } = broadcast;
  if (isLive && !isWindow) {
    const url = livePlaylistUrl(name, format);
    throw notFound(`a playlist of the whole broadcast while it is live, expected '${url}'`);
  }
  const periods = selectPeriods(broadcast, format).filter(({ presentation }) =>
    countListed(presentation, getRendition(presentation, name, format), format) > 0
  );
  const [first] = periods;
  if (!first) throw notFound(`a complete segment of '${name}'`);
  return formatMediaPlaylist({ type: isWindow ? undefined : "VOD", isOver: !isLive }, {
    version: MEDIA_VERSIONS[format],
    targetDuration,
    sequence: first.sequences.get(name)!.firstOrdinal,
    discontinuities: first.number,
  }, periods.flatMap((period, i) => buildPeriodLines(period, { name, format, isFirst: i === 0 })));
}

function buildPeriodLines(
  { presentation, start }: BroadcastPeriod,
  { name, format, isFirst }: { name: string; format: SegmentFormat; isFirst: boolean },
): string[] {
  const rendition = getRendition(presentation, name, format);
  return [
    ...isFirst ? [] : ["#EXT-X-DISCONTINUITY"],
    ...buildInitTags(presentation, rendition, format),
    buildDateTag(start, rendition),
    ...buildSegmentLines(presentation, rendition, format),
  ];
}

/** The date is that of the segment's decode time, to which the durations before it add up: it does not depend on what is listed. */
function buildDateTag(
  start: number,
  { timeline: { decodeTimes }, timing: { timescale } }: MediaRendition,
): string {
  const milliseconds = Math.round(start / 1000 + decodeTimes[0]! / timescale * 1000);
  return `#EXT-X-PROGRAM-DATE-TIME:${formatIsoTime(milliseconds)}`;
}

/** Selects the newest periods in which a format supports the same renditions, and muxes the same audio. */
function selectPeriods({ periods }: Broadcast, format: SegmentFormat): readonly BroadcastPeriod[] {
  const described = periods.map((period) => describeSupport(period, format));
  const first = described.findLastIndex((support) => support !== described.at(-1));
  return periods.slice(first + 1);
}

function describeSupport({ presentation }: BroadcastPeriod, format: SegmentFormat): string {
  const sets = getSupportedSets(presentation, format);
  const names = sets.flatMap(({ renditions }) => renditions.map(({ name }) => name)).sort();
  const muxed = format === "ts" ? getMuxedAudio(presentation)?.name : undefined;
  return JSON.stringify([names, muxed]);
}

function getRendition(
  { renditions }: BroadcastPeriod["presentation"],
  name: string,
  format: SegmentFormat,
): MediaRendition {
  const rendition = renditions.get(name);
  const isSupported = format === "fmp4" ? isSupportedInFmp4 : isSupportedInTs;
  if (!rendition || rendition.type === "text" || !isSupported(rendition)) {
    throw notFound(`a playlist of rendition '${name}'`);
  }
  return rendition;
}

function findRenditions(periods: readonly BroadcastPeriod[], name: string): MediaRendition[] {
  return periods.map(({ presentation }) => presentation.renditions.get(name) as MediaRendition);
}

/** Finds the greatest peak, and the average of the newest period, which is that of the whole broadcast. */
function findMaxBandwidths(
  periods: readonly BroadcastPeriod[],
  name: string,
  format: SegmentFormat,
): Bandwidths {
  const all = periods.map(({ presentation }): Bandwidths => {
    const rendition = presentation.renditions.get(name) as MediaRendition;
    return format === "fmp4" ? rendition : boundTsBandwidths(presentation, rendition);
  });
  return {
    bandwidth: findMax(all.map(({ bandwidth }) => bandwidth)),
    averageBandwidth: all.at(-1)!.averageBandwidth,
  };
}

function notFound(what: string): RequestError {
  return new RequestError("NOT_FOUND", `Cannot find ${what}`);
}
