/** Puts together what a track of samples cut up: a cue that is in one sample and in the next is one. */

import type { Cue } from "./cue.ts";

/** In milliseconds. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** A cue as a sample has it: shown for as long as that, unless it says another span. */
export type SampledCue = Pick<Cue, "id" | "settings" | "text"> & Partial<Interval> & {
  /** Cues that are one have the same (`vsid` of 14496-30); left out: what is alike is the same. */
  readonly source?: number | undefined;
};

export class CueMerger {
  readonly #cues: { -readonly [K in keyof Cue]: Cue[K] }[] = [];
  /** Where the last of each kind stands. */
  readonly #lastIndices = new Map<string, number>();

  /** Samples come in the order of their times. */
  add(sample: Interval, toCues: readonly SampledCue[]): void {
    const counts = new Map<string, number>();
    for (const { id, settings, text, source, start, end } of toCues) {
      const kind = JSON.stringify([source, id, settings, text]);
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      const span = { start: start ?? sample.start, end: end ?? sample.end };
      if (span.start < span.end) this.#add(`${count} ${kind}`, { ...span, id, settings, text });
    }
  }

  #add(key: string, cue: Cue): void {
    const last = this.#cues[this.#lastIndices.get(key) ?? -1];
    if (last && last.start <= cue.start && cue.start <= last.end) {
      last.end = Math.max(last.end, cue.end);
      return;
    }
    this.#lastIndices.set(key, this.#cues.length);
    this.#cues.push({ ...cue });
  }

  /** In the order of their starts. */
  cues(): Cue[] {
    return [...this.#cues].sort((a, b) => a.start - b.start);
  }
}
