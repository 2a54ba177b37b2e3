/** Texts in DASH: a WebVTT file (§5.3.5), or segments of WebVTT or TTML in MP4 (ISO/IEC 14496-30). */

import type { Presentation, TextRendition } from "../presentation/presentation.ts";
import { wvttBandwidth } from "../presentation/wvtt_bandwidth.ts";
import { initUrl, segmentUrl, textUrl, wvttInitUrl, wvttUrl } from "../urls.ts";
import type { XmlElement } from "./xml.ts";

/**
 * How an MPD offers cues: as a WebVTT file, or as segments, which some devices want. Never both, as players list every
 * AdaptationSet, and so each language twice.
 */
export type DashText = "vtt" | "wvtt";

/** What a text is offered as: TTML as it is, but where segments of WebVTT are asked for, and its cues will do. */
function formOf({ stpp }: TextRendition, wanted: DashText): DashText | "stpp" {
  return stpp && (wanted === "vtt" || stpp.onlyImages) ? "stpp" : wanted;
}

/** Attributes of the AdaptationSet: those of texts in segments are as those of media. */
export function textSet(rendition: TextRendition, wanted: DashText): XmlElement {
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
  rendition: TextRendition,
  wanted: DashText,
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

function vtt({ name, bandwidth }: TextRendition, { presentation }: Context): XmlElement {
  return {
    "@id": name,
    "@bandwidth": bandwidth,
    BaseURL: { "#text": textUrl(presentation.version, name) },
  };
}

function wvtt(rendition: TextRendition, { presentation, timeline }: Context): XmlElement {
  const { version } = presentation;
  return {
    "@id": rendition.name,
    "@codecs": "wvtt",
    "@bandwidth": wvttBandwidth(rendition, presentation),
    SegmentTemplate: {
      "@timescale": rendition.timescale,
      "@initialization": wvttInitUrl(version, ID),
      "@media": wvttUrl(version, ID, TIME),
      SegmentTimeline: timeline(rendition.times),
    },
  };
}

function stpp({ name, stpp }: TextRendition, { presentation, timeline }: Context): XmlElement {
  const { codec, bandwidth, timing, timeline: { times } } = stpp!;
  return {
    "@id": name,
    "@codecs": codec,
    "@bandwidth": bandwidth,
    SegmentTemplate: {
      "@timescale": timing.timescale,
      "@initialization": initUrl(presentation.version, ID),
      "@media": segmentUrl(presentation.version, ID, TIME),
      SegmentTimeline: timeline(times),
    },
  };
}
