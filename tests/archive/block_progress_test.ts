import { assertEquals } from "@std/assert";
import type { Block } from "../../lib/archive/block.ts";
import {
  BlockProgress,
  closeSegments,
  countPeriod,
  endSegment,
  getSegmentEnd,
} from "../../lib/archive/block_progress.ts";
import type { ChunkRecord, IndexRecord, SegmentRecord } from "../../lib/archive/index_record.ts";

const TRACK = {
  type: "video",
  timescale: 10,
  mediaTime: 0,
  initBytes: 8,
  stream: "",
  publisher: "",
  first: 5,
} as const;

const BLOCK: Block = {
  broadcast: { number: 1, epoch: 0 },
  period: { id: 9, start: 0 },
  tracks: [{ ...TRACK, name: "v" }, { ...TRACK, name: "constructor", first: 0 }],
  counts: { periods: 3, segments: { v: 70 } },
};

const CHUNK: ChunkRecord = {
  kind: "chunk",
  track: 0,
  ordinal: 5,
  startsSegment: true,
  isSync: true,
  isForced: false,
  isReordered: false,
  isLast: false,
  decodeTime: 100,
  time: 100,
  duration: 10,
  presentedDuration: 10,
  offset: 8,
  bytes: 50,
  headerBytes: 20,
  samples: 1,
  arrival: 1,
};

const SEGMENT: SegmentRecord = { ...CHUNK, kind: "segment" };
const [FIRST, SECOND] = countPeriod(BLOCK, 1) as [IndexRecord, IndexRecord];
const BLOCK_END: IndexRecord = { kind: "block", arrival: 1 };
const OVER: IndexRecord = { kind: "broadcast", arrival: 1 };

/** Records before, then one that contradicts them. */
const CONTRADICTIONS: [name: string, before: IndexRecord[], record: IndexRecord][] = [
  ["an ordinal that is not the next", [], { ...CHUNK, ordinal: 6 }],
  ["a track that does not exist", [], { ...CHUNK, track: 2 }],
  ["a gap in the file", [], { ...CHUNK, offset: 9 }],
  ["a chunk of no segment", [], { ...CHUNK, startsSegment: false }],
  ["the end of a segment that is not open", [], SEGMENT],
  ["another segment's end", [CHUNK], { ...SEGMENT, ordinal: 4 }],
  ["a segment of other bytes", [CHUNK], { ...SEGMENT, bytes: 51 }],
  ["a segment of other samples", [CHUNK], { ...SEGMENT, samples: 2 }],
  ["the end of a segment again", [CHUNK, SEGMENT], SEGMENT],
  ["a second record of a period first", [], SECOND],
  ["media amid the records of a period", [FIRST], CHUNK],
  ["an end amid the records of a period", [FIRST], BLOCK_END],
  ["two numbers of a period", [FIRST], { ...SECOND, period: 5 } as IndexRecord],
  ["a period that is counted", [FIRST, SECOND], FIRST],
  ["media after the end", [BLOCK_END], CHUNK],
  ["two ends", [BLOCK_END], BLOCK_END],
  ["two ends of a broadcast", [BLOCK_END, OVER], OVER],
];

for (const [name, before, record] of CONTRADICTIONS) {
  Deno.test(`BlockProgress rejects ${name}`, () => {
    const progress = new BlockProgress(BLOCK);
    assertEquals(before.map((record) => progress.apply(record)), before.map(() => true));
    const state = JSON.stringify(progress.tracks);
    assertEquals(progress.apply(record), false);
    assertEquals(JSON.stringify(progress.tracks), state);
  });
}

Deno.test("BlockProgress is countable when each track has a segment of the period", () => {
  const progress = new BlockProgress(BLOCK);
  assertEquals(progress.isCountable, false);
  progress.apply({ ...CHUNK, track: 1, ordinal: 0 });
  assertEquals(progress.isCountable, false);
  progress.apply({ ...SEGMENT, track: 1, ordinal: 0 });
  assertEquals(progress.isCountable, true);
  assertEquals(progress.counts, BLOCK.counts);
  progress.apply(FIRST);
  assertEquals([progress.periodNumber, progress.partialPeriods], [undefined, 1]);
  progress.apply(SECOND);
  assertEquals([progress.periodNumber, progress.partialPeriods], [4, 0]);
  assertEquals([progress.getFirstOrdinal(0), progress.getFirstOrdinal(1)], [71, 1]);
  assertEquals(progress.counts, { periods: 4, segments: { v: 75, constructor: 1 } });
  assertEquals(progress.isCountable, false);
});

Deno.test("endSegment() starts a segment where the one before it was closed early", () => {
  const listed = { time: 98, decodeTime: 99 };
  const segment = endSegment(SEGMENT, listed, { time: 120, decodeTime: 121 });
  assertEquals(segment, {
    ...SEGMENT,
    time: 98,
    presentedDuration: 22,
    decodeTime: 99,
    duration: 22,
  });
  assertEquals(getSegmentEnd(segment), { time: 120, decodeTime: 121 });
  assertEquals(endSegment(SEGMENT), SEGMENT);
});

Deno.test("closeSegments() returns the sum of chunks", () => {
  const progress = new BlockProgress(BLOCK);
  progress.apply(CHUNK);
  progress.apply({
    ...CHUNK,
    startsSegment: false,
    offset: 58,
    decodeTime: 110,
    time: 95,
    presentedDuration: 40,
    arrival: 7,
  });
  const [segment] = closeSegments(progress.tracks[0]!, {
    mediaTime: 0,
    all: true,
    isLast: true,
  });
  assertEquals(segment, {
    ...SEGMENT,
    isReordered: true,
    isLast: true,
    time: 95,
    duration: 20,
    presentedDuration: 40,
    bytes: 100,
    headerBytes: 40,
    samples: 2,
    arrival: 7,
  });
});
