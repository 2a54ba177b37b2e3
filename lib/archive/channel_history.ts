/** What viewers of a channel can get: the newest broadcast, as its blocks and their records are read. */

import { findMax } from "../extremes.ts";
import type { Block, BlockTrack } from "./block.ts";
import type { Bandwidths } from "../presentation/bandwidth.ts";
import { applyToRates } from "./block_progress.ts";
import { SegmentRates } from "./segment_rates.ts";
import type { IndexRecord } from "./index_record.ts";
import { limitWindow, selectNewest } from "./listed_periods.ts";
import { type ArchivedTimeline, TimelineHistory } from "./timeline_history.ts";

/** An immutable snapshot. */
export interface ChannelSnapshot {
  readonly broadcast: BroadcastSnapshot;
  /** Counted periods with a segment of each rendition, oldest first. */
  readonly periods: readonly PeriodSnapshot[];
  /** Latest UTC of any record but those of chunks, in µs. */
  readonly lastArrival: number;
}

export interface BroadcastSnapshot {
  readonly number: number;
  /** UTC of the start of its first period, in µs. */
  readonly epoch: number;
  /** Target duration in seconds: its periods are listed when it is fixed. */
  readonly target: number | undefined;
  readonly isOver: boolean;
}

export interface PeriodSnapshot {
  /** Running number of periods, counted or not. */
  readonly id: number;
  /** Number in the channel, from 1. */
  readonly number: number;
  /** UTC of its time 0, in µs. */
  readonly start: number;
  readonly reason?: string | undefined;
  /** True if nothing will be appended. */
  readonly isOver: boolean;
  readonly renditions: readonly ArchivedRendition[];
}

export interface ArchivedRendition {
  /** As in the last block of the period. */
  readonly track: BlockTrack;
  /** Ordinal in the channel of the first segment in `timeline`, from 1: EXT-X-MEDIA-SEQUENCE. */
  readonly firstOrdinal: number;
  readonly timeline: ArchivedTimeline;
  /** Over the broadcast, as far as the last block of the period has them. */
  readonly bandwidths: Bandwidths;
  /** Bandwidth when the rendition was first listed in the broadcast; undefined before. */
  readonly listedBandwidth: number | undefined;
}

interface PeriodHistory {
  readonly block: Block;
  readonly timelines: readonly TimelineHistory[];
  number: number | undefined;
  /** Number of the last block, and the bit rates from it. */
  last: { readonly block: number; readonly rates: readonly SegmentRates[] };
  /** In the channel, of the period's first segments. */
  readonly ordinals: (number | undefined)[];
  /** Latest UTC of any record but those of chunks, in µs. */
  lastArrival: number;
}

const MICROSECONDS = 1e6;

export class ChannelHistory {
  /** Periods of the newest broadcast, and of the one before it until a period is counted. */
  #periods: PeriodHistory[] = [];
  readonly #blocks = new Map<number, PeriodHistory>();
  #isOver = false;
  /** Target durations in seconds, by the number of the broadcast. */
  readonly #targets = new Map<number, number>();

  /** Bytes of all timelines in memory. */
  get residentBytes(): number {
    const timelines = this.#periods.flatMap(({ timelines }) => timelines);
    return timelines.reduce((sum, { residentBytes }) => sum + residentBytes, 0);
  }

  /** Adds a block, whose number is greater than those of the blocks before it. */
  addBlock(number: number, block: Block): void {
    const last = this.#periods.at(-1);
    this.#isOver = false;
    const { number: broadcast, target } = block.broadcast;
    if (target !== undefined) this.#targets.set(broadcast, target);
    const rates = block.tracks.map((track) => new SegmentRates(track, target));
    if (last?.block.period.id === block.period.id) {
      this.#blocks.set(number, last);
      last.last = { block: number, rates };
      return;
    }
    const period: PeriodHistory = {
      block,
      timelines: block.tracks.map(() => new TimelineHistory()),
      number: block.period.number,
      last: { block: number, rates },
      ordinals: block.tracks.map(({ ordinal }) => ordinal),
      lastArrival: 0,
    };
    this.#periods.push(period);
    this.#blocks.set(number, period);
    this.#forgetBroadcasts();
  }

