/** What a Period contains (ISO/IEC 23009-1 §5.3.2): one function per element. */

import { endTogether } from "../presentation/length_warnings.ts";
import { areAlignedSoFar } from "../presentation/live_alignment.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
} from "../presentation/presentation.ts";
import { SegmentStart } from "../presentation/segment_timeline.ts";
import { getClipStart, getMediaQuery } from "../selection/select.ts";
import { imageUrl, initUrl, numberedImageUrl, segmentUrl } from "../cmaf/routes.ts";
import { buildContentProtections, findSwitchableSets } from "./protection.ts";
import type { SwitchableSets } from "./protection.ts";
import { descriptor, roleDescriptors } from "./roles.ts";
import { findImageCadence } from "./thumbnails.ts";
import { escapeTemplate, textAttributes, textRepresentation } from "./text.ts";
import type { DashTextFormat } from "./text.ts";
import { formatRuns } from "../presentation/segment_runs.ts";
import { colourProperties, describeVideoSize, supplementalCodecs, videoMaxima } from "./video.ts";
import { runPlaceholder } from "../xml.ts";
import type { XmlElement } from "../xml.ts";

/** The only profile that allows files instead of segments (§8.2). */
export const FULL_PROFILE = "urn:mpeg:dash:profile:full:2011";

const ID = "$RepresentationID$";
const TIME = "$Time$";
const NUMBER = "$Number$";

/** The value is columns × rows of each image (DASH-IF IOP §6.2.6). */
const THUMBNAIL_TILE = "http://dashif.org/guidelines/thumbnail_tile";

/** Formatted SegmentTimelines. Equal ones are stored once, since renditions of a set usually share theirs. */
export class Timelines {
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

export interface PeriodOptions {
  readonly text: DashTextFormat;
  readonly timelines: Timelines;
  /** True while a channel may list a segment that starts without a sync sample, and one rendition more segments than another. */
  readonly isLive?: boolean;
  /** Returns AdaptationSet@id of the set with an index. */
  readonly getId: (index: number) => number;
}

interface Context extends PeriodOptions {
  readonly presentation: Presentation;
}

/** @throws MediaError if `text` is "wvtt" and cues cannot be represented as such */
export function buildAdaptationSets(
  presentation: Presentation,
  options: PeriodOptions,
): XmlElement[] {
  const context = { ...options, presentation };
  return presentation.sets.map((set, i) => adaptationSet(set, options.getId(i), context));
}

function adaptationSet(set: SwitchingSet, id: number, context: Context): XmlElement {
  const media = set.renditions.filter((rendition) => rendition.type !== "text");
  const subtitles = set.renditions.filter((rendition) => rendition.type === "text");
  const { selectionPriority, labels, accessibility, roles } = roleDescriptors(
    set,
    context.presentation,
  );
  const switchable = findSwitchableSets(set, context.presentation, context.getId);
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
    "@id": id,
    "@contentType": set.type,
    "@profiles": representations.some(({ BaseURL }) => BaseURL) ? FULL_PROFILE : undefined,
    ...subtitles[0]
      ? textAttributes(subtitles[0], context.text)
      : { "@mimeType": getMimeType(set.type) },
    ...set.type === "video" ? videoMaxima(media) : {},
    "@lang": set.type === "image" ? undefined : set.language,
    ...set.type === "image" || media.length === 0 ? {} : describeSegments(switchable, context),
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

/** Describes the segments of a set: a channel may append some that start without a sync sample. */
function describeSegments({ media, aligned }: SwitchableSets, { isLive }: Context): XmlElement {
  if (isLive) return { "@segmentAlignment": areAlignedSoFar(media) ? "true" : undefined };
  return {
    "@segmentAlignment": aligned && endTogether(media) ? "true" : undefined,
    "@startWithSAP": getSapType(media),
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

/** Type of the stream access points: 3 with leading frames, else 1 (14496-12 annex I); undefined if a segment starts without one. */
function getSapType(media: readonly MediaRendition[]): number | undefined {
  const lacksOne = media.some(({ type, timeline: { keyFrames } }) =>
    type === "video" && keyFrames?.includes(SegmentStart.OTHER)
  );
  if (lacksOne) return undefined;
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
