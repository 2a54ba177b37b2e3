/** Records of closed blocks. Their sums are not checked, since recovery has done that. */

import { toDataView } from "../bytes.ts";
import {
  CHUNK_KIND,
  decodeRecord,
  INDEX_RECORD_SIZE,
  type IndexRecord,
  type MediaRecord,
  readPresentedDuration,
  readTime,
  SEGMENT_KIND,
} from "./index_record.ts";

/** What a window needs of a record. */
export type RecordOutline =
  | Pick<MediaRecord, "kind" | "track" | "time" | "presentedDuration">
  | Exclude<IndexRecord, MediaRecord>;

const WORDS = INDEX_RECORD_SIZE / 4;

/** Copies the records but those of chunks, which are most of them. */
export function omitChunks(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = Math.floor(bytes.length / INDEX_RECORD_SIZE);
  const source = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(source.buffer, source.byteOffset, WORDS * count);
  const others = new Int32Array(WORDS * count);
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (bytes[INDEX_RECORD_SIZE * i] === CHUNK_KIND) continue;
    for (let at = WORDS * i; at < WORDS * (i + 1); at++) others[end++] = words[at]!;
  }
  return new Uint8Array(others.slice(0, end).buffer);
}

/** @param parts each of whole records */
export function decodeClosedRecords(parts: readonly Uint8Array[]): IndexRecord[] {
  return decodeParts(parts, decodeRecord);
}

/** Reads records without most fields of segments: faster than `decodeClosedRecords()`. */
export function outlineClosedRecords(parts: readonly Uint8Array[]): RecordOutline[] {
  return decodeParts(parts, outlineRecord);
}

function decodeParts<T>(
  parts: readonly Uint8Array[],
  decode: (view: DataView, at: number) => T | undefined,
): T[] {
  const records: T[] = [];
  for (const part of parts) {
    const view = toDataView(part);
    for (let at = 0; at + INDEX_RECORD_SIZE <= part.length; at += INDEX_RECORD_SIZE) {
      const record = decode(view, at);
      if (record) records.push(record);
    }
  }
  return records;
}

function outlineRecord(view: DataView, at: number): RecordOutline | undefined {
  if (view.getUint8(at) !== SEGMENT_KIND) return decodeRecord(view, at);
  return {
    kind: "segment",
    track: view.getUint16(at + 2),
    time: readTime(view, at),
    presentedDuration: readPresentedDuration(view, at),
  };
}
