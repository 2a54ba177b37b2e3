/** MPDs of channels: one Period for each period of a broadcast (ISO/IEC 23009-1 §5.3.1, §5.3.2). */

import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { getMediaQuery } from "../selection/select.ts";
import { formatIsoTime } from "../time.ts";
import type { XmlElement } from "../xml.ts";
import { formatMicroseconds, formatMpd, roundUpToMicroseconds } from "./mpd.ts";
import { buildAdaptationSets, type PeriodOptions, Timelines } from "./period.ts";
import { descriptor } from "./roles.ts";
import { CLOCK_URL } from "./routes.ts";
import type { DashTextFormat } from "./text.ts";

/** The clock returns an xs:dateTime (23009-1 §5.8.5.7). */
const UTC_CLOCK = "urn:mpeg:dash:utc:http-xsdate:2014";

/** Target durations between the live edge and what players present. */
const PRESENTATION_DELAY = 3;

/** In seconds. */
const MIN_UPDATE_PERIOD = 1;

/**
 * Times are relative to the epoch of the broadcast, so that none changes when the broadcast is over and the MPD becomes static.
 *
 * @throws MediaError if `text` is "wvtt" and cues cannot be represented as such
 */
export function buildBroadcastMpd(broadcast: Broadcast, text: DashTextFormat = "vtt"): string {
  const { periods, isLive } = broadcast;
  const timelines = new Timelines();
  return formatMpd({
    attributes: isLive ? describeLive(broadcast) : describeStatic(broadcast),
    presentations: periods.map(({ presentation }) => presentation),
    periods: periods.map((period, i) => ({
      "@id": `p${period.number}`,
      "@start": formatMicroseconds(period.start - broadcast.epoch),
      "@duration": describeDuration(broadcast, i),
      AdaptationSet: buildSets(period.presentation, { text, timelines, isLive }),
    })),
    rest: isLive ? { UTCTiming: buildClock(periods[0]!) } : {},
    text,
    timelines,
  });
}

function describeLive(
  { epoch, updatedAt, targetDuration, window }: Broadcast,
): XmlElement {
  const updatePeriod = Math.max(MIN_UPDATE_PERIOD, targetDuration / 2);
  return {
    "@type": "dynamic",
    "@availabilityStartTime": formatUtc(epoch),
    "@publishTime": formatUtc(updatedAt),
    "@minimumUpdatePeriod": `PT${updatePeriod}S`,
    "@timeShiftBufferDepth": window === undefined ? undefined : `PT${window}S`,
    "@suggestedPresentationDelay": `PT${PRESENTATION_DELAY * targetDuration}S`,
  };
}

function describeStatic({ epoch, updatedAt, periods }: Broadcast): XmlElement {
  const { start, presentation } = periods.at(-1)!;
  const end = start - epoch + roundUpToMicroseconds(presentation.duration);
  return {
    "@type": "static",
    "@availabilityStartTime": formatUtc(epoch),
    "@publishTime": formatUtc(updatedAt),
    "@mediaPresentationDuration": formatMicroseconds(end),
  };
}

/**
 * A Period lasts until the next one starts (§5.3.2.1), whatever media it has: some is missing, or is too long where the clock was set
 * back. The last one has no duration until the broadcast is over: players would stop at its end before the next one is listed. Nor
 * has it where the first hours are gone, since dash.js 5.2 would take the sum of all durations as that of the broadcast.
 */
function describeDuration(
  { epoch, periods, isLive }: Broadcast,
  index: number,
): string | undefined {
  const { start, presentation } = periods[index]!;
  const next = periods[index + 1];
  if (next) return formatMicroseconds(next.start - start);
  const lacksStart = periods.length > 1 && periods[0]!.start > epoch;
  if (isLive || lacksStart) return undefined;
  return formatMicroseconds(roundUpToMicroseconds(presentation.duration));
}

/** A set has the same ID in all periods, since they have renditions of the same names. */
function buildSets(
  presentation: Presentation,
  options: Omit<PeriodOptions, "getId">,
): XmlElement[] {
  const names = [...presentation.renditions.keys()].sort();
  const getId = (set: number) => 1 + names.indexOf(presentation.sets[set]!.renditions[0]!.name);
  return buildAdaptationSets(presentation, { ...options, getId });
}

/** Players resolve the URL against that of the MPD. */
function buildClock({ presentation }: BroadcastPeriod): XmlElement {
  return descriptor(UTC_CLOCK, CLOCK_URL + getMediaQuery(presentation));
}

/** Formats microseconds since 1970 (xs:dateTime). */
function formatUtc(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - 1000 * milliseconds).padStart(3, "0");
  return formatIsoTime(milliseconds).replace("Z", `${rest}Z`);
}
