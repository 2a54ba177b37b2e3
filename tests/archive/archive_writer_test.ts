import { assert, assertEquals, assertThrows } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { NoSpaceError } from "../../lib/archive/file_system.ts";
import { readStoredBlock } from "../../lib/archive/recovery.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import {
  append,
  createChunk,
  createTrack,
  describeChunk,
  EPOCH,
  readCounts,
  readRecords,
  readSamples,
  readSegments,
  TRACKS,
} from "./recording.ts";

const PERIOD = { epoch: EPOCH, start: EPOCH, tracks: TRACKS };

function start(files = new MemoryFileSystem()): { files: MemoryFileSystem; writer: ArchiveWriter } {
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod(PERIOD);
  return { files, writer };
}

const kinds = (files: MemoryFileSystem) =>
  readRecords(files).map(({ records }) => records.map(({ kind }) => kind[0]).join(""));

Deno.test("ArchiveWriter writes chunks and their records, counts the period, and closes the block", () => {
  const { files, writer } = start();
  append(writer, { from: 0, end: 4 });
  writer.endPeriod();
  writer.endBroadcast(EPOCH + 9e6);
  assertEquals(kinds(files), ["cccccscsppccssbb"]);
  assertEquals(files.paths(), [
    "00000001",
    "00000001/block.json",
    "00000001/feed-audio.mp4",
    "00000001/feed-video.mp4",
    "00000001/index",
  ]);
  assertEquals(readCounts(files), new Map([[1, [1, 1, 1]]]));
  const segments = readSegments(files).map(({ track, ordinal }) => [track, ordinal]);
  assertEquals(segments, [[0, 0], [1, 0], [0, 1], [1, 1]]);
  const [{ records }] = readRecords(files) as [ReturnType<typeof readRecords>[0]];
  const last = records.findLast((record) => record.kind === "segment" && record.track === 0);
  assert(last?.kind === "segment");
  assertEquals([last.decodeTime, last.time, last.duration, last.presentedDuration], [
    20,
    20,
    20,
    20,
  ]);
  assertEquals([last.samples, last.isSync, last.isForced, last.arrival], [
    2,
    true,
    false,
    EPOCH + 3e6,
  ]);
  assertEquals(records.slice(-2).map(({ kind }) => kind), ["block", "broadcast"]);
});

Deno.test("ArchiveWriter numbers periods and segments over periods and broadcasts, without those that are not counted", () => {
  const { files, writer } = start();
  append(writer, { from: 0, end: 4 });
  writer.beginPeriod({ start: EPOCH + 10e6, tracks: TRACKS });
  writer.append(createChunk(0, 0)); // audio never comes
  writer.beginPeriod({ start: EPOCH + 20e6, tracks: [createTrack("other", "audio"), TRACKS[0]!] });
  writer.append(createChunk(0, 0));
  writer.append(createChunk(1, 0));
  writer.endBroadcast(EPOCH + 30e6);
  writer.beginPeriod({ ...PERIOD, epoch: EPOCH + 1e9 });
  append(writer, { from: 0, end: 2 });
  writer.endPeriod();
  assertEquals(readCounts(files), new Map([[1, [1, 1, 1]], [3, [2, 1, 3]], [4, [3, 4, 3]]]));
  const { block, progress } = readStoredBlock(files, 4);
  assertEquals(block.broadcast, { number: 2, epoch: EPOCH + 1e9 });
  assertEquals(progress.counts, {
    periods: 3,
    segments: { "feed-video": 4, "feed-audio": 3, other: 1 },
  });
});

Deno.test("ArchiveWriter starts a block after ten minutes, which each track enters with its next segment", async () => {
  const { files, writer } = start();
  for (let second = 0; second < 1300; second += 2) {
    writer.append(createChunk(0, second, { count: 2 }));
    if (second === 4) writer.fixTarget(3, EPOCH);
    if (second > 0) writer.append(createChunk(1, second - 2, { count: 2 })); // audio is late
  }
  await writer.close();
  assertEquals(readRecords(files).map(({ number }) => number), [1, 2, 3]);
  const blocks = [1, 2, 3].map((number) => readStoredBlock(files, number));
  assertEquals(blocks.map(({ block }) => block.tracks.map(({ first }) => first)), [
    [0, 0],
    [300, 299],
    [600, 599],
  ]);
  assertEquals(blocks.map(({ progress }) => progress.tracks.map(({ closed }) => closed)), [
    [300, 299],
    [300, 300],
    [50, 50],
  ]);
  assertEquals(blocks.every(({ progress }) => progress.isClosed), true);
  assertEquals(blocks.map(({ block }) => block.broadcast.target), [undefined, 3, 3]);
  assertEquals(blocks[2]!.block.period.number, 1);
  assertEquals(blocks[2]!.block.tracks.map(({ ordinal }) => ordinal), [1, 1]);
  assertEquals(blocks[2]!.progress.counts.segments, { "feed-video": 650, "feed-audio": 649 });
  assertEquals(new Set(readSegments(files).map((segment) => JSON.stringify(segment))).size, 1299);
});

