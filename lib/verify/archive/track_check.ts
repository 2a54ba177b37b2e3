/** Compares the records of a track with each other, over all blocks of a period. */

import type { BlockTrack } from "../../archive/block.ts";
import type { Report } from "../findings.ts";
import type { IndexEntry } from "../readers/archive_index.ts";
import type { SegmentContents } from "./archive_contents.ts";
import { addToSum, type ChunkSum, startSum } from "./chunk_sum.ts";

/** Describes a segment that is closed, and what is known of its samples. */
interface ClosedSegment {
  readonly contents: SegmentContents;
  readonly sum: ChunkSum;
}

/** Shorter holes and overlaps of what an encoder sends do not begin a period. In seconds. */
const MAX_GAP = 0.1;

export class TrackCheck {
  /** Ordinal of the next segment. */
  next = 0;
  /** Where the next chunk starts in the file of the current block. */
  fileEnd = 0;
  readonly #type: BlockTrack["type"];
  readonly #timescale: number;
  #block = 0;
  #decodeEnd: number | undefined;
  /** Segments whose chunks are known and that are not closed; at most two. */
  #open: ChunkSum[] = [];
  #last: ClosedSegment | undefined;

  constructor({ type, timescale }: Pick<BlockTrack, "type" | "timescale">) {
    this.#type = type;
    this.#timescale = timescale;
  }

  /** Continues in a block. */
  enter(block: number, { first, initBytes }: BlockTrack, report: Report): void {
    const isKnown = this.#block > 0;
    if (isKnown && first !== this.next) {
      report("ordinal", `first is ${first}, expected ${this.next}`);
    }
    if (this.#open.length > 1) this.#reportOpen(this.#open.shift()!, report);
    this.next = first;
    this.fileEnd = initBytes;
    this.#block = block;
  }

  addChunk(chunk: IndexEntry, report: Report): void {
    const { number, startsSegment, ordinal, offset, value, samples, bytes, headerBytes } = chunk;
    const at = `record ${number}`;
    const expected = startsSegment ? this.next : this.next - 1;
    if (ordinal !== expected) report("ordinal", `${at} has ${ordinal}, expected ${expected}`);
    if (offset !== this.fileEnd) {
      report("record", `${at} is at ${offset}, expected ${this.fileEnd}`);
    }
    if (Math.abs(value - (this.#decodeEnd ?? value)) > MAX_GAP * this.#timescale) {
      report("decode time", `${at} has ${value}, expected ${this.#decodeEnd}`);
    }
    if (samples === 0 || bytes < headerBytes) report("record", `${at} describes no samples`);
    this.#checkSync(chunk, report);
    if (startsSegment) this.#open.push(startSum(chunk));
    else if (this.#open.length > 0) addToSum(this.#open.at(-1)!, chunk);
    if (startsSegment) this.next = ordinal + 1;
    this.fileEnd = offset + bytes;
    this.#decodeEnd = value + chunk.duration;
  }

  #checkSync({ number, startsSegment, isSync, isForced }: IndexEntry, report: Report): void {
    const isMarked = startsSegment && !isSync;
    if (isMarked === isForced || this.#type === "audio") return; // audio starts with any sample
    const expected = isMarked ? "expected a mark" : "expected none";
    report("flags", `record ${number}: a segment without a sync sample: ${expected}`);
  }

  /** Returns what is listed; undefined if there are no chunks of it. */
  closeSegment(segment: IndexEntry, report: Report): SegmentContents | undefined {
    const sum = this.#open.shift();
    const at = `record ${segment.number}`;
    if (!sum) {
      return void report("record", `${at} closes segment ${segment.ordinal}: it is not open`);
    }
    const expect = (name: string, got: number, expected: number) => {
      if (got !== expected) report("record", `${at}: ${name} ${got}, expected ${expected}`);
    };
    expect("ordinal", segment.ordinal, sum.ordinal);
    expect("offset", segment.offset, sum.offset);
    expect("bytes", segment.bytes, sum.bytes);
    expect("header bytes", segment.headerBytes, sum.headerBytes);
    expect("samples", segment.samples, sum.samples);
    const contents = toContents(segment, this.#block);
    checkTimes({ contents, sum }, this.#last, report);
    this.#last = { contents, sum };
    return contents;
  }

  /** Reports what must be complete at the end of a period. */
  finish(report: Report): void {
    for (const sum of this.#open.splice(0)) this.#reportOpen(sum, report);
    const { contents, sum } = this.#last ?? {};
    if (!contents || !sum) return;
    checkEnd(contents, { sum, next: undefined }, report);
  }

  #reportOpen({ ordinal }: ChunkSum, report: Report): void {
    report("record", `segment ${ordinal} is not closed`);
  }
}

function toContents(segment: IndexEntry, block: number): SegmentContents {
  const { ordinal, offset, bytes, samples, time, value: decodeTime } = segment;
  return {
    ...{ block, ordinal, offset, bytes, samples, time, decodeTime },
    end: time + segment.presentedDuration,
    decodeEnd: decodeTime + segment.duration,
    startsWithKeyFrame: segment.isSync && !segment.isReordered,
  };
}

/** A segment starts where the one before it ends; the first one with its samples. */
function checkTimes(
  { contents, sum }: ClosedSegment,
  last: ClosedSegment | undefined,
  report: Report,
): void {
  const { ordinal, time, decodeTime } = contents;
  if (last) checkEnd(last.contents, { sum: last.sum, next: sum }, report);
  const before = last?.contents;
  const [start, decodeStart] = [before?.end ?? sum.time, before?.decodeEnd ?? sum.decodeTime];
  if (time !== start) {
    report("presentation time", `segment ${ordinal} has ${time}, expected ${start}`);
  }
  if (decodeTime !== decodeStart) {
    report("decode time", `segment ${ordinal} has ${decodeTime}, expected ${decodeStart}`);
  }
}

/** A segment ends where the next one starts, or with its own last sample if it was closed before that was known. */
function checkEnd(
  { ordinal, end, decodeEnd }: SegmentContents,
  { sum, next }: { readonly sum: ChunkSum; readonly next: ChunkSum | undefined },
  report: Report,
): void {
  if (end !== sum.end && end !== next?.time) {
    report("duration", `segment ${ordinal} ends at ${end}, expected ${next?.time ?? sum.end}`);
  }
  if (decodeEnd !== sum.decodeEnd && decodeEnd !== next?.decodeTime) {
    const expected = next?.decodeTime ?? sum.decodeEnd;
    report("duration", `segment ${ordinal} is decoded until ${decodeEnd}, expected ${expected}`);
  }
}
