/** Media playlists (RFC 8216bis §4.4.3). */

import { getDisplaySize } from "../presentation/video_size.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import { getFirstSegment, getMediaQuery, getWholeRendition } from "../selection/select.ts";
import { findSegment } from "../presentation/segment_timeline.ts";
import { imageUrl, initUrl, segmentUrl } from "../cmaf/routes.ts";
import { tsSegmentUrl, webvttSegmentUrl } from "./routes.ts";
import { getStppTracks } from "./support.ts";
import { formatDurations, formatPlaylist, formatTag, quote } from "./m3u8.ts";
import type { SegmentFormat } from "./m3u8.ts";

/** Versions by feature (§8): EXT-X-MAP, EXTINF with a fraction. */
const VERSION = { map: 6, fraction: 3 };

export function buildMediaPlaylist(
  presentation: Presentation,
  rendition: Rendition,
  format: SegmentFormat,
): string {
  switch (rendition.type) {
    case "text":
      return getStppTracks(presentation, format).length > 0
        ? buildStppPlaylist(presentation, rendition)
        : buildWebvttPlaylist(presentation, rendition, format);
    case "image":
      return buildImagePlaylist(presentation, rendition);
    case "video":
    case "audio":
      return format === "fmp4"
        ? buildFmp4Playlist(presentation, rendition)
        : buildTsPlaylist(presentation, rendition);
  }
}

function buildFmp4Playlist(presentation: Presentation, rendition: MediaRendition): string {
  const { version } = presentation;
  const { name, timeline: { times } } = rendition;
  const query = getMediaQuery(presentation);
  return formatPlaylist(VERSION.map, [
    ...mediaHeaderLines(presentation, rendition),
    formatTag("EXT-X-MAP", { URI: quote(initUrl(version, name) + query) }),
    ...segmentLines(rendition, (i) => segmentUrl(version, name, times[i]!) + query),
    "#EXT-X-ENDLIST",
  ]);
}

function buildTsPlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { name, type, codec, timeline: { times } } = rendition;
  const extension = type === "audio" ? codec.mpegTs!.packed!.extension : "ts";
  const query = getMediaQuery(presentation);
  return formatPlaylist(VERSION.fraction, [
    ...mediaHeaderLines(presentation, rendition),
    ...segmentLines(
      rendition,
      (i) => tsSegmentUrl(presentation.version, name, { time: times[i]!, extension }) + query,
    ),
    "#EXT-X-ENDLIST",
  ]);
}

/** Roku devices and shaka-player expect tile sheets: each image is one of one tile. */
function buildImagePlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { width, height } = getDisplaySize(rendition);
  const { name, timing: { timescale }, timeline: { times } } = rendition;
  const seconds = formatDurations(times, timescale);
  return formatPlaylist(VERSION.fraction, [
    `#EXT-X-TARGETDURATION:${getTargetDuration(seconds)}`,
    ...mediaSequence(presentation, rendition),
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-IMAGES-ONLY",
    ...seconds.flatMap((duration, i) => [
      `#EXTINF:${duration},`,
      formatTag("EXT-X-TILES", {
        RESOLUTION: `${width}x${height}`,
        LAYOUT: "1x1",
        DURATION: duration,
      }),
      imageUrl(presentation.version, name, times[i]!) + getMediaQuery(presentation),
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

function buildWebvttPlaylist(
  presentation: Presentation,
  rendition: SubtitleRendition,
  format: SegmentFormat,
): string {
  const { name, times, timescale } = rendition;
  const seconds = formatDurations(times, timescale);
  return formatPlaylist(VERSION.fraction, [
    `#EXT-X-TARGETDURATION:${Math.max(presentation.targetDuration, getTargetDuration(seconds))}`,
    ...mediaSequence(presentation, rendition),
    "#EXT-X-PLAYLIST-TYPE:VOD",
    ...seconds.flatMap((duration, i) => [
      `#EXTINF:${duration},`,
      webvttSegmentUrl(presentation.version, name, { time: times[i]!, format }) +
      getMediaQuery(presentation),
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

function buildStppPlaylist(presentation: Presentation, rendition: SubtitleRendition): string {
  const { version, targetDuration } = presentation;
  const { name, stpp } = rendition;
  const { timing: { timescale }, timeline: { times } } = stpp!;
  const first = findFirstDocument(presentation, rendition);
  const start = first > 0 ? times[0]! : 0; // the first segment includes a gap before it
  const seconds = formatDurations([start, ...times.subarray(1)], timescale);
  const query = getMediaQuery(presentation);
  return formatPlaylist(VERSION.map, [
    `#EXT-X-TARGETDURATION:${Math.max(targetDuration, getTargetDuration(seconds))}`,
    ...first > 0 ? [`#EXT-X-MEDIA-SEQUENCE:${first}`] : [],
    "#EXT-X-PLAYLIST-TYPE:VOD",
    formatTag("EXT-X-MAP", { URI: quote(initUrl(version, name) + query) }),
    ...seconds.flatMap((duration, i) => [
      `#EXTINF:${duration},`,
      segmentUrl(version, name, times[i]!) + query,
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

function findFirstDocument(presentation: Presentation, rendition: SubtitleRendition): number {
  const whole = getWholeRendition(presentation, rendition).stpp!.timeline;
  return Math.max(0, findSegment(whole, rendition.stpp!.timeline.times[0]!));
}

function mediaHeaderLines(presentation: Presentation, rendition: MediaRendition): string[] {
  const { targetDuration } = presentation;
  return headerLines(rendition, {
    targetDuration,
    sequence: getFirstSegment(presentation, rendition),
  });
}

/** @param sequence media sequence number of the first URL, which is omitted if it is 0 */
export function headerLines(
  rendition: MediaRendition,
  { targetDuration, sequence }: { targetDuration: number; sequence: number },
): string[] {
  return [
    `#EXT-X-TARGETDURATION:${targetDuration}`,
    ...sequence > 0 ? [`#EXT-X-MEDIA-SEQUENCE:${sequence}`] : [],
    "#EXT-X-PLAYLIST-TYPE:VOD",
    ...rendition.openGop ? [] : ["#EXT-X-INDEPENDENT-SEGMENTS"],
  ];
}

/** Players align renditions by number, so a selection retains those of the whole presentation (§4.4.3.2). */
function mediaSequence(presentation: Presentation, rendition: Rendition): string[] {
  const number = getFirstSegment(presentation, rendition);
  return number > 0 ? [`#EXT-X-MEDIA-SEQUENCE:${number}`] : [];
}

/** EXTINF is the decode span, so that those before a segment add up to its tfdt. */
function segmentLines(rendition: MediaRendition, url: (index: number) => string): string[] {
  const { timing, timeline: { decodeTimes } } = rendition;
  return formatDurations(decodeTimes, timing.timescale)
    .flatMap((duration, i) => [`#EXTINF:${duration},`, url(i)]);
}

/** Durations are rounded to the nearest second (§4.4.3.1). */
export function getTargetDuration(seconds: readonly string[]): number {
  return Math.max(1, ...seconds.map((duration) => Math.round(Number(duration))));
}
