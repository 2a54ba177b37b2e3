/** Compares BANDWIDTH and AVERAGE-BANDWIDTH of a channel (RFC 8216bis §4.4.6.2) with its segments. */

import { findMax } from "../../extremes.ts";
import type { SegmentFormat } from "../../hls/m3u8.ts";
import type { Report } from "../findings.ts";
import { type BandwidthFinder, isNearBandwidth } from "./expected_bandwidth.ts";

export interface DeclaredVariant {
  readonly attributes: Record<string, string>;
  /** Names of the renditions of each kind, of which players select one. */
  readonly kinds: readonly (readonly string[])[];
  /** Name of the audio in the segments of video. */
  readonly muxed: string | undefined;
  /** Numbers of the periods that the playlists have, oldest first. */
  readonly numbers: readonly number[];
  readonly format: SegmentFormat;
}

/** MPEG-TS is declared with an upper bound (docs/design/live.md): at most so much above what is sent. In bit/s. */
const MAX_TS_EXCESS = 300_000;
const MAX_TS_RATIO = 1.1;

/** What is measured of a rendition over several periods, in bit/s. */
interface Rates {
  readonly peak: number;
  /** That of the newest period. */
  readonly average: number;
  readonly tsPeak: number;
  readonly isGrown: boolean;
}

export function checkDeclaredBandwidths(
  { attributes, kinds, muxed, numbers, format }: DeclaredVariant,
  findBandwidth: BandwidthFinder,
  report: Report,
): void {
  const measure = (name: string) => measureRendition(name, numbers, findBandwidth);
  const all = kinds.map((names) => names.map(measure));
  if (all.flat().some((rates) => rates === undefined)) return; // not of the archive, which is reported
  const addUp = (get: (rates: Rates) => number) =>
    all.reduce((sum, kind) => sum + findMax(kind.map((rates) => get(rates!)), 0), 0);
  const got = Number(attributes["BANDWIDTH"]);
  const peak = addUp(({ peak }) => peak);
  if (format === "ts") {
    const tsPeak = addUp(({ tsPeak }) => tsPeak);
    const clear = peak + (muxed === undefined ? 0 : measure(muxed)?.peak ?? 0);
    return checkBound(got, { least: tsPeak, clear, isGrown: isGrown(all) }, report);
  }
  if (!isNearBandwidth(got, peak) && !(isGrown(all) && got > peak)) {
    report("bandwidth", `got BANDWIDTH ${got}, expected ${peak} bit/s`);
  }
  const gotAverage = Number(attributes["AVERAGE-BANDWIDTH"]);
  const average = addUp(({ average }) => average);
  if (!isNearBandwidth(gotAverage, average) && !isGrown(all)) {
    report("bandwidth", `got AVERAGE-BANDWIDTH ${gotAverage}, expected ${average} bit/s`);
  }
}

function isGrown(all: readonly (readonly (Rates | undefined)[])[]): boolean {
  return all.flat().some((rates) => rates!.isGrown);
}

function checkBound(
  got: number,
  { least, clear, isGrown }: {
    readonly least: number;
    readonly clear: number;
    readonly isGrown: boolean;
  },
  report: Report,
): void {
  const most = MAX_TS_RATIO * Math.max(least, clear) + MAX_TS_EXCESS;
  if (got >= least && (got <= most || isGrown)) return;
  report("bandwidth", `got BANDWIDTH ${got}, expected ${least} to ${Math.ceil(most)} bit/s`);
}

/** Returns undefined if a period was not measured. */
function measureRendition(
  name: string,
  numbers: readonly number[],
  findBandwidth: BandwidthFinder,
): Rates | undefined {
  const periods = numbers.map((number) => findBandwidth(number, name));
  const known = periods.filter((period) => period !== undefined);
  const last = known.at(-1);
  if (!last || known.length < periods.length) return undefined;
  const { average } = last;
  return {
    peak: findMax(known.map(({ peak }) => peak), average),
    average,
    tsPeak: findMax(known.map(({ tsPeak = 0 }) => tsPeak)),
    isGrown: known.some(({ isGrown }) => isGrown),
  };
}
