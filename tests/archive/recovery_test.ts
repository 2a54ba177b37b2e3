import { assert, assertEquals, assertThrows } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { INDEX_RECORD_SIZE } from "../../lib/archive/index_record.ts";
import {
  listBlocks,
  readPeriodEnds,
  readStoredBlock,
  readStoredInit,
  recoverArchive,
} from "../../lib/archive/recovery.ts";
import { MediaError } from "../../lib/errors.ts";
import { Killed, MemoryFileSystem } from "./memory_file_system.ts";
import {
  append,
  createChunk,
  describeChunk,
  EPOCH,
  readCounts,
  readRecords,
  readSamples,
  readSegments,
  TRACKS,
} from "./recording.ts";

const PERIOD = { epoch: EPOCH, start: EPOCH, tracks: TRACKS };

/** Records until it is killed, with the chunks that are acknowledged. */
function record(files: MemoryFileSystem, acknowledged: string[]): void {
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod(PERIOD);
  append(writer, { from: 0, end: 3 }, (chunk) => acknowledged.push(describeChunk(1, chunk)));
  writer.beginPeriod({ start: EPOCH + 10e6, tracks: TRACKS });
  writer.append(createChunk(0, 0));
  acknowledged.push(describeChunk(2, createChunk(0, 0)));
  writer.endBroadcast(EPOCH + 20e6);
}

/** Goes on as a new process does. */
function goOn(files: MemoryFileSystem): void {
  const writer = ArchiveWriter.open(files);
  const { last } = writer;
  if (last && !last.progress.isBroadcastOver) writer.continuePeriod();
  else writer.beginPeriod({ ...PERIOD, epoch: EPOCH + 1e9 });
  append(writer, { from: 100, end: 102 });
  writer.endPeriod();
}

function assertNumbersAreUnique(files: MemoryFileSystem): void {
  const segments = readSegments(files);
  const names = segments.map((segment) => JSON.stringify(segment));
  assertEquals(new Set(names).size, names.length);
  const counts = readCounts(files);
  const numbers = [...counts.values()].map(([number]) => number);
  assertEquals(numbers, numbers.map((_, i) => i + 1));
  for (const track of TRACKS.keys()) {
    const ordinals = segments.filter((segment) =>
      segment.track === track && counts.has(segment.period)
    )
      .map(({ period, ordinal }) => counts.get(period)![1 + track]! + ordinal);
    assertEquals(ordinals, ordinals.map((_, i) => i + 1));
  }
}

Deno.test("recoverArchive() gives what was acknowledged, and no number twice, wherever the process is killed", () => {
  const whole = new MemoryFileSystem();
  record(whole, []);
  for (let killAfter = 0; killAfter <= whole.steps; killAfter++) {
    const killed = new MemoryFileSystem({ killAfter });
    const acknowledged: string[] = [];
    if (killAfter < whole.steps) assertThrows(() => record(killed, acknowledged), Killed);
    else record(killed, acknowledged);
    const files = killed.restart();
    recoverArchive(files);
    const samples = readSamples(files);
    assertEquals(samples.slice(0, acknowledged.length), acknowledged);
    assert(samples.length <= acknowledged.length + 1);
    assertEquals(files.paths().filter((path) => path.endsWith(".tmp")), []);
    for (const number of listBlocks(files)) {
      assertEquals(readStoredBlock(files, number).progress.isClosed, true);
    }
    goOn(files);
    assertEquals(readSamples(files).slice(0, samples.length), samples);
    assertEquals(readSamples(files).length, samples.length + 4);
    assertNumbersAreUnique(files);
  }
});

Deno.test("recoverArchive() can be killed, too", () => {
  const recorded = new MemoryFileSystem();
  const writer = ArchiveWriter.open(recorded);
  writer.beginPeriod(PERIOD);
  append(writer, { from: 0, end: 3 });
  recorded.damage("00000001/index", (bytes) => bytes.slice(0, -1));
  const expected = recorded.clone();
  recoverArchive(expected);
  const { steps } = expected;
  for (let killAfter = 0; killAfter < steps; killAfter++) {
    const killed = recorded.clone({ killAfter });
    assertThrows(() => recoverArchive(killed), Killed);
    const files = killed.restart();
    recoverArchive(files);
    assertEquals(readRecords(files), readRecords(expected));
  }
});

