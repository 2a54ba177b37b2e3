import { assertEquals, assertThrows } from "@std/assert";
import {
  type ChunkRecord,
  decodeRecords,
  encodeRecords,
  findFirstChunk,
  INDEX_RECORD_SIZE,
  type IndexRecord,
} from "../../lib/archive/index_record.ts";

const CHUNK: ChunkRecord = {
  kind: "chunk",
  track: 3,
  ordinal: 2 ** 32 - 1,
  startsSegment: true,
  isSync: true,
  isForced: false,
  isReordered: false,
  isLast: false,
  decodeTime: 2 ** 52,
  time: 2 ** 52 + 3600,
  duration: 90_000,
  presentedDuration: 86_400,
  offset: 2 ** 40,
  bytes: 64 * 2 ** 20,
  headerBytes: 300,
  samples: 25,
  arrival: 1_796_000_000_123_456,
};

const RECORDS: [name: string, record: IndexRecord][] = [
  ["a chunk", CHUNK],
  ["priming", { ...CHUNK, decodeTime: 0, time: -1024, startsSegment: false, isSync: false }],
  ["the widest times", {
    ...CHUNK,
    duration: 2 ** 40 - 1,
    presentedDuration: 2 ** 40 - 1,
    time: 2 ** 52 - 2 ** 47,
  }],
  ["a segment of an open GOP", { ...CHUNK, kind: "segment", isReordered: true }],
  ["the last segment of a period", { ...CHUNK, kind: "segment", isLast: true }],
  ["a segment without a sync sample", { ...CHUNK, kind: "segment", isSync: false, isForced: true }],
  ["a period", { kind: "period", track: 65535, ordinal: 1, period: 2 ** 40, arrival: 5 }],
  ["a target duration", { kind: "target", seconds: 31, arrival: 6 }],
  ["the end of a block", { kind: "block", arrival: 2 ** 52 }],
  ["the end of a broadcast", { kind: "broadcast", arrival: 0 }],
];

for (const [name, record] of RECORDS) {
  Deno.test(`decodeRecords() reads what encodeRecords() wrote: ${name}`, () => {
    const bytes = encodeRecords([record]);
    assertEquals(bytes.length, INDEX_RECORD_SIZE);
    assertEquals(decodeRecords(bytes), [record]);
  });
}

Deno.test("encodeRecords() writes the bytes that lib/archive/index_record.ts lists", () => {
  const record = {
    ...CHUNK,
    ordinal: 5,
    decodeTime: 0x11,
    time: 0x10,
    offset: 0x22,
    arrival: 0x33,
  };
  assertEquals(
    encodeRecords([record]).toHex(),
    "01030003" + "00000005" + "0000000000000011" + "0000000000000022" + "0000000000000033" +
      "04000000" + "00000019" + "0000012c" + "ffffffffffff" + "0000015f90" + "0000015180" +
      "a4ad34c7",
  );
});

Deno.test("decodeRecords() ends at each changed bit and at a short record", () => {
  const bytes = encodeRecords([CHUNK, CHUNK, CHUNK]);
  for (let bit = 0; bit < 8 * INDEX_RECORD_SIZE; bit++) {
    const damaged = bytes.slice();
    damaged[INDEX_RECORD_SIZE + (bit >> 3)]! ^= 1 << (bit & 7);
    assertEquals(decodeRecords(damaged), [CHUNK]);
  }
  for (let length = 0; length <= bytes.length; length++) {
    const count = Math.floor(length / INDEX_RECORD_SIZE);
    assertEquals(decodeRecords(bytes.subarray(0, length)).length, count);
  }
});

Deno.test("decodeRecords() reads no record from zeros, which a power failure leaves", () => {
  assertEquals(decodeRecords(new Uint8Array(4 * INDEX_RECORD_SIZE)), []);
});

Deno.test("findFirstChunk() finds the first chunk of a track", () => {
  const other = { ...CHUNK, track: CHUNK.track + 1 };
  const second = { ...CHUNK, decodeTime: CHUNK.decodeTime + 1 };
  const bytes = encodeRecords([{ kind: "block", arrival: 1 }, other, CHUNK, second]);
  assertEquals(findFirstChunk(bytes, CHUNK.track), decodeRecords(bytes)[2]);
  assertEquals(findFirstChunk(bytes, CHUNK.track + 2), undefined);
});

Deno.test("encodeRecords() rejects durations of more than 40 bits", () => {
  assertThrows(() => encodeRecords([{ ...CHUNK, duration: 2 ** 40 }]), RangeError, "40 bits");
});
