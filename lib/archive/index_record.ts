/**
 * Records of an archive block's index: 64 bytes each, big-endian, a CRC-32 at the end. A record is appended after the bytes that
 * it describes, so a reader of the record finds them.
 *
 * | offset | bytes | chunk, segment                           | period               |
 * | ------ | ----- | ---------------------------------------- | -------------------- |
 * | 0      | 1     | kind                                     | kind                 |
 * | 1      | 1     | flags                                    | 0                    |
 * | 2      | 2     | track                                    | track                |
 * | 4      | 4     | ordinal in the period, from 0            | ordinal, from 1      |
 * | 8      | 8     | decode time                              | number of the period |
 * | 16     | 8     | offset in the track's file               | 0                    |
 * | 24     | 8     | arrival, in µs since 1970                | arrival              |
 * | 32     | 4     | bytes                                    | 0                    |
 * | 36     | 4     | samples                                  | 0                    |
 * | 40     | 4     | bytes of styp, moof and headers of mdat  | 0                    |
 * | 44     | 6     | earliest presentation time - decode time | 0                    |
 * | 50     | 5     | sum of sample durations                  | 0                    |
 * | 55     | 5     | duration of the presentation             | 0                    |
 * | 60     | 4     | CRC-32 of the bytes before (ISO 3309)    | CRC-32               |
 */

import { crc32 } from "node:zlib";
import { ByteWriter, toDataView } from "../bytes.ts";

export const INDEX_RECORD_SIZE = 64;

/** In ticks. */
export const MAX_RECORD_DURATION = 2 ** 40 - 1;

export type IndexRecord =
  | ChunkRecord
  | SegmentRecord
  | PeriodRecord
  | TargetRecord
  | MarkRecord<"block">
  | MarkRecord<"broadcast">;

/** Media in one byte range of a track's file. Times are in the track's timescale, from the start of the period. */
interface MediaFields {
  /** Index in the tracks of the block. */
  readonly track: number;
  /** Ordinal of the segment in its period, from 0. */
  readonly ordinal: number;
  /** False for a chunk that continues a segment. */
  readonly startsSegment: boolean;
  /** True if the first sample is a sync sample. */
  readonly isSync: boolean;
  /** True if the segment starts without a sync sample, since it would have been too long. */
  readonly isForced: boolean;
  /** True if the first sample is not the first one to be presented, or starts an open GOP. */
  readonly isReordered?: boolean;
  /** True for a segment that was closed since nothing followed: later media of other tracks belongs to it, unless the period goes on. */
  readonly isLast?: boolean;
  /** Decode time of the first sample. */
  readonly decodeTime: number;
  /** Earliest presentation time; negative for priming. */
  readonly time: number;
  /** Sum of the sample durations. */
  readonly duration: number;
  /** From `time` to where the next sample in order of presentation starts. */
  readonly presentedDuration: number;
  /** In the file of the track. */
  readonly offset: number;
  readonly bytes: number;
  /** Part of `bytes`: styp, moof and the header of mdat. */
  readonly headerBytes: number;
  readonly samples: number;
  /** UTC of the last byte received, in µs since 1970. */
  readonly arrival: number;
}

export interface ChunkRecord extends MediaFields {
  readonly kind: "chunk";
}

/** All chunks of a segment. */
export interface SegmentRecord extends MediaFields {
  readonly kind: "segment";
}

export type MediaRecord = ChunkRecord | SegmentRecord;

/** The period has a number. There is one such record a track, in their order; the last of them counts the period. */
export interface PeriodRecord {
  readonly kind: "period";
  readonly track: number;
  /** Ordinal of the track's first segment in the channel, from 1. */
  readonly ordinal: number;
  /** Number of the period in the channel, from 1. */
  readonly period: number;
  readonly arrival: number;
}

/** The target duration of the broadcast is fixed. */
export interface TargetRecord {
  readonly kind: "target";
  /** In whole seconds. */
  readonly seconds: number;
  readonly arrival: number;
}

/** `block`: no more media in the block. `broadcast`: nor in the broadcast. */
export interface MarkRecord<Kind extends "block" | "broadcast"> {
  readonly kind: Kind;
  readonly arrival: number;
}

const KINDS = ["chunk", "segment", "period", "block", "broadcast", "target"] as const;

/** First byte of records of chunks. */
export const CHUNK_KIND = 1 + KINDS.indexOf("chunk");

/** First byte of records of segments. */
export const SEGMENT_KIND = 1 + KINDS.indexOf("segment");

const STARTS_SEGMENT = 1;
const SYNC = 2;
const FORCED = 4;
const REORDERED = 8;
const LAST = 16;

/** Formats records as one run of bytes, to be written at once. */
export function encodeRecords(records: readonly IndexRecord[]): Uint8Array<ArrayBuffer> {
  const w = new ByteWriter(INDEX_RECORD_SIZE * records.length);
  for (const record of records) writeRecord(w, record);
  const bytes = w.finish();
  for (let at = 0; at < bytes.length; at += INDEX_RECORD_SIZE) {
    const body = bytes.subarray(at, at + INDEX_RECORD_SIZE - 4);
    new DataView(bytes.buffer).setUint32(at + INDEX_RECORD_SIZE - 4, crc32(body));
  }
  return bytes;
}

/** Returns the records up to the first that is short, has a wrong sum, or is of an unknown kind. */
export function decodeRecords(bytes: Uint8Array): IndexRecord[] {
  return scanRecords(bytes, { omitsChunks: false }).records;
}

export interface ScannedRecords {
  readonly records: IndexRecord[];
  /** Counts all records, also those that are left out. */
  readonly count: number;
}

