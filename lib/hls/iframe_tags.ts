/** EXT-X-I-FRAME-STREAM-INF (RFC 8216bis §4.4.6.3). */

import type { MediaRendition, Presentation, SwitchingSet } from "../presentation/presentation.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import { getPlaylistQuery } from "../selection/select.ts";
import { getMediaRenditions } from "./groups.ts";
import { formatTag, quote } from "./m3u8.ts";
import type { Attributes, SegmentFormat } from "./m3u8.ts";
import { iframePlaylistUrl } from "./routes.ts";
import { videoAttributes } from "./video_attributes.ts";

interface IframeContext {
  readonly presentation: Presentation;
  readonly format: SegmentFormat;
  /** Returns those of the playlist of key frames. */
  readonly getBandwidths: (rendition: MediaRendition) => Bandwidths;
}

/** Names one playlist per codec and resolution of each set: that of its lowest bitrate, which loads fastest. */
export function buildIframeTags(
  video: readonly SwitchingSet[],
  context: IframeContext,
): string[] {
  return video.flatMap((set) => {
    const renditions = getMediaRenditions(set);
    const alike = Map.groupBy(renditions, (one) => JSON.stringify(iframeAttributes(one)));
    return [...alike.values()].flatMap((group) =>
      iframeStreamInf(findLowestBitrate(group), context)
    );
  });
}

function findLowestBitrate(renditions: readonly MediaRendition[]): MediaRendition {
  return renditions.reduce((lowest, one) => one.bandwidth < lowest.bandwidth ? one : lowest);
}

function iframeAttributes(rendition: MediaRendition): Attributes {
  const { "FRAME-RATE": _, ...attributes } = videoAttributes(rendition);
  return { CODECS: quote(rendition.description.codec), ...attributes };
}

/** Omits video without key frames. */
function iframeStreamInf(
  rendition: MediaRendition,
  { presentation, format, getBandwidths }: IframeContext,
): string[] {
  const { bandwidth, averageBandwidth } = getBandwidths(rendition);
  if (bandwidth === 0) return [];
  const url = iframePlaylistUrl(rendition.name, format) + getPlaylistQuery(presentation);
  const tag = formatTag("EXT-X-I-FRAME-STREAM-INF", {
    BANDWIDTH: bandwidth,
    "AVERAGE-BANDWIDTH": averageBandwidth,
    ...iframeAttributes(rendition),
    URI: quote(url),
  });
  return [tag];
}
