import { assertEquals } from "@std/assert";
import { buildChunk, isChunkOf } from "../../lib/archive/chunk.ts";
import { ByteReader } from "../../lib/bytes.ts";
import { readBoxes } from "../../lib/mp4/box.ts";
import { readMfhd, readMoof } from "../../lib/mp4/moof.ts";
import { createChunk } from "./recording.ts";

const TRACK = { timescale: 10, mediaTime: 20 };

const CHUNK = createChunk(0, 7, { count: 3 });

const BUILT = buildChunk(TRACK, {
  ...CHUNK,
  run: { ...CHUNK.run, compositionOffsets: Uint32Array.of(20, 40, 20) },
});

const [BYTES] = BUILT.parts as [Uint8Array];

const HEADER = BYTES.subarray(0, BUILT.record.headerBytes);

const RECORD = { ...BUILT.record, ordinal: 0, offset: 0 };

Deno.test("buildChunk() writes styp, moof and mdat, and describes them", () => {
  const types: string[] = [];
  readBoxes(new ByteReader(BYTES), {
    styp: () => types.push("styp"),
    moof: (r) => {
      readBoxes(new ByteReader(r.bytes), { mfhd: (r) => assertEquals(readMfhd(r), 7001) });
      assertEquals(readMoof(r)[0]!.time, 70);
    },
    mdat: (r) => assertEquals(r.bytes, CHUNK.samples),
  });
  assertEquals(types, ["styp"]);
  const { time, decodeTime, duration, presentedDuration, samples, isSync, bytes } = BUILT.record;
  assertEquals([time, decodeTime, duration, presentedDuration], [70, 70, 30, 40]);
  assertEquals([samples, isSync, bytes], [3, true, BYTES.length]);
});

Deno.test("buildChunk() writes no styp into a segment", () => {
  const { parts, record } = buildChunk(TRACK, createChunk(0, 7, { startsSegment: false }));
  assertEquals(new TextDecoder().decode(parts[0]!.subarray(4, 8)), "moof");
  assertEquals(record.isSync, false);
  const header = parts[0]!.subarray(0, record.headerBytes);
  assertEquals(isChunkOf(header, { ...record, ordinal: 0, offset: 0 }), true);
});

Deno.test("isChunkOf() accepts the chunk that was built, and no other", () => {
  assertEquals(isChunkOf(HEADER, RECORD), true);
  const others = [
    { decodeTime: 71 },
    { samples: 4 },
    { bytes: RECORD.bytes + 1 },
    { headerBytes: RECORD.headerBytes - 1 },
    { startsSegment: false },
  ];
  for (const other of others) assertEquals(isChunkOf(HEADER, { ...RECORD, ...other }), false);
});

Deno.test("isChunkOf() rejects each box type and size that is changed", () => {
  for (const at of [0, 1, 2, 3, 4, 5, 6, 7, 24, 28, 31, HEADER.length - 5, HEADER.length - 1]) {
    const damaged = HEADER.slice();
    damaged[at]! ^= 0x40;
    assertEquals(isChunkOf(damaged, RECORD), false, String(at));
  }
  for (let length = 0; length < HEADER.length; length++) {
    assertEquals(isChunkOf(HEADER.subarray(0, length), RECORD), false);
  }
});

Deno.test("buildChunk() does not copy many samples", () => {
  const samples = new Uint8Array(2 ** 20 + 1);
  const { parts, record } = buildChunk(TRACK, { ...CHUNK, samples });
  assertEquals([parts.length, parts[1] === samples], [2, true]);
  assertEquals(record.bytes - record.headerBytes, samples.length);
  assertEquals(record.headerBytes, parts[0]!.length);
});
