import { assertEquals } from "@std/assert";
import {
  decodeClosedRecords,
  omitChunks,
  type RecordVisitor,
  visitClosedRecords,
  visitRecords,
} from "../../lib/archive/closed_records.ts";
import {
  type ChunkRecord,
  encodeRecords,
  INDEX_RECORD_SIZE,
  type IndexRecord,
} from "../../lib/archive/index_record.ts";

const CHUNK: ChunkRecord = {
  ...{ kind: "chunk", track: 3, ordinal: 2 ** 32 - 1, arrival: 1_796_000_000_123_456 },
  ...{ startsSegment: true, isSync: true, isForced: false, isReordered: false, isLast: false },
  ...{ decodeTime: 2 ** 52, time: 2 ** 52 - 3600, duration: 90_000, presentedDuration: 86_400 },
  ...{ offset: 2 ** 40, bytes: 64 * 2 ** 20, headerBytes: 300, samples: 25 },
};

const OTHERS: IndexRecord[] = [
  { ...CHUNK, kind: "segment", isReordered: true },
  { kind: "period", track: 65535, ordinal: 1, period: 2 ** 40, arrival: 5 },
  { kind: "target", seconds: 31, arrival: 6 },
  { ...CHUNK, kind: "segment", presentedDuration: 2 ** 40 - 1, isLast: true },
  { kind: "block", arrival: 2 ** 52 },
  { kind: "broadcast", arrival: 0 },
];

const BYTES = encodeRecords([CHUNK, ...OTHERS.flatMap((record) => [CHUNK, record]), CHUNK]);

Deno.test("omitChunks() leaves all other records, which decodeClosedRecords() reads", () => {
  const others = omitChunks(BYTES);
  assertEquals(others, encodeRecords(OTHERS));
  assertEquals(decodeClosedRecords([others, others]), [...OTHERS, ...OTHERS]);
  assertEquals(decodeClosedRecords([omitChunks(new Uint8Array(200))]), []);
});

Deno.test("omitChunks() leaves a record out that is not whole, and reads at any offset", () => {
  const shifted = new Uint8Array([0, ...BYTES]).subarray(1);
  assertEquals(omitChunks(shifted), encodeRecords(OTHERS));
  const end = 3 * INDEX_RECORD_SIZE - 1;
  assertEquals(omitChunks(BYTES.subarray(0, end)), new Uint8Array());
});

const VISITS: [name: string, visit: (visitor: RecordVisitor) => void][] = [
  ["visitClosedRecords()", (visitor) => visitClosedRecords([omitChunks(BYTES)], visitor)],
  ["visitRecords()", (visitor) => visitRecords(OTHERS, visitor)],
];

for (const [name, visit] of VISITS) {
  Deno.test(`${name} passes the times of segments, and other records as they are`, () => {
    const visited: unknown[] = [];
    visit({
      segment: (...times) => visited.push(times),
      other: (record) => visited.push(record),
    });
    const expected = OTHERS.map((record) => {
      if (record.kind !== "segment") return record;
      const { track, time, presentedDuration } = record;
      return [track, time, presentedDuration];
    });
    assertEquals(visited, expected);
  });
}
