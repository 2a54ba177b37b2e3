/** Media Presentation Description (ISO/IEC 23009-1 §5.3.1). */

import type { Presentation, Time } from "../presentation/presentation.ts";
import { declareNamespaces } from "./protection.ts";
import { buildAdaptationSets, FULL_PROFILE, Timelines } from "./period.ts";
import { getSubtitleSegments, MAX_SUBTITLE_BUFFER } from "./text.ts";
import type { DashTextFormat } from "./text.ts";
import { hasSupplementalCodecs } from "./video.ts";
import { xml } from "../xml.ts";
import type { XmlElement } from "../xml.ts";

const LIVE_PROFILE = "urn:mpeg:dash:profile:isoff-live:2011";

/** Namespace of the extensions of SCTE 214-1. */
const SCTE_214 = "urn:scte:dash:scte214-extensions";

/** @throws MediaError if `text` is "wvtt" and cues cannot be represented as such */
export function buildMpd(presentation: Presentation, text: DashTextFormat = "vtt"): string {
  const timelines = new Timelines();
  const duration = formatIsoDuration(presentation.duration);
  const sets = buildAdaptationSets(presentation, { text, timelines, getId: (i) => i + 1 });
  return formatMpd({
    attributes: { "@type": "static", "@mediaPresentationDuration": duration },
    children: {
      ProgramInformation: programInformation(presentation),
      Period: { "@id": "0", "@start": "PT0S", "@duration": duration, AdaptationSet: sets },
    },
    presentations: [presentation],
    sets,
    text,
    runs: timelines.formatted,
  });
}

/** What an MPD consists of. */
export interface MpdContent {
  readonly attributes: XmlElement;
  /** Periods, and what follows them. */
  readonly children: XmlElement;
  readonly presentations: readonly Presentation[];
  /** Adaptation sets that may have other profiles and namespaces. */
  readonly sets?: readonly XmlElement[];
  readonly text?: DashTextFormat;
  /** For placeholders among the children. */
  readonly runs: readonly string[];
}

export function formatMpd(
  { attributes, children, presentations, sets = [], text = "vtt", runs }: MpdContent,
): string {
  const hasFiles = sets.some((set) => set["@profiles"] === FULL_PROFILE);
  const root: XmlElement = {
    MPD: {
      "@xmlns": "urn:mpeg:dash:schema:mpd:2011",
      ...presentations.some(hasSupplementalCodecs) ? { "@xmlns:scte214": SCTE_214 } : {},
      ...declareNamespaces(sets),
      "@profiles": hasFiles ? `${LIVE_PROFILE},${FULL_PROFILE}` : LIVE_PROFILE,
      ...attributes,
      "@minBufferTime": formatIsoDuration(findLongestSegment(presentations, text)),
      ...children,
    },
  };
  return xml(root, runs);
}

/** Descriptive information (§5.3.4). */
function programInformation({ metadata }: Presentation): XmlElement | undefined {
  const title = metadata?.title;
  return title === undefined ? undefined : { Title: { "#text": title } };
}

/** Players may have to buffer a segment of each rendition with a SegmentTimeline; images are not buffered. */
function findLongestSegment(presentations: readonly Presentation[], text: DashTextFormat): Time {
  let longest: Time = { ticks: 1, timescale: 1 };
  let maxSeconds = 0;
  for (const rendition of presentations.flatMap(({ renditions }) => [...renditions.values()])) {
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

function formatIsoDuration(time: Time): string {
  return formatMicroseconds(roundUpToMicroseconds(time));
}

/** Rounds up, so that no media is after the end of a Period. */
export function roundUpToMicroseconds({ ticks, timescale }: Time): number {
  return Math.ceil(ticks / timescale * 1e6 - 1e-3);
}

export function formatMicroseconds(microseconds: number): string {
  return `PT${+(microseconds / 1e6).toFixed(6)}S`;
}
