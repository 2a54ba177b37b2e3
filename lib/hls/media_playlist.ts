/** Media playlists (RFC 8216bis §4.4.3). */

import { findMax } from "../extremes.ts";
import { getDisplaySize } from "../presentation/video_size.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SubtitleRendition,
} from "../presentation/presentation.ts";
import {
  getClipStart,
  getFirstSegment,
  getMediaQuery,
  getWholeRendition,
} from "../selection/select.ts";
import { rescale } from "../time.ts";
import { countSegments, findSegment } from "../presentation/segment_timeline.ts";
import { imageUrl, initUrl, segmentUrl } from "../cmaf/routes.ts";
import { tsSegmentUrl, webvttSegmentUrl } from "./routes.ts";
import { buildKeyTags, checkProtection } from "./keys.ts";
import { countTsSegments, findFirstTsSegment } from "./mpegts_support.ts";
import { getStppTracks } from "./support.ts";
import { formatDurations, formatMediaPlaylist, formatTag, NO_UPDATES, quote } from "./m3u8.ts";
import type { SegmentFormat } from "./m3u8.ts";

/** Versions by feature (§8): EXT-X-MAP, EXTINF with a fraction; KEYFORMAT, which requires 5, is in playlists with EXT-X-MAP only. */
const VERSION = { map: 6, fraction: 3 };

/** Versions of playlists of audio and video. */
export const MEDIA_VERSIONS: Record<SegmentFormat, number> = {
  fmp4: VERSION.map,
  ts: VERSION.fraction,
};

/**
 * Builds the playlist of a rendition.
 *
 * @throws RequestError, KeysError as `checkProtection()`
 */
export function buildMediaPlaylist(
  presentation: Presentation,
  rendition: Rendition,
  format: SegmentFormat,
): string {
  checkProtection(presentation, format);
  switch (rendition.type) {
    case "text":
      return getStppTracks(presentation, format).length > 0
        ? buildStppPlaylist(presentation, rendition)
        : buildWebvttPlaylist(presentation, rendition, format);
    case "image":
      return buildImagePlaylist(presentation, rendition);
    case "video":
    case "audio":
      return buildSegmentPlaylist(presentation, rendition, format);
  }
}

/** Builds the playlist of audio or video. */
function buildSegmentPlaylist(
  presentation: Presentation,
  rendition: MediaRendition,
  format: SegmentFormat,
): string {
  return formatMediaPlaylist(NO_UPDATES, {
    version: MEDIA_VERSIONS[format],
    targetDuration: presentation.targetDuration,
    sequence: getFirstSegment(presentation, rendition), // players align renditions by number (§4.4.3.2)
  }, [
    ...independentSegments(rendition),
    ...buildInitTags(presentation, rendition, format),
    ...buildSegmentLines(presentation, rendition, {
      format,
      ...getListedSegments(presentation, rendition, format),
    }),
  ]);
}

/** Builds EXT-X-MAP, which MPEG-TS does not need (§4.4.4.5), and EXT-X-KEY. */
export function buildInitTags(
  presentation: Presentation,
  rendition: MediaRendition,
  format: SegmentFormat,
): string[] {
  const url = initUrl(presentation.version, rendition.name) + getMediaQuery(presentation);
  return [
    ...format === "fmp4" ? [formatTag("EXT-X-MAP", { URI: quote(url) })] : [],
    ...buildKeyTags(presentation, rendition),
  ];
}

/** The segments `[first, end)` of a rendition. */
export interface ListedSegments {
  readonly first: number;
  readonly end: number;
}

/** Returns the segments that a format has. In MPEG-TS, others may lack their muxed audio. */
export function getListedSegments(
  presentation: Presentation,
  rendition: MediaRendition,
  format: SegmentFormat,
): ListedSegments {
  const count = countSegments(rendition.timeline);
  if (format === "fmp4") return { first: 0, end: count };
  const whole = getWholeRendition(presentation, rendition);
  const skipped = getFirstSegment(presentation, rendition);
  const end = countTsSegments(presentation, whole) - skipped;
  const first = findFirstTsSegment(presentation, whole) - skipped;
  return { first: Math.max(0, first), end: Math.min(count, end) };
}

interface SegmentLines extends ListedSegments {
  readonly format: SegmentFormat;
  /** Where the last segment ends, if not with its last sample. A decode time. */
  readonly decodeEnd?: number | undefined;
  /** Returns another tag of a segment, by its decode time. */
  readonly buildTag?: (decodeTime: number) => string;
}

