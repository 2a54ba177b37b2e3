/** Samples of a wvtt track (ISO/IEC 14496-30 §7), whose active cues do not change. */

import { ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { rescale } from "../time.ts";
import type { Cue } from "./cue.ts";
import { formatTimestamp } from "./webvtt.ts";
import { vttc, vtte } from "./wvtt.ts";

export interface WvttSamples {
  /** In ticks. */
  readonly durations: Uint32Array;
  readonly sizes: Uint32Array;
  readonly bytes: Uint8Array;
}

/** In ticks of `timescale`. */
export interface WvttSpan {
  readonly start: number;
  readonly end: number;
  readonly timescale: number;
}

/** Simultaneous cues are repeated in each sample. */
const MAX_SEGMENT_SIZE = 2 ** 22;

const MAX_SAMPLE_DURATION = 2 ** 31;

const MILLISECONDS = 1000;

interface ClippedCue {
  readonly cue: Cue;
  readonly start: number;
  readonly end: number;
  readonly source: number;
}

/**
 * Splits cues at the borders of the span; their index in `cues` identifies the parts.
 *
 * @throws MediaError if simultaneous cues exceed `MAX_SEGMENT_SIZE`
 */
export function buildWvttSamples(cues: readonly Cue[], span: WvttSpan): WvttSamples {
  const clipped = clipCues(cues, span);
  const times = new Set([span.start, span.end]);
  for (const { start, end } of clipped) times.add(start).add(end);
  const sorted = [...times].sort((a, b) => a - b);
  const writer = new SampleWriter(span.timescale);
  const active = new Set<ClippedCue>();
  let next = 0;
  for (const [i, time] of sorted.slice(0, -1).entries()) {
    for (const one of active) if (one.end <= time) active.delete(one);
    for (; clipped[next] && clipped[next]!.start <= time; next++) active.add(clipped[next]!);
    writer.add(time, sorted[i + 1]!, active);
  }
  return writer.finish();
}

function clipCues(cues: readonly Cue[], { start, end, timescale }: WvttSpan): ClippedCue[] {
  const ticks = (time: number) => rescale(time, MILLISECONDS, timescale);
  const clipped = cues.flatMap((cue, source): ClippedCue[] => {
    const [from, to] = [Math.max(start, ticks(cue.start)), Math.min(end, ticks(cue.end))];
    return from < to ? [{ cue, start: from, end: to, source }] : [];
  });
  return clipped.sort((a, b) => a.start - b.start);
}

class SampleWriter {
  readonly #timescale: number;
  readonly #writer = new ByteWriter(64);
  readonly #durations: number[] = [];
  readonly #sizes: number[] = [];

  constructor(timescale: number) {
    this.#timescale = timescale;
  }

  add(start: number, end: number, active: ReadonlySet<ClippedCue>): void {
    for (let time = start; time < end; time += MAX_SAMPLE_DURATION) {
      const before = this.#writer.length;
      this.#write(time, Math.min(end, time + MAX_SAMPLE_DURATION), active);
      this.#durations.push(Math.min(end - time, MAX_SAMPLE_DURATION));
      this.#sizes.push(this.#writer.length - before);
    }
  }

  #write(start: number, end: number, active: ReadonlySet<ClippedCue>): void {
    if (active.size === 0) return vtte(this.#writer);
    const time = formatTimestamp(rescale(start, this.#timescale, MILLISECONDS));
    const ticks = (time: number) => rescale(time, MILLISECONDS, this.#timescale);
    for (const { cue, source } of active) {
      const isWhole = ticks(cue.start) === start && ticks(cue.end) === end;
      vttc(this.#writer, { ...cue, source: isWhole ? undefined : source }, time);
      if (this.#writer.length > MAX_SEGMENT_SIZE) throw tooManyCues(active.size, time);
    }
  }

  finish(): WvttSamples {
    return {
      durations: Uint32Array.from(this.#durations),
      sizes: Uint32Array.from(this.#sizes),
      bytes: this.#writer.finish(),
    };
  }
}

function tooManyCues(count: number, time: string): MediaError {
  const why =
    `Cannot write wvtt: ${count} simultaneous cues at ${time} exceed ${MAX_SEGMENT_SIZE} bytes in a segment`;
  return new MediaError(why, "MEDIA_UNSUPPORTED");
}
