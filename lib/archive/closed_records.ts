/** Records of closed blocks. Their sums are not checked, since recovery has done that. */

import { toDataView } from "../bytes.ts";
import {
  CHUNK_KIND,
  decodeRecord,
  INDEX_RECORD_SIZE,
  type IndexRecord,
  readPresentedDuration,
  readTime,
  SEGMENT_KIND,
} from "./index_record.ts";

/** Receives what a window needs of records, in order. */
export interface RecordVisitor {
  /** Times are in the track's timescale, from the start of the period. */
  segment(track: number, time: number, presentedDuration: number): void;
  other(record: IndexRecord): void;
}

const WORDS = INDEX_RECORD_SIZE / 4;

/** Copies the records but those of chunks, which are most of them. */
export function omitChunks(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = Math.floor(bytes.length / INDEX_RECORD_SIZE);
  const source = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(source.buffer, source.byteOffset, WORDS * count);
  const others = new Int32Array(WORDS * (count - countChunks(bytes, count)));
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (bytes[INDEX_RECORD_SIZE * i] === CHUNK_KIND) continue;
    for (let at = WORDS * i; at < WORDS * (i + 1); at++) others[end++] = words[at]!;
  }
  return new Uint8Array(others.buffer);
}

function countChunks(bytes: Uint8Array, records: number): number {
  let count = 0;
  for (let i = 0; i < records; i++) if (bytes[INDEX_RECORD_SIZE * i] === CHUNK_KIND) count++;
  return count;
}

/** @param parts each of whole records */
export function decodeClosedRecords(parts: readonly Uint8Array[]): IndexRecord[] {
  const records: IndexRecord[] = [];
  for (const part of parts) {
    const view = toDataView(part);
    for (let at = 0; at + INDEX_RECORD_SIZE <= part.length; at += INDEX_RECORD_SIZE) {
      const record = decodeRecord(view, at);
      if (record) records.push(record);
    }
  }
  return records;
}

/** Visits the records of `decodeClosedRecords()` without an object for each segment: there are 40,000 in a day. */
export function visitClosedRecords(parts: readonly Uint8Array[], visitor: RecordVisitor): void {
  for (const part of parts) {
    const view = toDataView(part);
    for (let at = 0; at + INDEX_RECORD_SIZE <= part.length; at += INDEX_RECORD_SIZE) {
      if (part[at] === SEGMENT_KIND) {
        const [time, duration] = [readTime(view, at), readPresentedDuration(view, at)];
        visitor.segment(view.getUint16(at + 2), time, duration);
        continue;
      }
      const record = decodeRecord(view, at);
      if (record) visitor.other(record);
    }
  }
}

export function visitRecords(records: readonly IndexRecord[], visitor: RecordVisitor): void {
  for (const record of records) {
    if (record.kind !== "segment") visitor.other(record);
    else visitor.segment(record.track, record.time, record.presentedDuration);
  }
}
