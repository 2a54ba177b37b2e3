/** What the records of a block's index add to its `block.json`, one after another: for the writer, recovery and viewers alike. */

import { findMax } from "../extremes.ts";
import type { Block, ChannelCounts } from "./block.ts";
import { SegmentRates } from "./segment_rates.ts";
import { MAX_RECORD_DURATION } from "./index_record.ts";
import type { ChunkRecord, IndexRecord, PeriodRecord, SegmentRecord } from "./index_record.ts";

export interface TrackProgress {
  /** Ordinal in the period of the next segment. */
  next: number;
  /** A segment of which all chunks are known, but not yet where the next one starts in order of presentation. */
  ending?: SegmentRecord | undefined;
  /** The segment to which chunks are appended. */
  open?: SegmentRecord | undefined;
  /** Segments of this block that are closed. */
  closed: number;
  /** Where the next chunk starts in the file. */
  fileEnd: number;
  /** Where the next sample starts; undefined before the first chunk of the period that is known. */
  decodeEnd?: number | undefined;
  /** Where the last closed segment ends. */
  listed?: SegmentBound | undefined;
}

/** Where one segment ends and the next one starts. */
export interface SegmentBound {
  /** Presentation time. */
  readonly time: number;
  readonly decodeTime: number;
}

export class BlockProgress {
  readonly tracks: readonly TrackProgress[];
  /** Bit rates, by track. */
  readonly rates: readonly SegmentRates[];
  readonly #block: Block;
  readonly #periods: PeriodRecord[] = [];
  #isClosed = false;
  #isBroadcastOver = false;
  #lastArrival = 0;
  #target: number | undefined;
  #visibleRecords = 0;

  constructor(block: Block) {
    this.#block = block;
    this.rates = block.tracks.map((track) => new SegmentRates(track, block.broadcast.target));
    this.tracks = block.tracks.map(({ first, initBytes }) => ({
      next: first,
      closed: 0,
      fileEnd: initBytes,
    }));
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isBroadcastOver(): boolean {
    return this.#isBroadcastOver;
  }

  /** Records other than of chunks: viewers read these alone. */
  get visibleRecords(): number {
    return this.#visibleRecords;
  }

  /** UTC in µs; 0 without a record. */
  get lastArrival(): number {
    return this.#lastArrival;
  }

  /** Target duration of the broadcast, in seconds; undefined until it is fixed. */
  get target(): number | undefined {
    return this.#block.broadcast.target ?? this.#target;
  }

  /** Records of a period that is not counted yet, since some are missing. */
  get partialPeriods(): number {
    return this.#periods.length % this.#block.tracks.length;
  }

  /** Number of the period in the channel; undefined until it is counted. */
  get periodNumber(): number | undefined {
    const isCounted = this.#periods.length === this.#block.tracks.length;
    return this.#block.period.number ?? (isCounted ? this.#periods[0]!.period : undefined);
  }

  /** Ordinal in the channel of a track's first segment in the period; undefined until that is counted. */
  getFirstOrdinal(track: number): number | undefined {
    if (this.periodNumber === undefined) return undefined;
    return this.#block.tracks[track]!.ordinal ?? this.#periods[track]!.ordinal;
  }

  /** What the channel has counted with this block. */
  get counts(): ChannelCounts {
    const { periods, segments } = this.#block.counts;
    if (this.periodNumber === undefined) return this.#block.counts;
    const own = this.#block.tracks.map(({ name }, i) =>
      [name, this.getFirstOrdinal(i)! - 1 + this.tracks[i]!.next] as const
    );
    return {
      periods: Math.max(periods, this.periodNumber),
      segments: { ...segments, ...Object.fromEntries(own) },
    };
  }

  /** True if each track has a segment of the period that viewers can get, and the period has no number. */
  get isCountable(): boolean {
    return this.periodNumber === undefined &&
      this.#block.tracks.every(({ first }, i) => first + this.tracks[i]!.closed > 0);
  }

