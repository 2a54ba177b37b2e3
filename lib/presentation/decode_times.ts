/** Decode times of video whose own ones are unusable: recordings with still stretches (docs/design/timing.md). */

import type { MediaInput } from "../input/track_input.ts";
import type { Track } from "../mp4/movie.ts";
import { PresentedSamples } from "../mp4/samples/presented.ts";
import { RetimedTable } from "../mp4/samples/retimed.ts";
import type { Retiming, SampleTable } from "../mp4/samples/sample_table.ts";

/** Returns the track of an input, with other decode times if its own are unusable. */
export function withUsableDecodeTimes(
  { track, index }: Pick<MediaInput, "track" | "index">,
): Track {
  const { samples, timescale } = track;
  const known = index?.retiming;
  const retiming = known === null || known && isInOrder(samples, known)
    ? known
    : deriveDecodeTimes(samples, timescale);
  return retiming ? { ...track, samples: new RetimedTable(samples, retiming) } : track;
}

/** Rejects the index of an edited or malicious package. */
function isInOrder(table: SampleTable, retiming: Retiming): boolean {
  const { count } = table;
  if (retiming.samples.some((sample) => sample > count)) return false;
  const retimed = new RetimedTable(table, retiming);
  return retiming.samples.every((sample) => {
    const time = retimed.decodeTime(sample);
    const before = sample === 0 ? time : retimed.decodeTime(sample - 1);
    const after = sample === count ? time : retimed.decodeTime(sample + 1);
    return before <= time && time <= after && after - before <= MAX_DURATION;
  });
}

/** Frames that an encoder reorders, at most. */
const MAX_REORDERED = 16;

/** In seconds. Timestamps of MPEG-TS start at 10 s, and a PCR precedes the first decode time. */
const MAX_DELAY = 8;

/** Part of the samples for which the usual delay suffices. */
const USUAL_PART = 0.9;

/**
 * Derives decode times from presentation times. With s the least presentation time of a sample and all later ones, and D the usual
 * difference of s and decode time, no sample is decoded earlier than s − D. Returns undefined if the decode times of the file are
 * usable: no sample is presented much later than D after it is decoded.
 */
export function deriveDecodeTimes(table: SampleTable, timescale: number): Retiming | undefined {
  const spread = table.maxCompositionOffset - Math.min(0, table.minCompositionOffset);
  if (spread === 0 || new PresentedSamples(table).count === 0) return undefined;
  const maxReordering = MAX_REORDERED * estimateFrameDuration(table);
  const maxDelay = MAX_DELAY * timescale;
  if (spread <= Math.min(maxReordering, maxDelay)) return undefined; // most files: nothing else is scanned
  const { usual, max, min, maxOffset, end } = measureDelays(table);
  const delay = Math.min(usual, min + Math.min(maxReordering, maxDelay));
  const isUsable = maxOffset - delay <= maxReordering && max - Math.min(0, min) <= maxDelay;
  return isUsable ? undefined : delayDecoding(table, { delay, end });
}

const MEDIAN_SAMPLES = 255;

/** Returns the median duration of presented samples at equal distances. */
function estimateFrameDuration(table: SampleTable): number {
  const presented = new PresentedSamples(table);
  const durations = Array.from({ length: MEDIAN_SAMPLES }, (_, i) => {
    const index = presented.toTable(Math.floor(i * presented.count / MEDIAN_SAMPLES));
    return table.decodeTime(index + 1) - table.decodeTime(index);
  });
  return durations.sort((a, b) => a - b)[MEDIAN_SAMPLES >> 1]!;
}

/** Differences of s and decode time, in ticks. */
interface Delays {
  readonly usual: number;
  readonly min: number;
  readonly max: number;
  /** Maximum difference of a sample's own presentation time and decode time. */
  readonly maxOffset: number;
  /** End of the sample that is presented last. */
  readonly end: number;
}

/** Bounds the memory: of a longer table, the usual delay is that of samples at equal distances. */
const MAX_MEASURED = 2 ** 20;

/** Samples that are hidden are presented at other times than in the file, so they only count for the least delay. */
function measureDelays(table: SampleTable): Delays {
  const presented = new PresentedSamples(table);
  const step = Math.ceil(presented.count / MAX_MEASURED);
  const delays = new Float64Array(Math.ceil(presented.count / step));
  let rank = presented.count;
  let [least, min, max, maxOffset, latest] = [Infinity, Infinity, -Infinity, -Infinity, -Infinity];
  scanBackwards(table, (index, decodeTime, offset) => {
    least = Math.min(least, decodeTime + offset);
    latest = Math.max(latest, decodeTime + offset);
    const delay = least - decodeTime;
    min = Math.min(min, delay);
    if (!presented.has(index)) return;
    if (--rank % step === 0) delays[rank / step] = delay;
    max = Math.max(max, delay);
    maxOffset = Math.max(maxOffset, offset);
  });
  const usual = delays.sort()[Math.ceil(USUAL_PART * delays.length) - 1]!;
  const lastDuration = table.decodeTime(table.count) - table.decodeTime(table.count - 1);
  return { usual, min, max, maxOffset, end: latest + lastDuration };
}

/** Longest duration of a trun. */
const MAX_DURATION = 2 ** 32 - 1;

/**
 * Moves samples that are decoded earlier than s − `delay` there, and samples with equal decode times apart by one tick. The end of
 * all samples is moved as a sample that is presented there. Returns undefined if a duration would exceed 32 bits.
 */
function delayDecoding(
  table: SampleTable,
  { delay, end }: { delay: number; end: number },
): Retiming | undefined {
  const changes: { sample: number; shift: number }[] = [];
  const decodeEnd = table.decodeTime(table.count);
  let next = Math.max(decodeEnd, end - delay);
  if (next > decodeEnd) changes.push({ sample: table.count, shift: next - decodeEnd });
  let [least, minCompositionOffset, maxDuration] = [Infinity, Infinity, 0];
  scanBackwards(table, (sample, decodeTime, offset) => {
    least = Math.min(least, decodeTime + offset);
    const time = Math.min(Math.max(decodeTime, least - delay), next - 1);
    const shift = time - decodeTime;
    if (shift !== 0) changes.push({ sample, shift });
    maxDuration = Math.max(maxDuration, next - time);
    minCompositionOffset = Math.min(minCompositionOffset, offset - shift);
    next = time;
  });
  if (maxDuration > MAX_DURATION) return undefined;
  changes.reverse();
  return {
    samples: Float64Array.from(changes, ({ sample }) => sample),
    shifts: Float64Array.from(changes, ({ shift }) => shift),
    minCompositionOffset,
  };
}

const SCANNED_SAMPLES = 2 ** 14;

function scanBackwards(
  table: SampleTable,
  visit: (index: number, decodeTime: number, compositionOffset: number) => void,
): void {
  for (let end = table.count; end > 0;) {
    const first = Math.max(0, end - SCANNED_SAMPLES);
    const { durations, compositionOffsets } = table.scanSamples(first, end);
    let time = table.decodeTime(end);
    for (let i = end - first - 1; i >= 0; i--) {
      time -= durations[i]!;
      visit(first + i, time, compositionOffsets[i]!);
    }
    end = first;
  }
}
