/** Subtitles in DASH: a WebVTT file, or segments of WebVTT or TTML in MP4 (ISO/IEC 14496-30). */

import type { Presentation, StppTrack, SubtitleRendition } from "../presentation/presentation.ts";
import { getClipStart, getMediaQuery, getWholeRendition } from "../selection/select.ts";
import { computeWvttBandwidth } from "../cmaf/wvtt_bandwidth.ts";
import { initUrl, segmentUrl, webvttUrl, wvttInitUrl, wvttSegmentUrl } from "../cmaf/routes.ts";
import { webvttClipUrl } from "./routes.ts";
import type { XmlElement } from "../xml.ts";

/**
 * An MPD has one format, since players list every AdaptationSet and would show each language twice. Some devices
 * require `wvtt`.
 */
export type DashTextFormat = "vtt" | "wvtt";

function getTrackFormat(
  { stpp }: SubtitleRendition,
  requested: DashTextFormat,
): DashTextFormat | "stpp" {
  return stpp && (requested === "vtt" || stpp.onlyImages) ? "stpp" : requested;
}

export function textAttributes(
  rendition: SubtitleRendition,
  requested: DashTextFormat,
): XmlElement {
  const format = getTrackFormat(rendition, requested);
  if (format === "vtt") return { "@mimeType": "text/vtt" };
  return { "@mimeType": "application/mp4", "@segmentAlignment": "true", "@startWithSAP": 1 };
}

/**
 * In seconds: players wait until `minBufferTime` is buffered, so a long document, such as one of the whole movie, does not count,
 * but has the bandwidth at which it is received within this time (23009-1 §5.3.5.4).
 */
export const MAX_SUBTITLE_BUFFER = 30;

/** Returns the boundaries of the segments; none of a WebVTT file. */
export function getSubtitleSegments(
  rendition: SubtitleRendition,
  requested: DashTextFormat,
): { times: Float64Array; timescale: number } {
  switch (getTrackFormat(rendition, requested)) {
    case "vtt":
      return { times: new Float64Array(), timescale: 1 };
    case "wvtt":
      return rendition;
    case "stpp":
      return {
        times: rendition.stpp!.timeline.times,
        timescale: rendition.stpp!.timing.timescale,
      };
  }
}

const ID = "$RepresentationID$";
const TIME = "$Time$";

interface Context {
  readonly presentation: Presentation;
  timeline(boundaries: Float64Array): XmlElement;
}

export function textRepresentation(
  rendition: SubtitleRendition,
  requested: DashTextFormat,
  context: Context,
): XmlElement {
  switch (getTrackFormat(rendition, requested)) {
    case "vtt":
      return vtt(rendition, context);
    case "wvtt":
      return wvtt(rendition, context);
    case "stpp":
      return stpp(rendition, context);
  }
}

/** Players ignore presentationTimeOffset of a WebVTT file, so the file of a clip starts at 0. */
function vtt(
  { name, bandwidth, timescale }: SubtitleRendition,
  { presentation }: Context,
): XmlElement {
  const { version } = presentation;
  const start = getClipStart(presentation, timescale);
  const url = start > 0 ? webvttClipUrl(version, name, start) : webvttUrl(version, name);
  return {
    "@id": name,
    "@bandwidth": bandwidth,
    BaseURL: { "#text": url + getMediaQuery(presentation) },
  };
}

function wvtt(rendition: SubtitleRendition, { presentation, timeline }: Context): XmlElement {
  const { version } = presentation;
  const { name, timescale, times } = rendition;
  const query = escapeTemplate(getMediaQuery(presentation));
  return {
    "@id": name,
    "@codecs": "wvtt",
    "@bandwidth": computeWvttBandwidth(getWholeRendition(presentation, rendition), presentation),
    SegmentTemplate: {
      "@timescale": timescale,
      "@presentationTimeOffset": getClipStart(presentation, timescale) || undefined,
      "@initialization": wvttInitUrl(version, ID) + query,
      "@media": wvttSegmentUrl(version, ID, TIME) + query,
      SegmentTimeline: timeline(times),
    },
  };
}

function stpp({ name, stpp }: SubtitleRendition, { presentation, timeline }: Context): XmlElement {
  const { codec, timing: { timescale }, timeline: { times } } = stpp!;
  const query = escapeTemplate(getMediaQuery(presentation));
  return {
    "@id": name,
    "@codecs": codec,
    "@bandwidth": computeStppBandwidth(stpp!),
    SegmentTemplate: {
      "@timescale": timescale,
      "@presentationTimeOffset": getClipStart(presentation, timescale) || undefined,
      "@initialization": initUrl(presentation.version, ID) + query,
      "@media": segmentUrl(presentation.version, ID, TIME) + query,
      SegmentTimeline: timeline(times),
    },
  };
}

function computeStppBandwidth(
  { bandwidth, timing, timeline: { times, bytes } }: StppTrack,
): number {
  const limit = MAX_SUBTITLE_BUFFER * timing.timescale;
  return bytes.reduce((max, size, i) => {
    const isLong = times[i + 1]! - times[i]! > limit;
    return isLong ? Math.max(max, Math.ceil(8 * size / MAX_SUBTITLE_BUFFER)) : max;
  }, bandwidth);
}

/** Doubles dollar signs, which begin identifiers in a template (§5.3.9.4.4). */
export function escapeTemplate(query: string): string {
  return query.replaceAll("$", "$$$$");
}
