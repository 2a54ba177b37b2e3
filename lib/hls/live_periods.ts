/** Periods of a broadcast that one playlist can list. */

import type { Broadcast, BroadcastPeriod } from "../presentation/broadcast.ts";
import type { MediaRendition } from "../presentation/presentation.ts";
import { getMuxedAudio } from "./mpegts_support.ts";
import type { SegmentFormat } from "./m3u8.ts";
import { getSupportedSets } from "./support.ts";

/** Selects the newest periods in which a format supports the same renditions, and muxes the same audio. */
export function selectPeriods(
  { periods }: Pick<Broadcast, "periods">,
  format: SegmentFormat,
): readonly BroadcastPeriod[] {
  const described = periods.map((period) => describeSupport(period, format));
  const first = described.findLastIndex((support) => support !== described.at(-1));
  return periods.slice(first + 1);
}

function describeSupport({ presentation }: BroadcastPeriod, format: SegmentFormat): string {
  const sets = getSupportedSets(presentation, format);
  const names = sets.flatMap(({ renditions }) => renditions.map(({ name }) => name)).sort();
  const muxed = format === "ts" ? getMuxedAudio(presentation)?.name : undefined;
  return JSON.stringify([names, muxed]);
}

/** Returns the renditions of a name, of audio or video. */
export function findRenditions(
  periods: readonly Pick<BroadcastPeriod, "presentation">[],
  name: string,
): MediaRendition[] {
  return periods.map(({ presentation }) => presentation.renditions.get(name) as MediaRendition);
}

/** Returns true if all segments start with a key frame that is presented first. */
export function haveIndependentSegments(
  periods: readonly Pick<BroadcastPeriod, "presentation">[],
  name: string,
): boolean {
  return findRenditions(periods, name).every(({ timeline: { keyFrames } }) =>
    keyFrames !== undefined && !keyFrames.includes(0)
  );
}
