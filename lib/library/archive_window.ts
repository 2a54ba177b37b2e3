/** Finds the blocks that a window needs, from the newest back. */

import type { Block } from "../archive/block.ts";
import { limitWindow, mayPrecede } from "../archive/listed_periods.ts";
import type { ClosedIndex } from "./channel_archive.ts";

export interface ReadBlock extends ClosedIndex {
  readonly number: number;
  readonly block: Block;
}

const MICROSECONDS = 1e6;

/** A period, as far as its blocks were read. */
interface PeriodOutline {
  readonly block: Block;
  isCounted: boolean;
  /** Target duration of the broadcast in seconds, if it is fixed. */
  target: number | undefined;
  /** UTC of the latest end of a segment, in µs. */
  end: number;
  /** UTC of the earliest start of a segment, in µs, by track. */
  readonly starts: number[];
  /** Longest segment, in µs. */
  maxDuration: number;
}

/** What `ChannelHistory.slide()` forgets need not be read: this is the same rule. */
export class ArchiveWindow {
  readonly #window: number;
  /** The newest period that can be listed, and those before it. */
  #listed: PeriodOutline | undefined;
  #period: PeriodOutline | undefined;
  /** Latest end of the listed periods after `#period`, in µs. */
  #edge = 0;

  /** @param window in seconds; Infinity: to the start of the broadcast */
  constructor(window: number) {
    this.#window = window;
  }

  /** Returns true if this block and those before it are not needed. To be called with one block after another, the newest first. */
  excludes(block: Block): boolean {
    if (this.#period?.block.period.id === block.period.id) return this.#coversPeriod();
    this.#finishPeriod();
    return this.#listed !== undefined &&
      (block.broadcast.number !== this.#listed.block.broadcast.number);
  }

  /** Adds a block that is not excluded. Returns false if it turns out not to be needed. */
  add({ block, visit }: ReadBlock): boolean {
    if (this.#period?.block.period.id !== block.period.id) {
      this.#period = createOutline(block, this.#listed?.target);
    }
    const period = this.#period;
    measure(period, visit);
    const next = this.#listed;
    if (!next || next === period || !isListable(period)) return true;
    return canPrecede(period, next) && period.end > this.#getLimit(period);
  }

  /** UTC before which segments are not listed, in µs. */
  #getLimit({ end, target }: PeriodOutline): number {
    return Math.max(this.#edge, end) - MICROSECONDS * limitWindow(this.#window, target);
  }

  #coversPeriod(): boolean {
    const period = this.#period!;
    if (!isListable(period)) return false;
    const limit = this.#getLimit(period) - period.maxDuration; // all tracks start with the same segment
    return period.starts.every((start) => start <= limit);
  }

  #finishPeriod(): void {
    const period = this.#period;
    if (!period || !isListable(period)) return;
    this.#edge = Math.max(this.#edge, period.end);
    this.#listed = period;
  }
}

/** @param target of a later period of the broadcast */
function createOutline(block: Block, target: number | undefined): PeriodOutline {
  return {
    block,
    isCounted: block.period.number !== undefined,
    target: block.broadcast.target ?? target,
    end: 0,
    maxDuration: 0,
    starts: block.tracks.map(() => Infinity),
  };
}

function isListable({ isCounted, target, starts }: PeriodOutline): boolean {
  return isCounted && target !== undefined && starts.every((start) => start < Infinity);
}

function canPrecede({ block }: PeriodOutline, next: PeriodOutline): boolean {
  return mayPrecede(describe(block), describe(next.block));
}

function describe({ period: { start }, tracks }: Block) {
  return { start, renditions: tracks.map((track) => ({ track })) };
}

function measure(period: PeriodOutline, visit: ClosedIndex["visit"]): void {
  const { block: { period: { start }, tracks }, starts } = period;
  visit({
    segment(track, segmentTime, presentedDuration) {
      const { timescale } = tracks[track] ?? { timescale: 1 };
      const duration = MICROSECONDS * presentedDuration / timescale;
      const time = start + MICROSECONDS * segmentTime / timescale;
      starts[track] = Math.min(starts[track] ?? Infinity, time);
      period.end = Math.max(period.end, time + duration);
      period.maxDuration = Math.max(period.maxDuration, duration);
    },
    other(record) {
      if (record.kind === "period" && record.track === tracks.length - 1) period.isCounted = true;
      else if (record.kind === "target") period.target = record.seconds;
    },
  });
}
