/** Expected times (docs/design/timing.md), independent of presentation/sample_timing.ts. */

import type { Track } from "../../mp4/movie.ts";
import { computeDecodeTimes } from "./decode_times.ts";

/** Times of a rendition's samples by their index in its timeline, in its timescale. */
export interface ExpectedTimes {
  duration(index: number): number;
  decodeTime(index: number): number;
  presentationTime(index: number): number;
}

export interface SourceTimesOptions {
  readonly track: Track;
  /** The only edit, in ticks of the track: composition time `start` is presented at `delay`. */
  readonly edit: { readonly start: number; readonly delay: number };
  readonly type: "video" | "audio" | "image";
  /** In ticks of the track. */
  readonly startOffset: number;
  readonly first: number;
  /** Ticks of the rendition in a tick of the track. */
  readonly factor: number;
  /** True if the file has segments as they are served: its decode times need not start at 0. */
  readonly isStored?: boolean;
}

/** Times of a track with one edit. */
export class SourceTimes implements ExpectedTimes {
  readonly #options: SourceTimesOptions;
  /** Presentation times by sample index: of compressed samples, and of those that move for them. */
  readonly #preroll: ReadonlyMap<number, number>;
  /** Presented before the edit, compressed to a tick each. */
  readonly #compressed: ReadonlySet<number>;
  /** In ticks of the track, by sample index; empty if those of the file are expected. */
  readonly #decodeTimes: Float64Array;
  readonly #prerollEnd: number;
  readonly #prerollDuration: number;
  /** Added to the last sample of the preroll, which is shown until the next one. */
  #still = 0;

  constructor(options: SourceTimesOptions) {
    this.#options = options;
    const { track: { samples, timescale }, type, isStored = false } = options;
    const { compressed, preroll } = isStored ? NO_PREROLL : findPreroll(options);
    this.#decodeTimes = type === "video" && !isStored
      ? computeDecodeTimes(samples, timescale)
      : new Float64Array();
    this.#compressed = compressed;
    this.#preroll = preroll;
    this.#prerollEnd = [...preroll.keys()].reduce(
      (end, index) => Math.max(end, index + 1),
      options.first,
    );
    const duration = this.#sumDurations(options.first, this.#prerollEnd);
    this.#still = compressed.size > 0 ? this.#computeStill(duration) : 0;
    this.#prerollDuration = duration + this.#still;
  }

  duration(index: number): number {
    const still = index === this.#prerollEnd - 1 ? this.#still : 0;
    if (this.#compressed.has(index)) return 1 + still;
    return still + (this.#sourceTime(index + 1) - this.#sourceTime(index)) * this.#options.factor;
  }

  decodeTime(index: number): number {
    const { first, factor, isStored } = this.#options;
    if (isStored) return this.#sourceTime(index) * factor;
    if (index < this.#prerollEnd) return this.#sumDurations(first, index);
    return this.#prerollDuration +
      (this.#sourceTime(index) - this.#sourceTime(this.#prerollEnd)) * factor;
  }

  presentationTime(index: number): number {
    return this.#preroll.get(index) ?? toPresentationTime(this.#options, index);
  }

  #sourceTime(index: number): number {
    return this.#decodeTimes[index] ?? this.#options.track.samples.decodeTime(index);
  }

  #computeStill(duration: number): number {
    const { edit, factor, track: { timescale } } = this.#options;
    const gap = (this.#sourceTime(this.#prerollEnd) - edit.start) * factor - duration;
    return gap > timescale * factor ? gap : 0;
  }

  #sumDurations(first: number, end: number): number {
    let sum = 0;
    for (let i = first; i < end; i++) sum += this.duration(i);
    return sum;
  }
}

function compositionTime({ samples }: Track, index: number): number {
  return samples.decodeTime(index) + samples.compositionOffset(index);
}

function toPresentationTime(options: SourceTimesOptions, index: number): number {
  const { track, edit, factor } = options;
  return (compositionTime(track, index) - edit.start) * factor + computeEditStart(options);
}

function computeEditStart({ edit, startOffset, factor }: SourceTimesOptions): number {
  return (edit.delay - startOffset) * factor;
}

const NO_PREROLL = { compressed: new Set<number>(), preroll: new Map<number, number>() };

/** Compressed samples take a tick each, in presentation order; those due during these ticks follow them. */
function findPreroll(
  options: SourceTimesOptions,
): { compressed: Set<number>; preroll: Map<number, number> } {
  const { edit, factor, type, track } = options;
  if (type === "audio") return { compressed: new Set(), preroll: new Map() };
  const compressed = findPresentedBefore(options, edit.start);
  const moved = compressed.length === 0
    ? []
    : findPresentedBefore(options, edit.start + compressed.length / factor);
  moved.sort((a, b) => compositionTime(track, a) - compositionTime(track, b));
  const preroll = moved.map((index, rank): [number, number] => [
    index,
    Math.max(toPresentationTime(options, index), computeEditStart(options) + rank),
  ]);
  return { compressed: new Set(compressed), preroll: new Map(preroll) };
}

function findPresentedBefore({ track, first }: SourceTimesOptions, time: number): number[] {
  const { samples } = track;
  const found: number[] = [];
  for (let i = first; i < samples.count; i++) {
    if (samples.decodeTime(i) + samples.minCompositionOffset >= time) break;
    if (compositionTime(track, i) < time) found.push(i);
  }
  return found;
}
