/** Merges cues that a track splits across adjacent samples. */

import { exceedsMaxCueSize, MAX_CUE_SIZE } from "./cue.ts";
import type { Cue } from "./cue.ts";

/** In milliseconds. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Lasts as long as the sample unless it has its own times. */
export type SampledCue = Pick<Cue, "id" | "settings" | "text"> & Partial<Interval> & {
  /** `vsid` (14496-30), equal for the parts of a cue. */
  readonly source?: number | undefined;
};

export class CueMerger {
  readonly #cues: { -readonly [K in keyof Cue]: Cue[K] }[] = [];
  readonly #lastIndices = new Map<string, number>();
  #ignored = 0;

  /** Samples must be added in presentation order. */
  add(sample: Interval, cues: readonly SampledCue[]): void {
    const counts = new Map<string, number>();
    for (const { id, settings, text, source, start, end } of cues) {
      if (exceedsMaxCueSize({ id, settings, text })) {
        this.#ignored++;
        continue;
      }
      const content = JSON.stringify([source, id, settings, text]);
      const count = counts.get(content) ?? 0;
      counts.set(content, count + 1);
      const span = { start: start ?? sample.start, end: end ?? sample.end };
      if (span.start < span.end) this.#add(`${count} ${content}`, { ...span, id, settings, text });
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

  get warnings(): string[] {
    if (this.#ignored === 0) return [];
    return [`Cues of more than ${MAX_CUE_SIZE} bytes are ignored: ${this.#ignored}`];
  }

  cues(): Cue[] {
    return [...this.#cues].sort((a, b) => a.start - b.start);
  }
}
