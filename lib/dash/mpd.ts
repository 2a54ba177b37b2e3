/** Media Presentation Description (ISO/IEC 23009-1 §5.3): one function per element. */

import { toBcp47 } from "../language.ts";
import { formatIsoTime } from "../time.ts";
import { getDynamicRange, getRotatedCodedSize } from "../presentation/video_size.ts";
import type {
  MediaRendition,
  Presentation,
  Rendition,
  SwitchingSet,
  Time,
} from "../presentation/presentation.ts";
import { getClipStart, getMediaQuery } from "../selection/select.ts";
import { imageUrl, initUrl, segmentUrl } from "../cmaf/routes.ts";
import { descriptor, roleDescriptors } from "./roles.ts";
import { escapeTemplate, textAttributes, textRepresentation } from "./text.ts";
import type { DashTextFormat } from "./text.ts";
import { formatRuns } from "../presentation/segment_runs.ts";
import { runPlaceholder, xml } from "../xml.ts";
import type { XmlElement } from "../xml.ts";

const ID = "$RepresentationID$";
const TIME = "$Time$";

const CICP = "urn:mpeg:mpegB:cicp:";

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
  const root: XmlElement = {
    MPD: {
      "@xmlns": "urn:mpeg:dash:schema:mpd:2011",
      "@profiles": "urn:mpeg:dash:profile:isoff-live:2011",
      ...mpd,
      "@minBufferTime": formatIsoDuration(findLongestSegment(presentation)),
      Period: {
        "@id": "0",
        "@start": "PT0S",
        ...period,
        AdaptationSet: presentation.sets.map((set, i) =>
          adaptationSet(set, { id: i + 1, presentation, timelines, text })
        ),
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
  return {
    "@id": context.id,
    "@contentType": set.type,
    ...subtitles[0]
      ? textAttributes(subtitles[0], context.text)
      : { "@mimeType": getMimeType(set.type) },
    "@lang": set.type === "image" || set.language === "und" ? undefined : toBcp47(set.language),
    ...set.type === "image" || media.length === 0 ? {} : {
      "@segmentAlignment": set.aligned ? "true" : undefined,
      "@startWithSAP": getSapType(media),
    },
    "@selectionPriority": selectionPriority,
    SupplementalProperty: media[0] && colour(media[0]),
    Label: labels,
    Accessibility: accessibility,
    Role: roles,
    Representation: [
      ...media.map((rendition) => representation(rendition, context)),
      ...subtitles.map((rendition) =>
        textRepresentation(rendition, context.text, {
          presentation: context.presentation,
          timeline: (boundaries) => context.timelines.add(boundaries),
        })
      ),
    ],
  };
}

/** Code points of ISO/IEC 23091-2, for high dynamic range only (§5.8.5.4; DASH-IF IOP part 7). */
function colour({ description }: MediaRendition): XmlElement[] | undefined {
  if (description.type !== "video" || getDynamicRange(description) === "SDR") return undefined;
  const { primaries, transfer, matrix } = description.colour!;
  return [
    descriptor(`${CICP}ColourPrimaries`, `${primaries}`),
    descriptor(`${CICP}TransferCharacteristics`, `${transfer}`),
    descriptor(`${CICP}MatrixCoefficients`, `${matrix}`),
  ];
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
  return {
    "@id": name,
    "@codecs": image ? undefined : description.codec,
    "@bandwidth": bandwidth,
    ...videoAttributes(rendition),
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
      "@media": (image ? imageUrl(version, ID, TIME) : segmentUrl(version, ID, TIME)) + query,
      SegmentTimeline: timelines.add(timeline.times),
    },
  };
}

function videoAttributes(rendition: MediaRendition): XmlElement {
  const { description, frameRate } = rendition;
  if (description.type === "audio") return {};
  const { width, height, pixelAspect } = getRotatedCodedSize(rendition);
  if (description.type === "image") return { "@width": width, "@height": height };
  return {
    "@width": width,
    "@height": height,
    "@sar": pixelAspect,
    "@frameRate": frameRate,
    "@scanType": description.interlaced ? "interlaced" : "progressive",
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

function findLongestSegment({ renditions }: Presentation): Time {
  let longest: Time = { ticks: 1, timescale: 1 };
  let maxSeconds = 0;
  for (const rendition of renditions.values()) {
    if (rendition.type === "text" || rendition.type === "image") continue;
    const { times } = rendition.timeline;
    const { timescale } = rendition.timing;
    for (let i = 1; i < times.length; i++) {
      const ticks = times[i]! - times[i - 1]!;
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
