/** Times of samples at the start and the end of edits, which are not those of the file (docs/design/timing.md). */

import { MediaError } from "../errors.ts";
import type { Track } from "../mp4/movie.ts";
import type { EditedPart, EditedSamples } from "../mp4/samples/edited_parts.ts";
import { getCompositionTime, type SampleTable } from "../mp4/samples/sample_table.ts";
import { findComposedBefore } from "./edit_range.ts";
import type { HiddenSamples } from "./hidden_samples.ts";

/** More than any encoder reorders. */
const MAX_REORDERED = 64;

/** Each takes 24 bytes of memory. */
const MAX_MOVED = 2 ** 17;

/** MPEG-TS requires decode times that differ in its timescale. */
const MPEG_TS_TIMESCALE = 90_000;

/**
 * Samples before a join that are decoded earlier than in the file last at least this part of their time, until they have caught up:
 * Chromium shows the next frame after a seek into the rest.
 */
const MIN_SHARE = 7 / 8;

interface Row {
  /** Index in the file. */
  readonly sample: number;
  readonly decodeTime: number;
  readonly presentationTime: number;
  readonly isHidden: boolean;
  readonly isCovered: boolean;
  /** The decode time is that of the file: so are those before it, whatever their distances are. */
  readonly isOwn: boolean;
  /** A time is not that of the file. */
  readonly isMoved: boolean;
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
    const isLast = this.#next === Infinity;
    const { rows, first, last } = this.#collectRows(part, hidden);
    if (isLast) {
      const end = Math.max(this.#toDecodeTime(part, part.end), last.decodeTime + 1);
      this.#decodeEnd = Math.min(end, last.decodeTime + this.#limitDuration(last, part, hidden));
    }
    this.#next = first;
    this.#nextTime = hidden.early.length > 0
      ? part.time
      : this.#toPresented(part, findFirstComposition(this.#track.samples, part));
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

  /** Returns samples with other times than those of the file, the last one first; the last sample; and the first decode time. */
  #collectRows(
    part: EditedPart,
    hidden: HiddenSamples,
  ): { rows: readonly Row[]; first: number; last: Row } {
    const { presentationTimes, headEnd } = this.#hide(part, hidden);
    const endFrom = this.#next === Infinity ? part.end - MAX_REORDERED : part.end;
    const create = this.#createRows(part, hidden, { presentationTimes, endFrom });
    const rows: Row[] = [];
    let next: Pick<Row, "decodeTime" | "isOwn"> = { decodeTime: this.#next, isOwn: false };
    const add = (sample: number) => {
      const row = create(sample, next);
      next = row;
      if (row.isMoved) rows.push(row);
      this.#checkCount(rows.length);
      return row;
    };
    const last = add(part.end - 1);
    let tail = part.end - 1;
    const late = hidden.late.length > 0 ? [...hidden.late, hidden.last] : [];
    const from = late.reduce((least, sample) => Math.min(least, sample), endFrom);
    while (tail > headEnd && (tail > from || !next.isOwn)) add(--tail);
    if (tail > headEnd) next = { decodeTime: this.#toDecodeTime(part, headEnd), isOwn: true };
    for (let sample = Math.min(tail, headEnd) - 1; sample >= part.first; sample--) add(sample);
    return { rows, first: next.decodeTime, last };
  }

  /** @returns a function of a sample and the one that is decoded after it */
  #createRows(
    part: EditedPart,
    hidden: HiddenSamples,
    { presentationTimes, endFrom }: {
      readonly presentationTimes: ReadonlyMap<number, number>;
      /** From here on, samples end with the last edit. */
      readonly endFrom: number;
    },
  ): (sample: number, next: Pick<Row, "decodeTime" | "isOwn">) => Row {
    const { samples: table } = this.#track;
    const early = new Set(hidden.early);
    const late = new Set(hidden.late);
    const latest = -table.minCompositionOffset * this.#factor;
    return (sample, next) => {
      const own = early.has(sample) ? Infinity : this.#toDecodeTime(part, sample);
      const ownTime = this.#toPresented(part, getCompositionTime(table, sample));
      const presentationTime = presentationTimes.get(sample) ?? ownTime;
      const isHidden = early.has(sample) || late.has(sample);
      let decodeTime = Math.min(own, presentationTime + latest);
      if (!next.isOwn || decodeTime < own) {
        const least = isHidden
          ? this.#step
          : this.#computeLeast(sample, presentationTime, part, hidden);
        decodeTime = Math.min(decodeTime, next.decodeTime - least);
      }
      if (sample >= endFrom && next.decodeTime < Infinity) {
        const duration = this.#limitDuration({ presentationTime }, part, hidden);
        decodeTime = Math.max(decodeTime, next.decodeTime - duration);
      }
      const isOwn = decodeTime === own;
      const isCovered = isHidden && sample !== hidden.onScreen;
      const isMoved = isHidden || !isOwn || presentationTime !== ownTime;
      return { sample, decodeTime, presentationTime, isHidden, isCovered, isOwn, isMoved };
    };
  }

  /** Returns how long a sample of the last part may last, so that it ends with the edit. */
  #limitDuration(
    { presentationTime }: Pick<Row, "presentationTime">,
    part: EditedPart,
    { end }: HiddenSamples,
  ): number {
    return Math.max(this.#step, this.#toPresented(part, end) - presentationTime);
  }

  /** Returns how long a visible sample lasts at least: Chromium shows a later frame after a seek to a time when it has ended. */
  #computeLeast(
    sample: number,
    presentationTime: number,
    part: EditedPart,
    { early, late, last, end }: HiddenSamples,
  ): number {
    if (last < 0) return this.#step; // audio
    const isLastPart = this.#next === Infinity;
    const shownEnd = isLastPart ? this.#toPresented(part, end) : this.#nextTime;
    const shown = shownEnd - presentationTime -
      (early.length + late.length) * (this.#step - 1); // hidden ones are presented a tick apart, but decoded a step
    const own = this.#toDecodeTime(part, sample + 1) - this.#toDecodeTime(part, sample);
    const share = sample === last ? own : Math.floor(own * MIN_SHARE);
    const isDecodedLast = !isLastPart && sample === last && sample === part.end - 1;
    return Math.max(this.#step, isDecodedLast ? shown : Math.min(share, shown));
  }

  #toDecodeTime(part: EditedPart, sample: number): number {
    return this.#toPresented(part, this.#track.samples.decodeTime(sample));
  }

  #toPresented({ start, time }: EditedPart, ticks: number): number {
    return (ticks - start) * this.#factor + time;
  }

  /**
   * Returns the presentation times of hidden samples, and of those that are due within these ticks, and the end of those that are
   * presented at the start. They are in the order of the file, in which decoders return frames, but for those behind the last edit:
   * players sort frames, so that the last one stays on screen.
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
    const beforeLast = (times.get(last) ?? toTime(last)) - late.length;
    if (this.#next === Infinity && beforeLast >= part.time + due.length) { // nothing follows that would cover them
      late.forEach((sample, i) => times.set(sample, beforeLast + i));
    } else if (late.length > 0) {
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
