/** Texts in DASH: a WebVTT file (§5.3.5), or segments of WebVTT or TTML in MP4 (ISO/IEC 14496-30). */

import type { Presentation, SubtitleRendition } from "../presentation/presentation.ts";
import { getClipStart, getMediaQuery, getWholeRendition } from "../selection/select.ts";
import { computeWvttBandwidth } from "../cmaf/wvtt_bandwidth.ts";
import { initUrl, segmentUrl, webvttUrl, wvttInitUrl, wvttSegmentUrl } from "../cmaf/routes.ts";
import { webvttClipUrl } from "./routes.ts";
import type { XmlElement } from "../xml.ts";

/**
 * How an MPD offers cues: as a WebVTT file, or as segments, which some devices want. Never both, as players list every
 * AdaptationSet, and so each language twice.
 */
export type DashTextFormat = "vtt" | "wvtt";

/** What a text is offered as: TTML as it is, but where segments of WebVTT are asked for, and its cues will do. */
function formOf({ stpp }: SubtitleRendition, wanted: DashTextFormat): DashTextFormat | "stpp" {
  return stpp && (wanted === "vtt" || stpp.onlyImages) ? "stpp" : wanted;
}

/** Attributes of the AdaptationSet: those of texts in segments are as those of media. */
export function textAttributes(rendition: SubtitleRendition, wanted: DashTextFormat): XmlElement {
  const form = formOf(rendition, wanted);
  if (form === "vtt") return { "@mimeType": "text/vtt" };
  return { "@mimeType": "application/mp4", "@segmentAlignment": "true", "@startWithSAP": 1 };
}

/** What a player puts in place (§5.3.9.4.4). */
const ID = "$RepresentationID$";
const TIME = "$Time$";

interface Context {
  readonly presentation: Presentation;
  /** The element for these boundaries. */
  timeline(boundaries: Float64Array): XmlElement;
}

/** Representation (§5.3.5). In AdaptationSet. */
export function textRepresentation(
  rendition: SubtitleRendition,
  wanted: DashTextFormat,
  context: Context,
): XmlElement {
  switch (formOf(rendition, wanted)) {
    case "vtt":
      return vtt(rendition, context);
    case "wvtt":
      return wvtt(rendition, context);
    case "stpp":
      return stpp(rendition, context);
  }
}

/** One file. Players look for no presentationTimeOffset there: a clip has a file whose times count from its start. */
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

/** In a template, `$$` is a dollar (§5.3.9.4.4). */
export function escapeTemplate(query: string): string {
  return query.replaceAll("$", "$$$$");
}
