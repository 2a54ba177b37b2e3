/** Faults in records and media of an archive, and what finds them. Numbers of records are left out. */

import type { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import type { Fault } from "./block_faults.ts";
import { editBlock, editIndex, editTrack, EPOCH, findBox, NAMES } from "./recorded_archive.ts";

const [VIDEO] = NAMES;

const chunk = (records: { kind: string }[], n: number) =>
  records.filter(({ kind }) => kind === "chunk")[n];
const segment = (records: { kind: string; track: number }[], n: number, track = 0) =>
  records.filter((it) => it.kind === "segment" && it.track === track)[n];

const inBlock =
  (block: number, change: Parameters<typeof editBlock>[2]) => (files: MemoryFileSystem) =>
    editBlock(files, block, change);
// deno-lint-ignore no-explicit-any -- faults of any kind
const inIndex = (block: number, change: (records: any) => void) => (files: MemoryFileSystem) =>
  editIndex(files, block, change);
const inVideo =
  (change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer> | void) =>
  (files: MemoryFileSystem) => editTrack(files, 1, { name: VIDEO, change });
// deno-lint-ignore no-explicit-any -- faults of any kind
const inChunk = (n: number, change: (chunk: any) => void) =>
  inIndex(1, (records) => change(chunk(records, n)));
// deno-lint-ignore no-explicit-any -- faults of any kind
const inSegment = (n: number, change: (segment: any) => void) =>
  inIndex(1, (records) => change(segment(records, n)));

export const RECORD_FAULTS: readonly Fault[] = [
  [
    "a wrong sum",
    (it) => it.damage("00000001/index", (b) => (b[70]! ^= 1, b)),
    "1: checksum: record has",
  ],
  [
    "an unknown kind",
    inIndex(1, (r) => r[1].kind = "x"),
    "1: record: record is of an unknown kind",
  ],
  [
    "part of a record",
    (it) => it.damage("00000001/index", (b) => new Uint8Array([...b, 0])),
    "1: record: 1 bytes follow",
  ],
  [
    "a block that is not closed",
    inIndex(1, (r) => r.splice(r.findIndex((it: { kind: string }) => it.kind === "block"))),
    "1: record: the block is not closed",
  ],
  ["a record after the end", inIndex(1, (r) => r.push(r[0])), "1: record: record"],
  ["a record of no track", inChunk(3, (it) => it.track = 9), "1: record: record is of track 9"],
  [
    "another ordinal",
    inChunk(0, (it) => it.ordinal = 1),
    "1 video: ordinal: record has 1, expected 0",
  ],
  ["another offset", inChunk(1, (it) => it.offset++), "1 video: record: record is at"],
  ["a hole", inChunk(1, (it) => it.decodeTime += 1e6), "1 video: decode time: record has"],
  [
    "another decode time",
    inChunk(1, (it) => (it.decodeTime++, it.time++)),
    "1 video: decode time: record: tfdt is",
  ],
  [
    "another presentation time",
    inChunk(1, (it) => it.time++),
    "1 video: presentation time: record: the earliest",
  ],
  ["another duration", inChunk(1, (it) => it.duration++), "1 video: duration: record: the sum"],
  [
    "another presented duration",
    inChunk(1, (it) => it.presentedDuration++),
    "1 video: duration: record: the presented",
  ],
  [
    "other samples",
    inChunk(1, (it) => it.samples++),
    "1 video: record: record: the number of samples is 8, expected 7",
  ],
  [
    "no samples",
    inChunk(1, (it) => it.samples = 0),
    "1 video: record: record describes no samples",
  ],
  [
    "another header",
    inChunk(1, (it) => it.headerBytes++),
    "1 video: mdat: record: samples start after",
  ],
  [
    "a sync sample that is none",
    inChunk(1, (it) => it.isSync = true),
    "1 video: flags: record: the first sample is no sync",
  ],
  [
    "a segment without a mark",
    inChunk(0, (it) => it.isSync = false),
    "1 video: flags: record: a segment without a sync",
  ],
  [
    "a mark without reason",
    inChunk(0, (it) => it.isForced = true),
    "1 video: flags: record: a segment without a sync",
  ],
  [
    "a segment of other bytes",
    inSegment(0, (it) => it.bytes++),
    "1 video: record: record: bytes",
  ],
  [
    "a segment of other samples",
    inSegment(0, (it) => it.samples++),
    "1 video: record: record: samples 51, expected 50",
  ],
  [
    "a segment of another ordinal",
    inSegment(1, (it) => it.ordinal++),
    "1 video: record: record: ordinal 2, expected 1",
  ],
  [
    "a segment of another offset",
    inSegment(1, (it) => it.offset++),
    "1 video: record: record: offset",
  ],
  [
    "a segment of another header",
    inSegment(1, (it) => it.headerBytes++),
    "1 video: record: record: header bytes",
  ],
  [
    "a segment that starts later",
    inSegment(1, (it) => (it.time++, it.presentedDuration--)),
    "1 video: presentation time: segment 1 has",
  ],
  [
    "a segment that ends later",
    inSegment(1, (it) => it.presentedDuration++),
    "1 video: duration: segment 1 ends at",
  ],
  [
    "a segment that is decoded later",
    inSegment(1, (it) => (it.decodeTime++, it.time--)),
    "1 video: decode time: segment 1 has",
  ],
  [
    "a segment that is decoded longer",
    inSegment(1, (it) => it.duration++),
    "1 video: duration: segment 1 is decoded until",
  ],
  [
    "a last segment that ends later",
    inSegment(3, (it) => it.presentedDuration++),
    "1 video: duration: segment 3 ends at",
  ],
  [
    "a segment that is closed twice",
    inIndex(1, (r) => r.splice(10, 0, segment(r, 0))),
    "1 video: record: record: ordinal 0, expected 1",
  ],
  [
    "a segment without chunks",
    inIndex(1, (r) => r.unshift(segment(r, 0))),
    "1 video: record: record closes segment 0: it is not open",
  ],
  [
    "a segment that is not closed",
    inIndex(1, (r) => r.splice(r.indexOf(segment(r, 3)), 1)),
    "1 video: record: segment 3 is not closed",
  ],
  [
    "a period number with a hole",
    inIndex(
      2,
      (r) =>
        r.filter((it: { kind: string }) => it.kind === "period").forEach((it: { period: number }) =>
          it.period++
        ),
    ),
    "2 video: period: record",
  ],
  [
    "an ordinal with a hole",
    inIndex(2, (r) => r.find((it: { kind: string }) => it.kind === "period").ordinal++),
    "2 video: ordinal: record",
  ],
  [
    "a period that is counted twice",
    inIndex(2, (r) => r.splice(-2, 0, r.find((it: { kind: string }) => it.kind === "period"))),
    "2 video: period: record",
  ],
  [
    "a period that is counted in part",
    inIndex(2, (r) => r.splice(r.findLastIndex((it: { kind: string }) => it.kind === "period"), 1)),
    "2: period: 1 of 2 records count it",
  ],
  [
    "a target that is fixed twice",
    inIndex(
      2,
      (r) => r.unshift(...[2, 2].map((seconds) => ({ kind: "target", seconds, arrival: EPOCH }))),
    ),
    "2: target duration: record fixes it again",
  ],
  [
    "a target that the next block has not",
    inBlock(2, (it) => delete it.broadcast.target),
    "2: target duration: it is missing, expected 2",
  ],
  [
    "a file that is missing",
    (it) => it.remove(`00000001/${VIDEO}.mp4`),
    "1 video: file size: cannot be read: ",
  ],
  [
    "an index that is missing",
    (it) => it.remove("00000001/index"),
    "1: record: cannot be read: ",
  ],
  [
    "a file that ends early",
    inVideo((b) => b.slice(0, -1)),
    "1 video: file size: record: the file ends",
  ],
  [
    "a file that goes on",
    inVideo((b) => new Uint8Array([...b, 0])),
    "1 video: file size: the file has",
  ],
  [
    "a broken init",
    inVideo((b) => void (b[findBox(b, "mdhd")]! ^= 1)),
    "1 video: init: cannot be read",
  ],
  [
    "an init without its brand",
    inVideo((b) => void (b[findBox(b, "cmfc") + 4]! ^= 1)),
    "1 video: init: the brand cmfc",
  ],
  [
    "a broken moof",
    inVideo((b) => void (b[findBox(b, "trun") + 1]! = 9)),
    "1 video: boxes: record: cannot be read",
  ],
  [
    "a segment without styp",
    inVideo((b) => void (b[findBox(b, "styp") + 4] = 0x66)),
    "1 video: boxes: record: got ftyp",
  ],
  [
    "another description",
    inVideo((b) => void (b[findBox(b, "trex") + 19] = 9)),
    "1 video: description: record: got 9, expected 1 to 1",
  ],
  [
    "another track_ID",
    inVideo((b) => void b[findBox(b, "tfhd") + 15]!++),
    "1 video: track: record: got track_ID 2",
  ],
  [
    "an mdat that is too short",
    inVideo((b) => void b[findBox(b, "mdat") + 3]!--),
    "1 video: boxes: record: ",
  ],
  [
    "a sequence that goes back",
    inVideo((b) => void (b[findBox(b, "mfhd", 1) + 15] = 0)),
    "1 video: sequence number: record: got",
  ],
];
