/** Bits a second of the segments that were read back: what manifests claim is held against it (RFC 8216 §4.3.4.2). */

import type { RenditionMeasurements } from "../measurements.ts";

/** In bit/s. */
export interface MeasuredBandwidth {
  readonly peak: number;
  readonly average: number;
}

interface Piece {
  readonly bytes: number;
  readonly seconds: number;
}

/** Segments that are taken together, at most. */
const MOST = 64;

/** Which of a rendition's bytes: CMAF segments, streams, or of CMAF segments their key frames. */
export type Counted = "cmaf" | "streams" | "frames";

/** @param target in seconds; undefined where a segment could not be read */
export function measureBandwidth(
  { init, cmaf, streams }: RenditionMeasurements,
  counted: Counted,
  target: number,
): MeasuredBandwidth | undefined {
  const pieces: Piece[] = [];
  for (const [i, segment] of cmaf.entries()) {
    const bytes = counted === "streams"
      ? streams[i]
      : counted === "frames"
      ? segment?.firstEnd
      : segment?.bytes;
    if (!segment || bytes === undefined || !init) return undefined;
    pieces.push({ bytes, seconds: (segment.end - segment.start) / init.timescale });
  }
  return { peak: peakOf(pieces, target), average: rate(sum(pieces)) };
}

/** Of runs of segments that last from half a target duration to one and a half; of single ones, where there is no such run. */
function peakOf(pieces: readonly Piece[], target: number): number {
  const rates: number[] = [];
  for (const [first] of pieces.entries()) {
    for (let end = first + 1; end <= Math.min(pieces.length, first + MOST); end++) {
      const run = sum(pieces.slice(first, end));
      if (run.seconds > 1.5 * target) break;
      if (run.seconds >= 0.5 * target) rates.push(rate(run));
    }
  }
  return (rates.length > 0 ? rates : pieces.map(rate)).reduce(
    (most, one) => Math.max(most, one),
    0,
  );
}

function sum(pieces: readonly Piece[]): Piece {
  let [bytes, seconds] = [0, 0];
  for (const piece of pieces) {
    bytes += piece.bytes;
    seconds += piece.seconds;
  }
  return { bytes, seconds };
}

function rate({ bytes, seconds }: Piece): number {
  return seconds > 0 ? Math.ceil(8 * bytes / seconds) : 0;
}

/** The longest segment of pictures or sound, as EXT-X-TARGETDURATION has to report it, in whole seconds. */
export function computeTargetDuration(played: Iterable<RenditionMeasurements>): number {
  let longest = 0;
  for (const { cmaf, init } of played) {
    for (const segment of cmaf) {
      if (segment && init) {
        longest = Math.max(longest, (segment.end - segment.start) / init.timescale);
      }
    }
  }
  return Math.max(1, Math.round(Math.ceil(longest * 1e6) / 1e6));
}