/** Reads records as `decodeRecords()`; chunks, which most records are, can be left out. */
export function scanRecords(
  bytes: Uint8Array,
  { omitsChunks }: { readonly omitsChunks: boolean },
): ScannedRecords {
  const view = toDataView(bytes);
  const records: IndexRecord[] = [];
  let at = 0;
  for (; at + INDEX_RECORD_SIZE <= bytes.length; at += INDEX_RECORD_SIZE) {
    const body = bytes.subarray(at, at + INDEX_RECORD_SIZE - 4);
    if (view.getUint32(at + INDEX_RECORD_SIZE - 4) !== crc32(body)) break;
    if (omitsChunks && bytes[at] === CHUNK_KIND) continue;
    const record = decodeRecord(view, at);
    if (!record) break;
    records.push(record);
  }
  return { records, count: at / INDEX_RECORD_SIZE };
}

/** Returns the first chunk of a track, without checking its sum; undefined if it has none. */
export function findFirstChunk(bytes: Uint8Array, track: number): ChunkRecord | undefined {
  const view = toDataView(bytes);
  for (let at = 0; at + INDEX_RECORD_SIZE <= bytes.length; at += INDEX_RECORD_SIZE) {
    if (bytes[at] !== CHUNK_KIND || view.getUint16(at + 2) !== track) continue;
    const record = decodeRecord(view, at);
    return record?.kind === "chunk" ? record : undefined;
  }
  return undefined;
}

function writeRecord(w: ByteWriter, record: IndexRecord): void {
  const start = w.length;
  w.u8(1 + KINDS.indexOf(record.kind));
  if (record.kind === "chunk" || record.kind === "segment") writeMedia(w, record);
  else {
    const isPeriod = record.kind === "period";
    w.u8(0);
    w.u16(isPeriod ? record.track : 0);
    w.u32(isPeriod ? record.ordinal : 0);
    w.u64(isPeriod ? record.period : record.kind === "target" ? record.seconds : 0);
    w.u64(0);
    w.u64(record.arrival);
  }
  w.skip(start + INDEX_RECORD_SIZE - w.length);
}

function writeMedia(w: ByteWriter, record: MediaRecord): void {
  w.u8(toFlags(record));
  w.u16(record.track);
  w.u32(record.ordinal);
  w.u64(record.decodeTime);
  w.u64(record.offset);
  w.u64(record.arrival);
  w.u32(record.bytes);
  w.u32(record.samples);
  w.u32(record.headerBytes);
  const shift = record.time - record.decodeTime;
  w.u16(Math.floor(shift / 2 ** 32) & 0xFFFF); // two's complement
  w.u32(shift - Math.floor(shift / 2 ** 32) * 2 ** 32);
  writeU40(w, record.duration);
  writeU40(w, record.presentedDuration);
}

function toFlags(
  { startsSegment, isSync, isForced, isReordered, isLast }: MediaRecord,
): number {
  return (startsSegment ? STARTS_SEGMENT : 0) | (isSync ? SYNC : 0) | (isForced ? FORCED : 0) |
    (isReordered ? REORDERED : 0) | (isLast ? LAST : 0);
}

function writeU40(w: ByteWriter, value: number): void {
  if (!(value >= 0 && value <= MAX_RECORD_DURATION)) {
    throw new RangeError(`Cannot write ${value} into a record, expected 40 bits`);
  }
  w.u8(Math.floor(value / 2 ** 32));
  w.u32(value % 2 ** 32);
}

/** Reads a record without its sum: most of the time to open a channel passes here. */
export function decodeRecord(view: DataView, at: number): IndexRecord | undefined {
  const kind = KINDS[view.getUint8(at) - 1];
  const track = view.getUint16(at + 2);
  const ordinal = view.getUint32(at + 4);
  const first = readU64(view, at + 8); // a decode time, the number of a period, or seconds
  const arrival = readU64(view, at + 24);
  switch (kind) {
    case "chunk":
    case "segment":
      return readMedia(kind, view, at);
    case "period":
      return { kind, track, ordinal, period: first, arrival };
    case "target":
      return { kind, seconds: first, arrival };
    case undefined:
      return undefined;
    default:
      return { kind, arrival };
  }
}

function readMedia(kind: MediaRecord["kind"], view: DataView, at: number): MediaRecord {
  const flags = view.getUint8(at + 1);
  const decodeTime = readU64(view, at + 8);
  return {
    kind,
    track: view.getUint16(at + 2),
    ordinal: view.getUint32(at + 4),
    startsSegment: (flags & STARTS_SEGMENT) !== 0,
    isSync: (flags & SYNC) !== 0,
    isForced: (flags & FORCED) !== 0,
    isReordered: (flags & REORDERED) !== 0,
    isLast: (flags & LAST) !== 0,
    decodeTime,
    time: readTime(view, at),
    duration: readU40(view, at + 50),
    presentedDuration: readPresentedDuration(view, at),
    offset: readU64(view, at + 16),
    bytes: view.getUint32(at + 32),
    headerBytes: view.getUint32(at + 40),
    samples: view.getUint32(at + 36),
    arrival: readU64(view, at + 24),
  };
}

/** Returns the earliest presentation time of the media at `at`. */
export function readTime(view: DataView, at: number): number {
  return readU64(view, at + 8) + view.getInt16(at + 44) * 2 ** 32 + view.getUint32(at + 46);
}

export function readPresentedDuration(view: DataView, at: number): number {
  return readU40(view, at + 55);
}

function readU64(view: DataView, at: number): number {
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}

function readU40(view: DataView, at: number): number {
  return view.getUint8(at) * 2 ** 32 + view.getUint32(at + 1);
}
