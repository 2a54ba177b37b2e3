/** MPDs of channels: one Period for each period of a broadcast (ISO/IEC 23009-1 §5.3.1, §5.3.2). */

import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import type { Presentation } from "../presentation/presentation.ts";
import { getMediaQuery } from "../selection/select.ts";
import { formatIsoTime } from "../time.ts";
import { runPlaceholder, xmlChildren } from "../xml.ts";
import type { XmlElement } from "../xml.ts";
import { formatMicroseconds, formatMpd, roundUpToMicroseconds } from "./mpd.ts";
import { buildAdaptationSets, Timelines } from "./period.ts";
import { descriptor } from "./roles.ts";
import { CLOCK_URL } from "./routes.ts";

/** The clock returns an xs:dateTime (23009-1 §5.8.5.7). */
const UTC_CLOCK = "urn:mpeg:dash:utc:http-xsdate:2014";

/** Target durations between the live edge and what players present. */
const PRESENTATION_DELAY = 3;

/** In seconds. */
const MIN_UPDATE_PERIOD = 1;

/** Times are relative to the epoch of the broadcast, so that none changes when the broadcast is over and the MPD becomes static. */
export function buildBroadcastMpd(broadcast: Broadcast): string {
  const { epoch, periods, isLive } = broadcast;
  return formatMpd({
    attributes: isLive ? describeLive(broadcast) : describeStatic(broadcast),
    children: {
      Period: periods.map(({ number, start }, i) => ({
        "@id": `p${number}`,
        "@start": formatMicroseconds(start - epoch),
        "@duration": describeDuration(broadcast, i),
        runs: runPlaceholder(i),
      })),
      ...isLive ? { UTCTiming: buildClock(periods[0]!) } : {},
    },
    presentations: periods.map(({ presentation }) => presentation),
    runs: periods.map((period) => formatSets(period, isLive)),
  });
}

/** Adaptation sets of a period that is over are formatted once: a channel whose encoder often restarts has hundreds. */
function formatSets({ presentation, derived, isOver }: BroadcastPeriod, isLive: boolean): string {
  const format = isLive ? formatLiveSets : formatStaticSets;
  if (!isOver || presentation.selection) return format(presentation);
  return derived.get(format);
}

function formatLiveSets(presentation: Presentation): string {
  return formatAdaptationSets(presentation, true);
}

function formatStaticSets(presentation: Presentation): string {
  return formatAdaptationSets(presentation, false);
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
function formatAdaptationSets(presentation: Presentation, isLive: boolean): string {
  const names = [...presentation.renditions.keys()].sort();
  const getId = (set: number) => 1 + names.indexOf(presentation.sets[set]!.renditions[0]!.name);
  const timelines = new Timelines();
  const sets = buildAdaptationSets(presentation, { text: "vtt", timelines, isLive, getId });
  return xmlChildren({ AdaptationSet: sets }, timelines.formatted);
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