  /** Returns false, and changes nothing, for a record that contradicts those before it. */
  apply(record: IndexRecord): boolean {
    if (!this.#isApplicable(record)) return false;
    this.#lastArrival = Math.max(this.#lastArrival, record.arrival);
    if (record.kind !== "chunk") this.#visibleRecords++;
    if (record.kind === "block") this.#isClosed = true;
    else if (record.kind === "broadcast") this.#isBroadcastOver = true;
    else if (record.kind === "target") this.#target = record.seconds;
    else if (record.kind === "period") this.#periods.push(record);
    else if (record.kind === "chunk") applyChunk(this.tracks[record.track]!, record);
    else applySegment(this.tracks[record.track]!, record);
    applyToRates(this.rates, record, this.periodNumber !== undefined);
    return true;
  }

  #isApplicable(record: IndexRecord): boolean {
    if (record.kind !== "period" && this.partialPeriods > 0) return false;
    if (record.kind === "broadcast") return !this.#isBroadcastOver;
    if (this.#isClosed || this.#isBroadcastOver) return false;
    if (record.kind === "block") return true;
    if (record.kind === "target") return this.target === undefined && isTarget(record.seconds);
    if (record.kind === "period") {
      const expected = countPeriod(this.#block, record.arrival)[this.#periods.length];
      return this.periodNumber === undefined && record.track === expected?.track &&
        record.period === expected.period && record.ordinal === expected.ordinal;
    }
    const track = this.tracks[record.track];
    if (!track) return false;
    if (record.kind === "segment") {
      return isSumOf(record, track.ending ?? track.open);
    }
    if (record.offset !== track.fileEnd) return false;
    if (!record.startsSegment) return record.ordinal === track.open?.ordinal;
    return record.ordinal === track.next && !track.ending;
  }
}

/** @param isCounted if the period has its number after the record */
export function applyToRates(
  rates: readonly SegmentRates[],
  record: IndexRecord,
  isCounted: boolean,
): void {
  if (record.kind === "segment") rates[record.track]?.addSegment(record);
  else if (record.kind === "target") { for (const rate of rates) rate.setTarget(record.seconds); }
  else if (record.kind !== "period") return;
  if (isCounted) { for (const rate of rates) rate.list(); }
}

function applyChunk(track: TrackProgress, chunk: ChunkRecord): void {
  track.fileEnd += chunk.bytes;
  track.decodeEnd = chunk.decodeTime + chunk.duration;
  if (!chunk.startsSegment) {
    track.open = joinChunk(track.open!, chunk);
    return;
  }
  track.ending = track.open;
  track.open = { ...chunk, kind: "segment" };
  track.next++;
}

/** In whole seconds: segments last at most 30 s, and their GOPs may be longer. */
const TARGET = { min: 1, max: 3600 } as const;

function isTarget(seconds: number): boolean {
  return seconds >= TARGET.min && seconds <= TARGET.max;
}

/** Returns the nearest target duration that a record can state: an encoder that is broken may send samples of any duration. */
export function limitTarget(seconds: number): number {
  return Math.min(Math.max(seconds, TARGET.min), TARGET.max);
}

function isSumOf(segment: SegmentRecord, chunks: SegmentRecord | undefined): boolean {
  return chunks !== undefined && segment.ordinal === chunks.ordinal &&
    segment.offset === chunks.offset && segment.bytes === chunks.bytes &&
    segment.samples === chunks.samples && segment.headerBytes === chunks.headerBytes;
}

function applySegment(track: TrackProgress, segment: SegmentRecord): void {
  if (track.ending) track.ending = undefined;
  else track.open = undefined;
  track.closed++;
  track.listed = getSegmentEnd(segment);
}

function joinChunk(segment: SegmentRecord, chunk: ChunkRecord): SegmentRecord {
  const time = Math.min(segment.time, chunk.time);
  const ends = [segment, chunk].map(({ time, presentedDuration }) => time + presentedDuration);
  return {
    ...segment,
    time,
    isReordered: segment.isReordered || chunk.time < segment.time,
    duration: chunk.decodeTime + chunk.duration - segment.decodeTime,
    presentedDuration: findMax(ends) - time,
    bytes: segment.bytes + chunk.bytes,
    headerBytes: segment.headerBytes + chunk.headerBytes,
    samples: segment.samples + chunk.samples,
    arrival: chunk.arrival,
  };
}

export interface ClosingOptions {
  /** M of the track. */
  readonly mediaTime: number;
  /** True if all samples of the open segment are known. */
  readonly isOpenComplete?: boolean;
  /** Closes the open segment, too, which ends with its last sample. */
  readonly all?: boolean;
  /** True if the period ends with that segment, as far as is known. */
  readonly isLast?: boolean;
}

/** Returns the records that close the segments of a track whose end in order of presentation is known. */
export function closeSegments(
  { ending, open, decodeEnd = 0, listed }: TrackProgress,
  { mediaTime, all = false, isOpenComplete = all, isLast = false }: ClosingOptions,
): SegmentRecord[] {
  if (!open) return [];
  const isStartKnown = isOpenComplete || decodeEnd - mediaTime >= open.time;
  const last = { ...open, isLast };
  if (!ending) return all ? [endSegment(last, listed)] : [];
  if (!isStartKnown) return [];
  const first = endSegment(ending, listed, open);
  return all ? [first, endSegment(last, getSegmentEnd(first))] : [first];
}

/**
 * Closes a segment. One that was closed early may not end exactly where the next one starts: what is listed does not change.
 *
 * @param start where the segment before it ends
 * @param end where the next one starts; by default the end of the last sample
 */
export function endSegment(
  segment: SegmentRecord,
  { time, decodeTime }: SegmentBound = segment,
  end: SegmentBound = getSegmentEnd(segment),
): SegmentRecord {
  return {
    ...segment,
    time,
    presentedDuration: toDuration(end.time - time),
    decodeTime,
    duration: toDuration(end.decodeTime - decodeTime),
  };
}

/** Only records of a damaged archive, or equal times, need it. */
function toDuration(ticks: number): number {
  return Math.min(Math.max(1, ticks), MAX_RECORD_DURATION);
}

export function getSegmentEnd(
  { time, presentedDuration, decodeTime, duration }: SegmentRecord,
): SegmentBound {
  return { time: time + presentedDuration, decodeTime: decodeTime + duration };
}

/** Returns the records that count a period: its number, and the ordinals that follow those of the channel. */
export function countPeriod(
  { tracks, counts }: Pick<Block, "tracks" | "counts">,
  arrival: number,
): PeriodRecord[] {
  return tracks.map(({ name }, track) => ({
    kind: "period",
    track,
    ordinal: getSegmentCount(counts, name) + 1,
    period: counts.periods + 1,
    arrival,
  }));
}

function getSegmentCount({ segments }: ChannelCounts, name: string): number {
  return Object.hasOwn(segments, name) ? segments[name]! : 0;
}
