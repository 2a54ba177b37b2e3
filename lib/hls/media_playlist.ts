/** Media playlists (RFC 8216bis §4.4.3): of segments, of key frames, of images, of texts. */

import { computeKeyFrameSizes } from "./iframes.ts";
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

/** EXT-X-MAP in a playlist that is not of key frames alone (§8). */
const MAP = 6;
/** EXT-X-MAP and EXT-X-BYTERANGE in a playlist of key frames. */
const IFRAME_MAP = 5;
/** EXTINF with a fraction. */
const FRACTION = 3;

/** The playlist of one rendition. */
export function buildMediaPlaylist(
  presentation: Presentation,
  rendition: Rendition,
  form: SegmentFormat,
): string {
  switch (rendition.type) {
    case "text":
      return getStppTracks(presentation, form).length > 0
        ? documentPlaylist(presentation, rendition)
        : textPlaylist(presentation, rendition, form);
    case "image":
      return imagePlaylist(presentation, rendition);
    case "video":
    case "audio":
      return form === "fmp4"
        ? fragmentPlaylist(presentation, rendition)
        : streamPlaylist(presentation, rendition);
  }
}

/** fMP4: an init, then segments. */
function fragmentPlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { version } = presentation;
  const { name, timeline: { times } } = rendition;
  const query = getMediaQuery(presentation);
  return formatPlaylist(MAP, [
    ...head(presentation, rendition),
    formatTag("EXT-X-MAP", { URI: quote(initUrl(version, name) + query) }),
    ...segmentLines(rendition, (i) => segmentUrl(version, name, times[i]!) + query),
    "#EXT-X-ENDLIST",
  ]);
}

/** Transport streams, or packed audio. */
function streamPlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { name, type, codec, timeline: { times } } = rendition;
  const extension = type === "audio" ? codec.mpegTs!.packed!.extension : "ts";
  const query = getMediaQuery(presentation);
  return formatPlaylist(FRACTION, [
    ...head(presentation, rendition),
    ...segmentLines(
      rendition,
      (i) => tsSegmentUrl(presentation.version, name, { time: times[i]!, extension }) + query,
    ),
    "#EXT-X-ENDLIST",
  ]);
}

/** Key frames (§4.4.3.6): of each segment, the bytes up to the end of its first sample, shown until the next one is. */
export function buildIframePlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { version } = presentation;
  const { name, timing, timeline: { samples, times } } = rendition;
  const frames = computeKeyFrameSizes(rendition);
  const shown = Array.from(samples.subarray(0, -1), (index) => timing.presentationTime(index));
  const seconds = formatDurations([...shown, times.at(-1)!], timing.timescale);
  const targetDuration = Math.max(presentation.targetDuration, targetOf(seconds));
  const query = getMediaQuery(presentation);
  return formatPlaylist(IFRAME_MAP, [
    ...head({ ...presentation, targetDuration }, rendition),
    "#EXT-X-I-FRAMES-ONLY",
    formatTag("EXT-X-MAP", { URI: quote(initUrl(version, name) + query) }),
    ...frames.flatMap(({ bytes }, i) => [
      `#EXTINF:${seconds[i]},`,
      `#EXT-X-BYTERANGE:${bytes}@0`,
      segmentUrl(version, name, times[i]!) + query,
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

/** Images, in the form that Roku devices and shaka-player read: a tile of one image a line. */
function imagePlaylist(presentation: Presentation, rendition: MediaRendition): string {
  const { width, height } = getDisplaySize(rendition);
  const { name, timing: { timescale }, timeline: { times } } = rendition;
  const seconds = formatDurations(times, timescale);
  return formatPlaylist(FRACTION, [
    `#EXT-X-TARGETDURATION:${targetOf(seconds)}`,
    ...sequence(presentation, rendition),
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

/** WebVTT, cut at the presentation's boundaries (§3.1.4). */
function textPlaylist(
  presentation: Presentation,
  rendition: SubtitleRendition,
  form: SegmentFormat,
): string {
  const { name, times, timescale } = rendition;
  const seconds = formatDurations(times, timescale);
  return formatPlaylist(FRACTION, [
    `#EXT-X-TARGETDURATION:${Math.max(presentation.targetDuration, targetOf(seconds))}`,
    ...sequence(presentation, rendition),
    "#EXT-X-PLAYLIST-TYPE:VOD",
    ...seconds.flatMap((duration, i) => [
      `#EXTINF:${duration},`,
      webvttSegmentUrl(presentation.version, name, { time: times[i]!, format: form }) +
      getMediaQuery(presentation),
    ]),
    "#EXT-X-ENDLIST",
  ]);
}

/** IMSC1 in fMP4: the documents of the file (§3.1.5). */
function documentPlaylist(presentation: Presentation, rendition: SubtitleRendition): string {
  const { version, targetDuration } = presentation;
  const { name, stpp } = rendition;
  const { timing: { timescale }, timeline: { times } } = stpp!;
  const first = firstDocument(presentation, rendition);
  const start = first > 0 ? times[0]! : 0; // what starts late starts with a gap
  const seconds = formatDurations([start, ...times.subarray(1)], timescale);
  const query = getMediaQuery(presentation);
  return formatPlaylist(MAP, [
    `#EXT-X-TARGETDURATION:${Math.max(targetDuration, targetOf(seconds))}`,
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

/** Which of the whole's documents the first one is. */
function firstDocument(presentation: Presentation, rendition: SubtitleRendition): number {
  const whole = getWholeRendition(presentation, rendition).stpp!.timeline;
  return Math.max(0, findSegment(whole, rendition.stpp!.timeline.times[0]!));
}

function head(presentation: Presentation, rendition: MediaRendition): string[] {
  return [
    `#EXT-X-TARGETDURATION:${presentation.targetDuration}`,
    ...sequence(presentation, rendition),
    "#EXT-X-PLAYLIST-TYPE:VOD",
    ...rendition.openGop ? [] : ["#EXT-X-INDEPENDENT-SEGMENTS"],
  ];
}

/** A segment has the number that it has in the whole (§4.4.3.2): players line renditions up by it. */
function sequence(presentation: Presentation, rendition: Rendition): string[] {
  const number = getFirstSegment(presentation, rendition);
  return number > 0 ? [`#EXT-X-MEDIA-SEQUENCE:${number}`] : [];
}

/** EXTINF (§4.4.4.1) is the decode span, so that those before a segment add up to its tfdt; and the URI. Two lines a segment. */
function segmentLines(rendition: MediaRendition, url: (index: number) => string): string[] {
  const { timing, timeline: { samples } } = rendition;
  const decodeTimes = Array.from(samples, (index) => timing.decodeTime(index));
  return formatDurations(decodeTimes, timing.timescale)
    .flatMap((duration, i) => [`#EXTINF:${duration},`, url(i)]);
}

/** The longest duration, rounded (§4.4.3.1). */
function targetOf(seconds: readonly string[]): number {
  return Math.max(1, ...seconds.map((duration) => Math.round(Number(duration))));
}