/**
 * Builds EXTINF and URL of segments, one text each. EXTINF is the decode span, so that those before a segment add up to its tfdt.
 */
export function buildSegmentLines(
  presentation: Presentation,
  rendition: MediaRendition,
  { format, first, end, decodeEnd, buildTag }: SegmentLines,
): string[] {
  const { timing: { timescale }, timeline: { times, decodeTimes } } = rendition;
  const getUrl = createUrlBuilder(presentation, rendition, format);
  const query = getMediaQuery(presentation);
  const listed = decodeTimes.subarray(first, Math.max(first, end) + 1);
  const boundaries = decodeEnd === undefined ? listed : listed.with(-1, decodeEnd);
  return formatDurations(boundaries, timescale).map((duration, i) => {
    const tag = buildTag ? `${buildTag(listed[i]!)}\n` : "";
    return `${tag}#EXTINF:${duration},\n${getUrl(times[first + i]!)}${query}`;
  });
}

function createUrlBuilder(
  { version }: Presentation,
  { name, type, codec }: MediaRendition,
  format: SegmentFormat,
): (time: number) => string {
  if (format === "fmp4") return (time) => segmentUrl(version, name, time);
  const extension = type === "audio" ? codec.mpegTs!.packed!.extension : "ts";
  return (time) => tsSegmentUrl(version, name, { time, extension });
}

/** Roku devices and shaka-player expect tile sheets: each image is one of one tile. */
function buildImagePlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { width, height } = getDisplaySize(rendition);
  const { name, timing: { timescale }, timeline: { times } } = rendition;
  const seconds = formatDurations(getImageBoundaries(presentation, rendition), timescale);
  return formatMediaPlaylist(NO_UPDATES, {
    version: VERSION.fraction,
    targetDuration: getTargetDuration(seconds),
    sequence: getFirstSegment(presentation, rendition),
  }, [
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
  ]);
}

/** Images have no timestamps, so the first lasts from the start of the presentation or clip, and the last to the end of the clip. */
function getImageBoundaries(
  presentation: Presentation,
  { timing: { timescale }, timeline: { times } }: MediaRendition,
): number[] {
  const start = getClipStart(presentation, timescale);
  const { ticks, timescale: durationScale } = presentation.duration;
  const end = presentation.selection ? start + rescale(ticks, durationScale, timescale) : Infinity;
  return [start, ...times.subarray(1, -1), Math.min(times.at(-1)!, end)];
}

function buildWebvttPlaylist(
  presentation: Presentation,
  rendition: SubtitleRendition,
  format: SegmentFormat,
): string {
  const { name, times, timescale } = rendition;
  const seconds = formatDurations(times, timescale);
  return formatMediaPlaylist(NO_UPDATES, {
    version: VERSION.fraction,
    targetDuration: Math.max(presentation.targetDuration, getTargetDuration(seconds)),
    sequence: getFirstSegment(presentation, rendition),
  }, [
    ...seconds.flatMap((duration, i) => [
      `#EXTINF:${duration},`,
      webvttSegmentUrl(presentation.version, name, { time: times[i]!, format }) +
      getMediaQuery(presentation),
    ]),
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
  return formatMediaPlaylist(NO_UPDATES, {
    version: VERSION.map,
    targetDuration: Math.max(targetDuration, getTargetDuration(seconds)),
    sequence: first,
  }, [
    formatTag("EXT-X-MAP", { URI: quote(initUrl(version, name) + query) }),
    ...seconds.flatMap((duration, i) => [
      `#EXTINF:${duration},`,
      segmentUrl(version, name, times[i]!) + query,
    ]),
  ]);
}

function findFirstDocument(presentation: Presentation, rendition: SubtitleRendition): number {
  const whole = getWholeRendition(presentation, rendition).stpp!.timeline;
  return Math.max(0, findSegment(whole, rendition.stpp!.timeline.times[0]!));
}

export function independentSegments({ openGop }: MediaRendition): string[] {
  return openGop ? [] : ["#EXT-X-INDEPENDENT-SEGMENTS"];
}

/** Durations are rounded to the nearest second (§4.4.3.1). */
export function getTargetDuration(seconds: readonly string[]): number {
  return findMax(seconds.map((duration) => Math.round(Number(duration))), 1);
}
