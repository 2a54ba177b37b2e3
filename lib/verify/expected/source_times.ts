/**
 * When the samples of a file are to be decoded and shown, out of its tables and its edit list: the rules of DESIGN (timing)
 * once more, said sample by sample, so that what presentation/timing.ts makes of them is held against a second opinion.
 */

import type { Track } from "../../mp4/movie.ts";
import type { EditWindow } from "../../input/edit_list.ts";

export interface SourceTimesOptions {
  readonly track: Track;
  /** What its edit list asks for. */
  readonly edit: EditWindow;
  readonly type: "video" | "audio" | "image";
  /** Seconds by which a title is put forward that starts long after 0. */
  readonly shift: number;
  /** First sample that goes out. */
  readonly first: number;
  /** Ticks a second that go out, by those of the track. */
  readonly factor: number;
}

/** Times in ticks of what goes out: the track's timescale, times `factor`. */
export class SourceTimes {
  readonly #options: SourceTimesOptions;
  /** Samples at the start that are squeezed, or have to give way: their presentation times. */
  readonly #head: ReadonlyMap<number, number>;
  /** Samples presented before the edit starts. */
  readonly #early: ReadonlySet<number>;
  /** The first sample behind the head, and its decode time. */
  readonly #headEnd: number;
  readonly #headDuration: number;

  constructor(options: SourceTimesOptions) {
    this.#options = options;
    const { early, head } = headOf(options);
    this.#early = early;
    this.#head = head;
    this.#headEnd = [...head.keys()].reduce(
      (end, index) => Math.max(end, index + 1),
      options.first,
    );
    this.#headDuration = 0;
    for (let i = options.first; i < this.#headEnd; i++) this.#headDuration += this.duration(i);
  }

  duration(index: number): number {
    if (this.#early.has(index)) return 1;
    const { samples } = this.#options.track;
    return (samples.decodeTime(index + 1) - samples.decodeTime(index)) * this.#options.factor;
  }

  /** 0 for the first sample. */
  decodeTime(index: number): number {
    if (index < this.#headEnd) {
      let time = 0;
      for (let i = this.#options.first; i < index; i++) time += this.duration(i);
      return time;
    }
    const { track: { samples }, factor } = this.#options;
    return this.#headDuration +
      (samples.decodeTime(index) - samples.decodeTime(this.#headEnd)) * factor;
  }

  presentationTime(index: number): number {
    return this.#head.get(index) ?? natural(this.#options, index);
  }
}

function compositionTime({ samples }: Track, index: number): number {
  return samples.decodeTime(index) + samples.compositionOffset(index);
}

/** Where the edit puts it. */
function natural(options: SourceTimesOptions, index: number): number {
  const { track, edit, factor } = options;
  return (compositionTime(track, index) - edit.start) * factor + zero(options);
}

/** Where the edit starts. */
function zero({ track, edit, shift, factor }: SourceTimesOptions): number {
  return (edit.delay - shift * track.timescale) * factor;
}

/** Pictures before the edit's start have a tick each, in display order; those due in these ticks follow. */
function headOf(
  options: SourceTimesOptions,
): { early: Set<number>; head: Map<number, number> } {
  const { edit, factor, type } = options;
  if (type === "audio") return { early: new Set(), head: new Map() };
  const early = shownBefore(options, edit.start);
  const inTicks = early.length === 0
    ? []
    : shownBefore(options, edit.start + early.length / factor);
  inTicks.sort((a, b) => compositionTime(options.track, a) - compositionTime(options.track, b));
  const head = inTicks.map((index, rank): [number, number] => [
    index,
    Math.max(natural(options, index), zero(options) + rank),
  ]);
  return { early: new Set(early), head: new Map(head) };
}

/** In decode order, those with a composition time before `time`. */
function shownBefore({ track, first }: SourceTimesOptions, time: number): number[] {
  const { samples } = track;
  const found: number[] = [];
  for (let i = first; i < samples.count; i++) {
    if (samples.decodeTime(i) + samples.minCompositionOffset >= time) break;
    if (compositionTime(track, i) < time) found.push(i);
  }
  return found;
}
