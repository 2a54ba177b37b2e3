/** Times of samples at the start and the end of edits, which are not those of the file (docs/design/timing.md). */

import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import type { EditedPart, EditedSamples } from "../mp4/samples/edited_parts.ts";
import { getCompositionTime, type SampleTable } from "../mp4/samples/sample_table.ts";
import { findComposedBefore } from "./edit_range.ts";
import type { HiddenSamples } from "./hidden_samples.ts";

/** Each takes 24 bytes of memory. */
const MAX_MOVED = 2 ** 17;

/** MPEG-TS requires decode times that differ in its timescale. */
const MPEG_TS_TIMESCALE = 90_000;

interface Row {
  /** Index in the file. */
  readonly sample: number;
  readonly decodeTime: number;
  readonly presentationTime: number;
  readonly isHidden: boolean;
  readonly isCovered: boolean;
}

/** Collects the samples whose times differ from those of the file, part by part, from the last one to the first. */
export class MovedSamples {
  readonly #track: Track;
  readonly #factor: number;
  readonly #parts: readonly EditedPart[];
  /** Least distance of decode times that are not those of the file. */
  readonly #step: number;
  /** By part. */
  readonly #rows: (readonly Row[])[] = [];
  #count = 0;
  /** Decode time of the first sample of the part that was added last. */
  #next = Infinity;
  /** Time of its sample that is presented first. */
  #nextTime = Infinity;
  #decodeEnd = 0;

  constructor(
    track: Track,
    { factor, parts }: { factor: number; parts: readonly EditedPart[] },
  ) {
    this.#track = track;
    this.#factor = factor;
    this.#parts = parts;
    this.#step = Math.ceil(track.timescale * factor / MPEG_TS_TIMESCALE);
  }

  /**
   * Adds the part before those that were added. Can be repeated if a page of the tables is missing.
   *
   * @throws MediaError `MEDIA_UNSUPPORTED` if too many samples have other times than those of the file
   */
  addPart(index: number, hidden: HiddenSamples): void {
    const part = this.#parts[index]!;
    const { start, time, first, end } = part;
    const { samples: table } = this.#track;
    const toDecodeTime = (sample: number) => this.#toPresented(part, table.decodeTime(sample));
    const { presentationTimes, headEnd } = this.#hide(part, hidden);
    const early = new Set(hidden.early);
    const late = new Set(hidden.late);
    const lateFrom = hidden.late.reduce((least, sample) => Math.min(least, sample), Infinity);
    const latest = -table.minCompositionOffset * this.#factor;
    const rows: Row[] = [];
    let next = this.#next;
    const move = (sample: number) => {
      this.#checkCount(rows.length + 1);
      const own = early.has(sample) ? Infinity : toDecodeTime(sample);
      const presentationTime = presentationTimes.get(sample) ??
        (getCompositionTime(table, sample) - start) * this.#factor + time;
      next = Math.min(own, next - this.#step, presentationTime + latest);
      const isHidden = early.has(sample) || late.has(sample);
      const isCovered = isHidden && sample !== hidden.onScreen;
      rows.push({ sample, decodeTime: next, presentationTime, isHidden, isCovered });
    };
    let tail = end;
    for (; tail > headEnd; tail--) {
      if (tail <= lateFrom && toDecodeTime(tail - 1) <= next - this.#step) break;
      move(tail - 1);
    }
    if (tail > headEnd) next = toDecodeTime(headEnd);
    for (let sample = headEnd - 1; sample >= first; sample--) move(sample);
    if (this.#next === Infinity) {
      const last = tail < end || headEnd === end ? rows[0]!.decodeTime : toDecodeTime(end - 1);
      this.#decodeEnd = Math.max(toDecodeTime(end), last + 1);
    }
    this.#next = next;
    this.#nextTime = early.size > 0
      ? time
      : this.#toPresented(part, findFirstComposition(table, part));
    this.#count += rows.length;
    this.#rows[index] = rows;
  }

  finish(): EditedSamples {
    const moved = new Float64Array(this.#count);
    const movedDecodeTimes = new Float64Array(this.#count);
    const movedPresentationTimes = new Float64Array(this.#count);
    const hidden: number[] = [];
    const covered: number[] = [];
    let [at, start] = [0, 0];
    for (const [i, { first, end }] of this.#parts.entries()) {
      for (const row of this.#rows[i]!.toReversed()) {
        const { sample, decodeTime, presentationTime, isHidden, isCovered } = row;
        moved[at] = start + sample - first;
        if (isHidden) hidden.push(moved[at]!);
        if (isCovered) covered.push(moved[at]!);
        movedDecodeTimes[at] = decodeTime;
        movedPresentationTimes[at++] = presentationTime;
      }
      start += end - first;
    }
    return {
      factor: this.#factor,
      parts: this.#parts,
      moved,
      movedDecodeTimes,
      movedPresentationTimes,
      hidden: Float64Array.from(hidden),
      covered: Float64Array.from(covered),
      decodeEnd: this.#decodeEnd,
    };
  }

  #toPresented({ start, time }: EditedPart, ticks: number): number {
    return (ticks - start) * this.#factor + time;
  }

  /**
   * Returns the presentation times of hidden samples, and of those that are due within these ticks, and the end of those that are
   * presented at the start. They are in the order of the file: decoders return frames in no other.
   */
  #hide(
    part: EditedPart,
    { early, late, last, end }: HiddenSamples,
  ): { presentationTimes: ReadonlyMap<number, number>; headEnd: number } {
    const { samples: table } = this.#track;
    const count = early.length + late.length;
    const times = new Map<number, number>();
    const toTime = (sample: number) => this.#toPresented(part, getCompositionTime(table, sample));
    const isLate = new Set(late);
    const due = early.length > 0
      ? findComposedBefore(table, { ...part, time: part.start + count / this.#factor })
        .filter((sample) => !isLate.has(sample))
        .sort((a, b) => toTime(a) - toTime(b))
      : [];
    due.forEach((sample, i) => times.set(sample, Math.max(toTime(sample), part.time + i)));
    if (late.length > 0) {
      const hiddenEnd = this.#next < Infinity ? this.#nextTime : this.#toPresented(part, end);
      const start = hiddenEnd - late.length;
      const lastTime = times.get(last) ?? Math.min(toTime(last), start - 1);
      times.set(last, lastTime);
      late.forEach((sample, i) => times.set(sample, Math.max(start, lastTime + 1) + i));
    }
    const headEnd = due.reduce((latest, sample) => Math.max(latest, sample + 1), part.first);
    return { presentationTimes: times, headEnd };
  }

  #checkCount(more: number): void {
    const count = this.#count + more;
    if (count <= MAX_MOVED) return;
    const message =
      `Cannot present ${count} samples of track ${this.#track.id} at other times in edits, ` +
      `expected at most ${MAX_MOVED}`;
    throw new MediaError(message, "MEDIA_UNSUPPORTED");
  }
}

function findFirstComposition(table: SampleTable, { first, end }: EditedPart): number {
  let least = Infinity;
  for (let i = first; i < end; i++) {
    if (table.decodeTime(i) + table.minCompositionOffset >= least) break;
    least = Math.min(least, getCompositionTime(table, i));
  }
  return least;
}