  /** Announces that about as many segments of each track are added with the records of a block. */
  reserve(number: number, segments: number): void {
    for (const timeline of this.#blocks.get(number)?.timelines ?? []) timeline.reserve(segments);
  }

  /** Adds records of a block, of which chunks may be left out. */
  addRecords(number: number, records: readonly IndexRecord[]): void {
    const period = this.#blocks.get(number);
    if (!period) return;
    for (const record of records) {
      if (record.kind === "chunk") continue; // nothing that manifests list
      period.lastArrival = Math.max(period.lastArrival, record.arrival);
      if (record.kind === "segment") period.timelines[record.track]?.append(record, number);
      else if (record.kind === "period") this.#count(period, record);
      else if (record.kind === "broadcast") this.#isOver = true;
      else if (record.kind === "target") {
        this.#targets.set(period.block.broadcast.number, record.seconds);
      }
      if (period.last.block === number) {
        applyToRates(period.last.rates, record, period.number !== undefined);
      }
    }
    this.#forgetBroadcasts();
  }

  /** Forgets what the archive no longer has. */
  removeBlocksBefore(number: number): void {
    for (const [block, period] of this.#blocks) {
      if (block >= number) break;
      this.#blocks.delete(block);
      for (const timeline of period.timelines) timeline.dropBlocksBefore(number);
    }
    const used = new Set(this.#blocks.values());
    this.#periods = this.#periods.filter((period) => used.has(period));
  }

  /**
   * Forgets what no manifest lists any more: segments that ended more than `window` seconds before the live edge, and periods before
   * one that cannot be listed with the newest. The edge of a period is the latest end of it and of later ones, so that a clock that
   * is set back leaves a period its window, and segments never return.
   */
  slide(window = Infinity): void {
    const listed = this.#listNewest();
    const newest = listed.at(-1);
    if (!newest) return;
    const seconds = limitWindow(window, this.#targets.get(newest.block.broadcast.number));
    let edge = 0;
    let first = listed.length - 1;
    for (let i = listed.length - 1; i >= 0; i--) {
      const end = getEnd(listed[i]!);
      const limit = Math.max(edge, end) - MICROSECONDS * seconds;
      if (end <= limit && i < listed.length - 1) break;
      edge = Math.max(edge, end);
      first = i;
      if (limit > listed[i]!.block.period.start) dropBefore(listed[i]!, limit);
    }
    const retained = new Set(listed.slice(first));
    const index = this.#periods.indexOf(newest);
    this.#periods = this.#periods.filter((period, i) => i > index || retained.has(period));
    this.#forgetBlocks();
  }

  /** Undefined before the first period that is counted. */
  snapshot(): ChannelSnapshot | undefined {
    const counted = this.#listCounted();
    const last = counted.at(-1);
    if (!last) return undefined;
    const { number, epoch } = last.block.broadcast;
    const newest = this.#periods.at(-1)!;
    const isOver = number < newest.block.broadcast.number || this.#isOver;
    const periods = counted.map((period) => toSnapshot(period, isOver || period !== newest));
    const broadcast = { number, epoch, target: this.#targets.get(number), isOver };
    const lastArrival = findMax(counted.map(({ lastArrival }) => lastArrival));
    return { broadcast, periods, lastArrival };
  }

  /** Returns the periods of the newest broadcast of which the target duration is fixed; if there is none, of the newest. */
  #listCounted(): PeriodHistory[] {
    const counted = this.#periods.filter(isListable);
    const last = counted.findLast(({ block }) => this.#targets.has(block.broadcast.number)) ??
      counted.at(-1);
    return counted.filter(({ block }) => block.broadcast.number === last?.block.broadcast.number);
  }

  #listNewest(): PeriodHistory[] {
    return selectNewest(this.#listCounted(), ({ block: { period, tracks } }) => ({
      start: period.start,
      renditions: tracks.map((track) => ({ track })),
    }));
  }

  #count(
    period: PeriodHistory,
    record: Extract<IndexRecord, { kind: "period" }>,
  ): void {
    period.ordinals[record.track] = record.ordinal;
    if (record.track < period.timelines.length - 1) return;
    period.number = record.period;
  }

  #forgetBroadcasts(): void {
    const oldest = this.#listCounted()[0]?.block.broadcast.number ?? 0;
    if (this.#periods[0]!.block.broadcast.number >= oldest) return;
    this.#periods = this.#periods.filter(({ block }) => block.broadcast.number >= oldest);
    this.#forgetBlocks();
    for (const number of this.#targets.keys()) if (number < oldest) this.#targets.delete(number);
  }

  #forgetBlocks(): void {
    const used = new Set(this.#periods);
    for (const [number, period] of this.#blocks) {
      if (!used.has(period)) this.#blocks.delete(number);
    }
  }
}

function isListable({ number, timelines }: PeriodHistory): boolean {
  return number !== undefined && timelines.every(({ count }) => count > 0);
}

/** UTC of the end of all segments, in µs. */
function getEnd({ block: { period, tracks }, timelines }: PeriodHistory): number {
  const ends = timelines.map(({ endTime }, i) => endTime / tracks[i]!.timescale);
  return period.start + MICROSECONDS * findMax(ends);
}

function toSnapshot(
  { block, timelines, number, ordinals, last }: PeriodHistory,
  isOver: boolean,
): PeriodSnapshot {
  const { id, start, reason } = block.period;
  return {
    id,
    number: number!,
    start,
    reason,
    isOver,
    renditions: timelines.map((history, i) => {
      const timeline = history.snapshot();
      const firstOrdinal = ordinals[i]! + timeline.firstOrdinal;
      const { bandwidths, stored: { listed: listedBandwidth } } = last.rates[i]!;
      return { track: block.tracks[i]!, firstOrdinal, timeline, bandwidths, listedBandwidth };
    }),
  };
}

/** In seconds: other tracks than the first start their segments up to a sample later. */
const TRACK_TOLERANCE = 0.25;

/**
 * Drops what ends before a limit of the leader, the first video track or else the first one; and of other tracks what ends where its
 * first segment starts, so that all start with the same segment.
 */
function dropBefore({ block: { period, tracks }, timelines }: PeriodHistory, limit: number): void {
  const seconds = (limit - period.start) / MICROSECONDS;
  const leader = Math.max(0, tracks.findIndex(({ type }) => type === "video"));
  timelines[leader]!.dropBefore(seconds * tracks[leader]!.timescale);
  const start = timelines[leader]!.startTime / tracks[leader]!.timescale;
  for (const [i, timeline] of timelines.entries()) {
    if (i !== leader) timeline.dropBefore((start + TRACK_TOLERANCE) * tracks[i]!.timescale);
  }
}
