/** Media Presentation Description (ISO/IEC 23009-1 §5.3): one function per element. */

import { formatIsoTime } from "../time.ts";
import { endTogether } from "../presentation/length_warnings.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
  Time,
} from "../presentation/presentation.ts";
import { getClipStart, getMediaQuery } from "../selection/select.ts";
import { imageUrl, initUrl, numberedImageUrl, segmentUrl } from "../cmaf/routes.ts";
import { buildContentProtections, declareNamespaces, findSwitchableSets } from "./protection.ts";
import { descriptor, roleDescriptors } from "./roles.ts";
import { findImageCadence } from "./thumbnails.ts";
import {
  escapeTemplate,
  getSubtitleSegments,
  MAX_SUBTITLE_BUFFER,
  textAttributes,
  textRepresentation,
} from "./text.ts";
import type { DashTextFormat } from "./text.ts";
import { formatRuns } from "../presentation/segment_runs.ts";
import {
  colourProperties,
  describeVideoSize,
  hasSupplementalCodecs,
  supplementalCodecs,
  videoMaxima,
} from "./video.ts";
import { runPlaceholder, xml } from "../xml.ts";
import type { XmlElement } from "../xml.ts";

const LIVE_PROFILE = "urn:mpeg:dash:profile:isoff-live:2011";

/** The only profile that allows files instead of segments (§8.2). */
const FULL_PROFILE = "urn:mpeg:dash:profile:full:2011";

/** Namespace of the extensions of SCTE 214-1. */
const SCTE_214 = "urn:scte:dash:scte214-extensions";

const ID = "$RepresentationID$";
const TIME = "$Time$";
const NUMBER = "$Number$";

/** The value is columns × rows of each image (DASH-IF IOP §6.2.6). */
const THUMBNAIL_TILE = "http://dashif.org/guidelines/thumbnail_tile";

/** Formatted SegmentTimelines. Equal ones are stored once, since renditions of a set usually share theirs. */
class Timelines {
  readonly #indexes = new Map<string, number>();

