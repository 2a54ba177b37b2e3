/** Reads the index of an archive block (docs/design/archive.md), independently of the code that follows archives. */

import { crc32 } from "node:zlib";
import { viewBytes } from "./boxes.ts";

const RECORD_SIZE = 64;

const KINDS = ["chunk", "segment", "period", "block", "broadcast", "target"] as const;

/** Fields of all kinds, of which each has some. */
export interface IndexEntry {
  /** From 1. */
  readonly number: number;
  /** Undefined if it is unknown. */
  readonly kind: (typeof KINDS)[number] | undefined;
  readonly hasSum: boolean;
  readonly startsSegment: boolean;
  readonly isSync: boolean;
  readonly isForced: boolean;
  /** Its first sample is not presented first. */
  readonly isReordered: boolean;
  readonly track: number;
  readonly ordinal: number;
  /** Decode time, number of a period, or seconds. */
  readonly value: number;
  readonly offset: number;
  readonly arrival: number;
  readonly bytes: number;
  readonly samples: number;
  readonly headerBytes: number;
  readonly time: number;
  readonly duration: number;
  readonly presentedDuration: number;
}

export interface ArchiveIndex {
  readonly entries: readonly IndexEntry[];
  /** After the last whole record. */
  readonly restBytes: number;
}

export function readArchiveIndex(bytes: Uint8Array): ArchiveIndex {
  const count = Math.floor(bytes.length / RECORD_SIZE);
  const entries = Array.from(
    { length: count },
    (_, i) => readEntry(bytes.subarray(RECORD_SIZE * i, RECORD_SIZE * (i + 1)), i + 1),
  );
  return { entries, restBytes: bytes.length - RECORD_SIZE * count };
}

function readEntry(bytes: Uint8Array, number: number): IndexEntry {
  const view = viewBytes(bytes);
  const u64 = (at: number) => Number(view.getBigUint64(at));
  const u40 = (at: number) => view.getUint8(at) * 2 ** 32 + view.getUint32(at + 1);
  const flags = view.getUint8(1);
  const shift = view.getInt16(44) * 2 ** 32 + view.getUint32(46);
  return {
    number,
    kind: KINDS[view.getUint8(0) - 1],
    hasSum: view.getUint32(60) === crc32(bytes.subarray(0, 60)),
    startsSegment: (flags & 1) !== 0,
    isSync: (flags & 2) !== 0,
    isForced: (flags & 4) !== 0,
    isReordered: (flags & 8) !== 0,
    track: view.getUint16(2),
    ordinal: view.getUint32(4),
    value: u64(8),
    offset: u64(16),
    arrival: u64(24),
    bytes: view.getUint32(32),
    samples: view.getUint32(36),
    headerBytes: view.getUint32(40),
    time: u64(8) + shift,
    duration: u40(50),
    presentedDuration: u40(55),
  };
}
