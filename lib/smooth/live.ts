/** Smooth Streaming of channels ([MS-SSTR] §2.2.2): times count from the epoch of the broadcast, in 100 ns. */

import { RequestError } from "../errors.ts";
import type { Broadcast } from "../presentation/broadcast.ts";
import { rescale } from "../time.ts";
import type { XmlElement } from "../xml.ts";
import { listStreams, LOOK_AHEAD } from "./live_listing.ts";
import { describePeriods, isContinuedBy, type SmoothPeriod } from "./live_streams.ts";
import { formatSmoothManifest, type ListedStream } from "./manifest.ts";
import { SMOOTH_TIMESCALE } from "./streams.ts";

/**
 * Lists the newest periods in which all levels have the same configuration.
 *
 * @throws RequestError `NOT_PUBLISHED` before a fragment is followed by two; if Smooth Streaming supports no rendition
 */
export function buildBroadcastSmoothManifest(broadcast: Broadcast): string {
  const { version, isLive } = broadcast;
  const chains = splitIntoChains(describePeriods(broadcast));
  const newest = chains.at(-1)!;
  const { presentation } = newest.at(-1)!;
  const streams = newest.at(-1)!.streams.length === 0 ? [] : findListed(chains, isLive);
  if (!streams) {
    throw new RequestError(
      "NOT_PUBLISHED",
      "Cannot play the channel yet: Smooth Streaming lists a fragment when two follow",
    );
  }
  return isLive
    ? formatSmoothManifest({ attributes: describeLive(broadcast), version, presentation, streams })
    : formatSmoothManifest({
      attributes: describeEnd(newest.at(-1)!),
      version,
      presentation,
      streams: streams.map((stream) => ({ ...stream, runs: [joinRuns(stream.runs)] })),
    });
}

/** Periods that no others follow are listed until those have fragments. */
function findListed(
  chains: readonly SmoothPeriod[][],
  isLive: boolean,
): ListedStream[] | undefined {
  for (const chain of chains.toReversed()) {
    const streams = listStreams(chain, isLive && chain === chains.at(-1));
    if (streams) return streams;
  }
  return undefined;
}

function splitIntoChains(periods: readonly SmoothPeriod[]): SmoothPeriod[][] {
  const chains: SmoothPeriod[][] = [];
  for (const [i, period] of periods.entries()) {
    if (i > 0 && isContinuedBy(periods[i - 1]!, period)) chains.at(-1)!.push(period);
    else chains.push([period]);
  }
  return chains;
}

/** Has both names of the look-ahead: that of [MS-SSTR] 2.2.2.1, which requires the duration 0, and the one that IIS writes. */
function describeLive({ window }: Broadcast): XmlElement {
  return {
    "@Duration": 0,
    "@IsLive": "TRUE",
    "@DVRWindowLength": window === undefined ? undefined : window * SMOOTH_TIMESCALE,
    "@LookaheadCount": LOOK_AHEAD,
    "@LookAheadFragmentCount": LOOK_AHEAD,
  };
}

function describeEnd({ origin, presentation: { duration } }: SmoothPeriod): XmlElement {
  const { ticks, timescale } = duration;
  return { "@Duration": origin + rescale(ticks, timescale, SMOOTH_TIMESCALE) };
}

/** Fragments last until the next one: dash.js ends where the sum of all durations does. */
function joinRuns(runs: readonly Float64Array[]): Float64Array {
  const starts = runs.flatMap((times) => [...times.subarray(0, -1)]);
  return Float64Array.from([...starts, runs.at(-1)!.at(-1)!]);
}