  get formatted(): string[] {
    return [...this.#indexes.keys()];
  }

  add(boundaries: Float64Array): XmlElement {
    const text = formatTimeline(boundaries);
    const index = this.#indexes.get(text) ?? this.#indexes.size;
    this.#indexes.set(text, index);
    return runPlaceholder(index);
  }
}

/**
 * @param updatedAt of the presentation, in milliseconds since 1970; required if it is live
 * @throws MediaError if `text` is "wvtt" and cues cannot be represented as such
 */
export function buildMpd(
  presentation: Presentation,
  text: DashTextFormat = "vtt",
  updatedAt = 0,
): string {
  const timelines = new Timelines();
  const { mpd, period } = presentationType(presentation, updatedAt);
  const sets = presentation.sets.map((set, i) =>
    adaptationSet(set, { id: getId(i), presentation, timelines, text })
  );
  const hasFiles = sets.some((set) => set["@profiles"] === FULL_PROFILE);
  const root: XmlElement = {
    MPD: {
      "@xmlns": "urn:mpeg:dash:schema:mpd:2011",
      ...hasSupplementalCodecs(presentation) ? { "@xmlns:scte214": SCTE_214 } : {},
      ...declareNamespaces(sets),
      "@profiles": hasFiles ? `${LIVE_PROFILE},${FULL_PROFILE}` : LIVE_PROFILE,
      ...mpd,
      "@minBufferTime": formatIsoDuration(findLongestSegment(presentation, text)),
      Period: {
        "@id": "0",
        "@start": "PT0S",
        ...period,
        AdaptationSet: sets,
      },
    },
  };
  return xml(root, timelines.formatted);
}

/** A dynamic MPD is requested again after each segment, and has no end (§5.3.1.2). */
function presentationType(
  { live, duration, targetDuration }: Presentation,
  updatedAt: number,
): { mpd: XmlElement; period: XmlElement } {
  if (!live) {
    const end = formatIsoDuration(duration);
    return {
      mpd: { "@type": "static", "@mediaPresentationDuration": end },
      period: { "@duration": end },
    };
  }
  const { availabilityStart, window } = live;
  return {
    mpd: {
      "@type": "dynamic",
      "@availabilityStartTime": formatIsoTime(availabilityStart),
      "@publishTime": formatIsoTime(updatedAt),
      "@minimumUpdatePeriod": `PT${targetDuration}S`,
      "@timeShiftBufferDepth": window === undefined ? undefined : `PT${window}S`,
    },
    period: {},
  };
}

/** Returns the ID of the set with an index. */
function getId(index: number): number {
  return index + 1;
}

interface Context {
  readonly id: number;
  readonly presentation: Presentation;
  readonly timelines: Timelines;
  readonly text: DashTextFormat;
}

function adaptationSet(set: SwitchingSet, context: Context): XmlElement {
  const media = set.renditions.filter((rendition) => rendition.type !== "text");
  const subtitles = set.renditions.filter((rendition) => rendition.type === "text");
  const { selectionPriority, labels, accessibility, roles } = roleDescriptors(
    set,
    context.presentation,
  );
  const switchable = findSwitchableSets(set, context.presentation, getId);
  const { EssentialProperty, SupplementalProperty = [] } = colourProperties(
    set,
    context.presentation,
  );
  const { template, representations } = shareTemplate([
    ...media.map((rendition) => representation(rendition, context)),
    ...subtitles.map((rendition) =>
      textRepresentation(rendition, context.text, {
        presentation: context.presentation,
        timeline: (boundaries) => context.timelines.add(boundaries),
      })
    ),
  ]);
  return {
    "@id": context.id,
    "@contentType": set.type,
    "@profiles": representations.some(({ BaseURL }) => BaseURL) ? FULL_PROFILE : undefined,
    ...subtitles[0]
      ? textAttributes(subtitles[0], context.text)
      : { "@mimeType": getMimeType(set.type) },
    ...set.type === "video" ? videoMaxima(media) : {},
    "@lang": set.type === "image" ? undefined : set.language,
    ...set.type === "image" || media.length === 0 ? {} : {
      "@segmentAlignment": switchable.aligned && endTogether(switchable.media) ? "true" : undefined,
      "@startWithSAP": getSapType(switchable.media),
    },
    "@selectionPriority": selectionPriority,
    ContentProtection: buildContentProtections(set, context.presentation),
    EssentialProperty,
    SupplementalProperty: [...SupplementalProperty, ...switchable.properties],
    Label: labels,
    Accessibility: accessibility,
    Role: roles,
    SegmentTemplate: template,
    Representation: representations,
  };
}

/** Moves a template that all representations have to their set (§5.3.9.1). */
function shareTemplate(
  representations: readonly XmlElement[],
): { template?: XmlElement; representations: readonly XmlElement[] } {
  const [first, ...others] = representations.map((one) => JSON.stringify(one["SegmentTemplate"]));
  if (first === undefined || others.some((other) => other !== first)) return { representations };
  return {
    template: representations[0]!["SegmentTemplate"] as XmlElement,
    representations: representations.map(({ SegmentTemplate: _, ...rest }) => rest),
  };
}

function getMimeType(type: Rendition["type"]): string | undefined {
  return { video: "video/mp4", audio: "audio/mp4", image: "image/jpeg", text: undefined }[type];
}

/** Type of the stream access points: 3 with leading frames, else 1 (14496-12 annex I). */
function getSapType(media: readonly MediaRendition[]): number {
  return media.some(({ openGop }) => openGop) ? 3 : 1;
}

function representation(
  rendition: MediaRendition,
  { presentation, timelines }: Context,
): XmlElement {
  const { name, type, description, bandwidth, timing, timeline } = rendition;
  const { version } = presentation;
  const image = type === "image";
  const query = escapeTemplate(getMediaQuery(presentation));
  const cadence = image ? findImageCadence(rendition, presentation) : undefined;
  const url = cadence
    ? numberedImageUrl(version, ID, { ...cadence, number: NUMBER })
    : image
    ? imageUrl(version, ID, TIME)
    : segmentUrl(version, ID, TIME);
  return {
    "@id": name,
    "@codecs": image ? undefined : description.codec,
    ...supplementalCodecs(description),
    "@bandwidth": bandwidth,
    ...describeVideoSize(rendition),
    ...description.type === "audio" ? { "@audioSamplingRate": description.sampleRate } : {},
    AudioChannelConfiguration: description.type === "audio"
      ? descriptor(description.dashChannels.schemeIdUri, description.dashChannels.value)
      : undefined,
    EssentialProperty: image ? descriptor(THUMBNAIL_TILE, "1x1") : undefined, // shaka-player reads it from EssentialProperty only
    SupplementalProperty: description.type === "audio" ? atmos(description.objects) : undefined,
    SegmentTemplate: {
      "@timescale": timing.timescale,
      "@presentationTimeOffset": getClipStart(presentation, timing.timescale) || undefined,
      "@initialization": image ? undefined : initUrl(version, ID) + query,
      "@media": url + query,
      ...cadence
        ? { "@duration": cadence.duration, "@startNumber": cadence.startNumber }
        : { SegmentTimeline: timelines.add(timeline.times) },
    },
  };
}

/** Dolby Atmos in E-AC-3 (ETSI TS 103 420 annex D). */
function atmos(objects: number | undefined): XmlElement[] | undefined {
  if (objects === undefined) return undefined;
  return [
    descriptor("tag:dolby.com,2018:dash:EC3_ExtensionType:2018", "JOC"),
    descriptor("tag:dolby.com,2018:dash:EC3_ExtensionComplexityIndex:2018", `${objects}`),
  ];
}

/** Only the first S has t: each other one starts at the end of the one before it (§5.3.9.6). */
function formatTimeline(boundaries: Float64Array): string {
  return formatRuns(boundaries, (duration, count, time) => {
    const t = time === undefined ? "" : ` t="${time}"`;
    const r = count > 1 ? ` r="${count - 1}"` : "";
    return `<S${t} d="${duration}"${r}/>`;
  });
}

/** Players may have to buffer a segment of each rendition with a SegmentTimeline; images are not buffered. */
function findLongestSegment({ renditions }: Presentation, text: DashTextFormat): Time {
  let longest: Time = { ticks: 1, timescale: 1 };
  let maxSeconds = 0;
  for (const rendition of renditions.values()) {
    if (rendition.type === "image") continue;
    const { times, timescale } = rendition.type === "text"
      ? getSubtitleSegments(rendition, text)
      : { times: rendition.timeline.times, timescale: rendition.timing.timescale };
    const limit = rendition.type === "text" ? MAX_SUBTITLE_BUFFER * timescale : Infinity;
    for (let i = 1; i < times.length; i++) {
      const ticks = Math.min(times[i]! - times[i - 1]!, limit);
      if (ticks / timescale > maxSeconds) {
        [longest, maxSeconds] = [{ ticks, timescale }, ticks / timescale];
      }
    }
  }
  return longest;
}

/** Rounds up to the microsecond, so that no media is after the end. */
function formatIsoDuration({ ticks, timescale }: Time): string {
  const microseconds = Math.ceil(ticks / timescale * 1e6 - 1e-3);
  return `PT${+(microseconds / 1e6).toFixed(6)}S`;
}
