/** Subtitles in DASH: a WebVTT file (§5.3.5), or segments of WebVTT or TTML in MP4 (ISO/IEC 14496-30). */

import type { Presentation, SubtitleRendition } from "../presentation/presentation.ts";
import { getClipStart, getMediaQuery, getWholeRendition } from "../selection/select.ts";
import { computeWvttBandwidth } from "../cmaf/wvtt_bandwidth.ts";
import { initUrl, segmentUrl, webvttUrl, wvttInitUrl, wvttSegmentUrl } from "../cmaf/routes.ts";
import { webvttClipUrl } from "./routes.ts";
import type { XmlElement } from "../xml.ts";

/**
 * Format of cues: a WebVTT file, or `wvtt` segments, which some devices require. An MPD has one of them, since players
 * list every AdaptationSet and would show each language twice.
 */
export type DashTextFormat = "vtt" | "wvtt";

/** TTML stays TTML, unless `wvtt` is requested and it has cues. */
function getTrackFormat(
  { stpp }: SubtitleRendition,
  requested: DashTextFormat,
): DashTextFormat | "stpp" {
  return stpp && (requested === "vtt" || stpp.onlyImages) ? "stpp" : requested;
}

/** Attributes of the AdaptationSet of a subtitle rendition. */
export function textAttributes(
  rendition: SubtitleRendition,
  requested: DashTextFormat,
): XmlElement {
  const format = getTrackFormat(rendition, requested);
  if (format === "vtt") return { "@mimeType": "text/vtt" };
  return { "@mimeType": "application/mp4", "@segmentAlignment": "true", "@startWithSAP": 1 };
}

/** Identifiers of SegmentTemplate, which a player replaces (§5.3.9.4.4). */
const ID = "$RepresentationID$";
const TIME = "$Time$";

interface Context {
  readonly presentation: Presentation;
  /** Builds the content of SegmentTimeline. */
  timeline(boundaries: Float64Array): XmlElement;
}

/** Representation of subtitles (§5.3.5). In AdaptationSet. */
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

/** Players ignore presentationTimeOffset of a WebVTT file, so the times in the file of a clip start at 0. */
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
  const { codec, bandwidth, timing: { timescale }, timeline: { times } } = stpp!;
  const query = escapeTemplate(getMediaQuery(presentation));
  return {
    "@id": name,
    "@codecs": codec,
    "@bandwidth": bandwidth,
    SegmentTemplate: {
      "@timescale": timescale,
      "@presentationTimeOffset": getClipStart(presentation, timescale) || undefined,
      "@initialization": initUrl(presentation.version, ID) + query,
      "@media": segmentUrl(presentation.version, ID, TIME) + query,
      SegmentTimeline: timeline(times),
    },
  };
}

/** Escapes a query for a template, where `$$` is a dollar sign (§5.3.9.4.4). */
export function escapeTemplate(query: string): string {
  return query.replaceAll("$", "$$$$");
}
