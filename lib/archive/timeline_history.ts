/** The closed segments of a rendition in one period, as their records are read. */

import { binarySearchLessOrEqual } from "../binary_search.ts";
import type { SegmentEnding, Timeline } from "../presentation/segment_timeline.ts";
import { SegmentStart } from "../presentation/segment_timeline.ts";
import type { SegmentRecord } from "./index_record.ts";
import { WindowColumn } from "./window_column.ts";

/** An immutable view. Sample indices start with the first segment that was read. */
export interface ArchivedTimeline extends Timeline {
  readonly firstOrdinal: number;
  readonly keyFrames: Uint8Array;
  readonly ending: SegmentEnding;
  /** Offsets of segments in the files of their blocks. */
  readonly offsets: Float64Array;
  readonly blocks: readonly BlockStart[];
}

export interface BlockStart {
  /** Number of the block. */
  readonly number: number;
  /** Ordinal in the period of its first segment. */
  readonly ordinal: number;
}

/** Where the bytes of a CMAF segment are. */
export interface SegmentLocation {
  /** Number of the block. */
  readonly block: number;
  readonly offset: number;
  readonly bytes: number;
}

export class TimelineHistory {
  /** These three have one value more than there are segments: the end of the last one. */
  readonly #times = createColumn();
  readonly #samples = createColumn();
  readonly #decodeTimes = createColumn();
  readonly #bytes = createColumn();
  readonly #headers = createColumn();
  readonly #offsets = createColumn();
  readonly #keyFrames = new WindowColumn((length) => new Uint8Array(length));
  #ending: SegmentEnding = "boundary";
  #blocks: readonly BlockStart[] = [];
  #firstOrdinal = 0;

  get count(): number {
    return this.#bytes.length;
  }

  get firstOrdinal(): number {
    return this.#firstOrdinal;
  }

  /** Presentation time of the start; 0 without a segment. */
  get startTime(): number {
    return this.count === 0 ? 0 : this.#times.at(0);
  }

  /** Presentation time of the end; 0 without a segment. */
  get endTime(): number {
    return this.count === 0 ? 0 : this.#times.at(this.count);
  }

  /** Bytes in memory. */
  get residentBytes(): number {
    return this.#columns().reduce((sum, column) => sum + column.residentBytes, 0);
  }

  /** Announces that as many segments are appended. */
  reserve(count: number): void {
    for (const column of this.#columns()) column.reserve(count);
  }

  /** Returns false for a segment that does not follow the last one. */
  append(record: SegmentRecord, block: number): boolean {
    if (this.count === 0) this.#firstOrdinal = record.ordinal;
    if (record.ordinal !== this.#firstOrdinal + this.count) return false;
    const { ordinal, time, decodeTime, duration, presentedDuration, samples } = record;
    if (this.#blocks.at(-1)?.number !== block) {
      this.#blocks = [...this.#blocks, { number: block, ordinal }];
    }
    const start = ordinal === 0 ? Math.max(0, time) : time;
    const first = this.count === 0 ? 0 : this.#samples.at(this.count);
    extend(this.#times, start, time + presentedDuration);
    extend(this.#samples, first, first + samples);
    extend(this.#decodeTimes, decodeTime, decodeTime + duration);
    this.#bytes.push(record.bytes);
    this.#headers.push(record.headerBytes);
    this.#offsets.push(record.offset);
    this.#keyFrames.push(describeStart(record));
    this.#ending = record.isLast ? "open" : "boundary";
    return true;
  }

  /** Forgets the segments that end at `time` or before, but not the last one. Returns how many. */
  dropBefore(time: number): number {
    let count = 0;
    while (count + 1 < this.count && this.#times.at(count + 1) <= time) count++;
    this.#drop(count);
    return count;
  }

  /** Forgets the segments of blocks before `block`, where there are later ones. */
  dropBlocksBefore(block: number): void {
    const next = this.#blocks.find(({ number }) => number >= block);
    if (next) this.#drop(Math.max(0, next.ordinal - this.#firstOrdinal));
  }

  /** Returns all segments without copying them. */
  snapshot(): ArchivedTimeline {
    return {
      times: this.#times.view(),
      samples: this.#samples.view(),
      decodeTimes: this.#decodeTimes.view(),
      firstSampleTimes: this.#times.view(this.count),
      bytes: this.#bytes.view(),
      headers: this.#headers.view(),
      offsets: this.#offsets.view(),
      firstOrdinal: this.#firstOrdinal,
      keyFrames: this.#keyFrames.view(),
      ending: this.#ending,
      blocks: this.#blocks,
    };
  }

  #columns(): Pick<WindowColumn, "residentBytes" | "drop" | "reserve">[] {
    return [
      ...[this.#times, this.#samples, this.#decodeTimes],
      ...[this.#bytes, this.#headers, this.#offsets, this.#keyFrames],
    ];
  }

  #drop(count: number): void {
    if (count === 0) return;
    for (const column of this.#columns()) column.drop(count);
    this.#firstOrdinal += count;
    const last = this.#blocks.findLastIndex(({ ordinal }) => ordinal <= this.#firstOrdinal);
    this.#blocks = this.#blocks.slice(Math.max(0, last));
  }
}

function createColumn(): WindowColumn {
  return new WindowColumn((length) => new Float64Array(length));
}

function extend(column: WindowColumn, start: number, end: number): void {
  if (column.length === 0) column.push(start);
  else column.replaceLast(start);
  column.push(end);
}

/** Finds the bytes of the segment at `index` of a timeline: styp and all its chunks. */
export function locateSegment(timeline: ArchivedTimeline, index: number): SegmentLocation {
  const { firstOrdinal, blocks, offsets, bytes } = timeline;
  const ordinals = blocks.map(({ ordinal }) => ordinal);
  const block = blocks[binarySearchLessOrEqual(ordinals, firstOrdinal + index)]!.number;
  return { block, offset: offsets[index]!, bytes: bytes[index]! };
}

function describeStart({ isSync, isReordered }: SegmentRecord): number {
  if (!isSync) return SegmentStart.OTHER;
  return isReordered ? SegmentStart.OPEN_GOP : SegmentStart.KEY_FRAME;
}