Deno.test("ArchiveWriter closes a segment where the next one starts in order of presentation", () => {
  const { files, writer } = start();
  const video = (second: number, offsets: number[], startsSegment = true) => {
    const chunk = createChunk(0, second, { count: offsets.length, startsSegment });
    writer.append({
      ...chunk,
      run: { ...chunk.run, compositionOffsets: Uint32Array.from(offsets) },
    });
  };
  video(0, [0, 20, 0]); // I P B
  video(3, [20]); // the I of an open GOP: two frames follow that are presented before it
  assertEquals(readSegments(files), []);
  video(4, [0, 0], false);
  writer.endPeriod();
  const segments = readRecords(files)[0]!.records.filter((record) => record.kind === "segment");
  assertEquals(segments.map(({ time, presentedDuration }) => [time, presentedDuration]), [
    [0, 40],
    [40, 20],
  ]);
});

Deno.test("ArchiveWriter closes a segment early, and what is listed does not change", () => {
  const { files, writer } = start();
  writer.append(createChunk(0, 0, { count: 2 }));
  writer.closeSegment({ track: 0, ordinal: 1, isLast: false }, EPOCH);
  assertEquals(readSegments(files).length, 0);
  writer.closeSegment({ track: 0, ordinal: 0, isLast: false }, EPOCH);
  assertEquals(readSegments(files).length, 1);
  const chunk = createChunk(0, 2, { count: 2 });
  writer.append({ ...chunk, run: { ...chunk.run, compositionOffsets: Uint32Array.of(1, 1) } });
  writer.endPeriod();
  const segments = readRecords(files)[0]!.records.filter((record) => record.kind === "segment");
  assertEquals(segments.map(({ time, presentedDuration }) => [time, presentedDuration]), [
    [0, 20],
    [20, 21],
  ]);
});

for (const isLast of [false, true]) {
  Deno.test(`ArchiveWriter states whether a period ends with a segment: ${isLast}`, () => {
    const { files, writer } = start();
    writer.append(createChunk(0, 0, { count: 2 }));
    writer.closeSegment({ track: 0, ordinal: 0, isLast }, EPOCH);
    writer.endPeriod();
    const segments = readRecords(files)[0]!.records.filter((record) => record.kind === "segment");
    assertEquals(segments.map((segment) => segment.isLast), [isLast]);
  });
}

Deno.test("ArchiveWriter drops chunks while the disk is full, keeps what it acknowledged, and goes on with a new period", () => {
  const full = start();
  append(full.writer, { from: 0, end: 6 });
  full.writer.endPeriod();
  const size = full.files.paths().reduce(
    (sum, path) => sum + (path.includes("/") ? full.files.bytes(path).length : 0),
    0,
  );
  for (let capacity = 1200; capacity < size; capacity += 7) {
    const { files, writer } = start(new MemoryFileSystem({ capacity }));
    const acknowledged: string[] = [];
    const isFull = () => {
      try {
        append(writer, { from: 0, end: 6 }, (chunk) => acknowledged.push(describeChunk(1, chunk)));
        return false;
      } catch (error) {
        assert(error instanceof NoSpaceError);
        return true;
      }
    };
    if (isFull()) {
      assertEquals(writer.hasPeriod, false);
      assertThrows(() => writer.append(createChunk(0, 9)), NoSpaceError);
    }
    writer.endPeriod();
    assertEquals(readSamples(files), acknowledged);
    files.capacity = Infinity;
    writer.beginPeriod({ start: EPOCH + 60e6, tracks: TRACKS });
    append(writer, { from: 0, end: 2 });
    writer.endPeriod();
    assertEquals(readSamples(files).length, acknowledged.length + 4);
    const blocks = [1, 2].map((number) => readStoredBlock(files, number));
    assertEquals(blocks.map(({ progress }) => progress.isClosed), [true, true]);
    const ordinals = blocks.map((
      { progress },
    ) => [progress.getFirstOrdinal(0), progress.counts.segments["feed-video"]]);
    const [[first = 1, count = 0], second] = ordinals as [number[], number[]];
    assertEquals([first, second[0]], [1, count + 1]);
  }
});

Deno.test("ArchiveWriter syncs media before the index, and blocks that were closed", async () => {
  const { files, writer } = start();
  append(writer, { from: 0, end: 2 });
  await writer.sync();
  const paths = ["feed-video.mp4", "feed-audio.mp4", "index"].map((name) => `00000001/${name}`);
  assertEquals(files.synced, paths);
  await writer.sync();
  assertEquals(files.synced, paths);
  writer.append(createChunk(1, 2));
  writer.endPeriod();
  await writer.sync();
  assertEquals(files.synced.slice(3), ["00000001/feed-audio.mp4", "00000001/index"]);
});

Deno.test("ArchiveWriter begins no period without a broadcast", () => {
  const writer = ArchiveWriter.open(new MemoryFileSystem());
  assertThrows(() => writer.beginPeriod({ start: EPOCH, tracks: TRACKS }), Error, "broadcast");
});

for (const [seconds, expected] of [[0, 1], [7, 7], [12_233, 3600]] as const) {
  Deno.test(`ArchiveWriter fixes a target duration of ${seconds} s as ${expected} s`, () => {
    const files = new MemoryFileSystem();
    const writer = ArchiveWriter.open(files);
    writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
    writer.fixTarget(seconds, EPOCH);
    append(writer, { from: 0, end: 4 });
    writer.endPeriod();
    assertEquals(ArchiveWriter.open(files).last?.progress.target, expected);
    assertEquals(readSegments(files).length, 4);
  });
}