Deno.test("recoverArchive() cuts the index where media is missing or another, as after a power failure", () => {
  const recorded = new MemoryFileSystem();
  const writer = ArchiveWriter.open(recorded);
  writer.beginPeriod(PERIOD);
  append(writer, { from: 0, end: 4 });
  const all = readSamples(recorded);
  const { records: [, , third] } = readRecords(recorded)[0]!;
  assert(third?.kind === "chunk" && third.track === 0);
  const damages: ((bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>)[] = [
    (bytes) => bytes.slice(0, third.offset + third.bytes - 1),
    (bytes) => bytes.slice(0, third.offset),
    (bytes) => (bytes.fill(0, third.offset), bytes),
    (bytes) => (bytes[third.offset + 7]! ^= 1, bytes),
    (
      bytes,
    ) => (bytes.fill(0, third.offset + third.headerBytes - 8, third.offset + third.headerBytes - 4),
      bytes),
  ];
  for (const damage of damages) {
    const files = recorded.clone();
    files.damage("00000001/feed-video.mp4", damage);
    recoverArchive(files);
    assertEquals(readSamples(files), all.slice(0, 2));
    assertEquals(files.bytes("00000001/feed-video.mp4").length, third.offset);
    goOn(files);
    assertNumbersAreUnique(files);
  }
});

Deno.test("recoverArchive() cuts bytes behind the last record", () => {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod(PERIOD);
  append(writer, { from: 0, end: 2 });
  const before = files.bytes("00000001/feed-audio.mp4");
  files.damage("00000001/feed-audio.mp4", (bytes) => Uint8Array.of(...bytes, 1, 2, 3));
  files.damage("00000001/index", (bytes) => Uint8Array.of(...bytes, 1, 2, 3));
  recoverArchive(files);
  assertEquals(files.bytes("00000001/feed-audio.mp4"), before);
  assertEquals(files.bytes("00000001/index").length % INDEX_RECORD_SIZE, 0);
});

Deno.test("recoverArchive() closes two blocks when a track had not entered the last one", () => {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod(PERIOD);
  for (const second of [0, 600]) writer.append(createChunk(0, second, { count: 2 }));
  writer.append(createChunk(1, 0, { count: 3 }));
  assertEquals(listBlocks(files), [1, 2]);
  const last = recoverArchive(files)!;
  const blocks = [1, 2].map((number) => readStoredBlock(files, number));
  assertEquals(blocks.map(({ progress }) => progress.isClosed), [true, true]);
  assertEquals(last.number, 2);
  assertEquals(readPeriodEnds(files, last), [
    { decodeEnd: 6020, listed: { time: 6020, decodeTime: 6020 } },
    { decodeEnd: 30, listed: { time: 30, decodeTime: 30 } },
  ]);
  assertEquals(readStoredInit(files, 2, last.block.tracks[1]!), TRACKS[1]!.init);
  goOn(files);
  assertNumbersAreUnique(files);
});

Deno.test("recoverArchive() reports a broken block.json", () => {
  const files = new MemoryFileSystem();
  ArchiveWriter.open(files).beginPeriod(PERIOD);
  files.damage("00000001/block.json", (bytes) => bytes.slice(1));
  assertThrows(() => recoverArchive(files), MediaError, "Cannot read JSON");
});

Deno.test("recoverArchive() ignores other files", () => {
  const files = new MemoryFileSystem();
  files.open("lock", { create: true });
  files.makeDirectory("notes");
  assertEquals(recoverArchive(files), undefined);
  assertEquals(files.paths(), ["lock", "notes"]);
});

Deno.test("recoverArchive() closes segments so that each starts where the one before it ends, over two blocks", () => {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod(PERIOD);
  writer.append(createChunk(1, 0, { count: 2 }));
  writer.append(createChunk(0, 0, { count: 2 }));
  const chunk = createChunk(0, 600, { count: 1 });
  const late = { ...chunk.run, time: 20, compositionOffsets: Uint32Array.of(15) }; // shown late, so that its start is not final
  writer.append(createChunk(1, 2, { count: 598 }));
  writer.append(createChunk(1, 600, { count: 2 }));
  writer.append({ ...chunk, run: late });
  assertEquals(listBlocks(files), [1, 2]);
  recoverArchive(files);
  const segments = readRecords(files).flatMap(({ records }) =>
    records.filter((record) => record.kind === "segment" && record.track === 0)
  );
  const times = segments.map((it) => it.kind === "segment" ? [it.time, it.presentedDuration] : []);
  assertEquals(times, [[0, 20], [20, 25]]);
});

Deno.test("recoverArchive() states that the period ends with the segments that were open", () => {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod(PERIOD);
  for (const time of [0, 2]) {
    for (const track of [0, 1]) writer.append(createChunk(track, time, { count: 2 }));
  }
  recoverArchive(files);
  const segments = readRecords(files)[0]!.records.filter((record) => record.kind === "segment");
  assertEquals(segments.map(({ track, isLast }) => [track, isLast]), [
    [0, false],
    [1, false],
    [0, true],
    [1, true],
  ]);
});
