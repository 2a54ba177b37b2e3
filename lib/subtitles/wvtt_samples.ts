/** Samples of a wvtt track (ISO/IEC 14496-30 §7): they cover the whole time, each with the cues that are shown all through it. */

import { ByteWriter } from "../bytes.ts";
import { MediaError } from "../errors.ts";
import { rescale } from "../time.ts";
import type { Cue } from "./cue.ts";
import { formatTimestamp } from "./webvtt.ts";
import { vttc, vtte } from "./wvtt.ts";

export interface WvttSamples {
  /** In ticks. */
  readonly durations: Uint32Array;
  /** In bytes. */
  readonly sizes: Uint32Array;
  readonly bytes: Uint8Array;
}

/** A span of time, in ticks of `timescale`. */
export interface WvttSpan {
  readonly start: number;
  readonly end: number;
  readonly timescale: number;
}

/** Of one segment, in bytes: a real one has a hundredth of it, but cues may all be shown at once, in each sample. */
const MAX_SEGMENT_SIZE = 2 ** 22;

/** A sample lasts no longer, in ticks: trun has 32 bits. */
const MAX_SAMPLE_DURATION = 2 ** 31;

const MILLISECONDS = 1000;

/** A cue in ticks, within the span; the same `source` in every sample that shows a part of it. */
interface ClippedCue {
  readonly cue: Cue;
  readonly start: number;
  readonly end: number;
  readonly source: number;
}

/**
 * Cues that the span cuts come as abutting pieces, here and in the spans beside it.
 *
 * @param cues all of a text: their places in it tell pieces of one cue from those of others
 * @throws MediaError when so many are shown at once that samples grow beyond reason
 */
export function buildWvttSamples(cues: readonly Cue[], span: WvttSpan): WvttSamples {
  const shown = clipCues(cues, span);
  const times = new Set([span.start, span.end]);
  for (const { start, end } of shown) times.add(start).add(end);
  const sorted = [...times].sort((a, b) => a - b);
  const writer = new SampleWriter(span.timescale);
  const active = new Set<ClippedCue>();
  let next = 0;
  for (const [i, time] of sorted.slice(0, -1).entries()) {
    for (const one of active) if (one.end <= time) active.delete(one);
    for (; shown[next] && shown[next]!.start <= time; next++) active.add(shown[next]!);
    writer.add(time, sorted[i + 1]!, active);
  }
  return writer.finish();
}

/** In the order in which they appear, then as in the text. Those that last no time are in no sample. */
function clipCues(cues: readonly Cue[], { start, end, timescale }: WvttSpan): ClippedCue[] {
  const ticks = (time: number) => rescale(time, MILLISECONDS, timescale);
  const shown = cues.flatMap((cue, source): ClippedCue[] => {
    const [from, to] = [Math.max(start, ticks(cue.start)), Math.min(end, ticks(cue.end))];
    return from < to ? [{ cue, start: from, end: to, source }] : [];
  });
  return shown.sort((a, b) => a.start - b.start);
}

class SampleWriter {
  readonly #timescale: number;
  readonly #writer = new ByteWriter(64); // most segments show a line or two
  readonly #durations: number[] = [];
  readonly #sizes: number[] = [];

  constructor(timescale: number) {
    this.#timescale = timescale;
  }

  /** One sample, or more where it lasts longer than one can. */
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
    `Cannot write wvtt: ${count} cues are shown at once at ${time}, over ${MAX_SEGMENT_SIZE} bytes in a segment`;
  return new MediaError(why, "MEDIA_UNSUPPORTED");
}
