import { assertEquals, assertThrows } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { formatBlock } from "../../lib/archive/block.ts";
import { listBroadcasts, readRecordedPeriods } from "../../lib/archive/recorded_broadcasts.ts";
import { readBlock } from "../../lib/archive/recovery.ts";
import { MediaError } from "../../lib/errors.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import { append, EPOCH, TRACKS } from "./recording.ts";

const HOUR = 3600e6;

/** Two broadcasts, an hour apart: of two periods, the second one of three blocks; and one that is live. */
function record(): MemoryFileSystem {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, reason: "start", tracks: TRACKS });
  append(writer, { from: 0, end: 10 });
  writer.beginPeriod({ start: EPOCH + 60e6, tracks: TRACKS });
  append(writer, { from: 0, end: 1300 });
  writer.endBroadcast(EPOCH + HOUR);
  writer.beginPeriod({ epoch: EPOCH + 2 * HOUR, start: EPOCH + 2 * HOUR, tracks: TRACKS });
  append(writer, { from: 0, end: 7 });
  return files;
}

Deno.test("listBroadcasts() groups the blocks of an archive", () => {
  const broadcasts = listBroadcasts(record());
  assertEquals(
    broadcasts.map(({ number, epoch, blocks }) => [number, epoch, blocks.map((it) => it.number)]),
    [[1, EPOCH, [1, 2, 3, 4]], [2, EPOCH + 2 * HOUR, [5]]],
  );
  assertEquals(listBroadcasts(new MemoryFileSystem()), []);
});

Deno.test("readRecordedPeriods() reads the closed segments of all blocks of a period", () => {
  const files = record();
  const [first, last] = listBroadcasts(files);
  const periods = readRecordedPeriods(files, first!);
  const described = periods.map(({ id, number, start, reason, tracks }) => ({
    ...{ id, number, start, reason },
    segments: tracks.map(({ segments }) => segments.length),
  }));
  assertEquals(described, [
    { id: 1, number: 1, start: EPOCH, reason: "start", segments: [5, 5] },
    { id: 2, number: 2, start: EPOCH + 60e6, reason: undefined, segments: [650, 650] },
  ]);
  assertEquals(
    new Set(periods[1]!.tracks[0]!.segments.map(({ block }) => block)),
    new Set([2, 3, 4]),
  );
  assertEquals(readRecordedPeriods(files, last!)[0]!.tracks[0]!.segments.length, 3);
});

Deno.test("readRecordedPeriods() leaves out what is hours outside a range", () => {
  const files = record();
  const [first] = listBroadcasts(files);
  const from = EPOCH + 60e6 + HOUR + 1000e6;
  const [period] = readRecordedPeriods(files, first!, { from, to: Infinity });
  assertEquals([period!.id, period!.tracks[0]!.segments[0]!.ordinal], [2, 500]);
  const range = { from: EPOCH + 10 * HOUR, to: Infinity };
  assertEquals(readRecordedPeriods(files, first!, range), []);
});

Deno.test("readRecordedPeriods() reads a record that is being written later", () => {
  const files = record();
  files.damage("00000005/index", (bytes) => bytes.slice(0, -20));
  const [, last] = listBroadcasts(files);
  const [period] = readRecordedPeriods(files, last!);
  assertEquals(period!.tracks.map(({ segments }) => segments.length), [3, 2]);
});

Deno.test("readRecordedPeriods() reads what retention leaves", () => {
  const files = record();
  const [first] = listBroadcasts(files);
  for (const file of ["block.json", "index"]) files.remove(`00000002/${file}`);
  const isGone = { open: files.open.bind(files), list: files.list.bind(files) };
  const missing = (path: string) => {
    if (path.startsWith("00000002/")) throw Object.assign(new Error(path), { code: "ENOENT" });
    return isGone.open(path);
  };
  const periods = readRecordedPeriods({ ...isGone, open: missing }, first!);
  assertEquals(periods.map(({ tracks }) => tracks[0]!.segments[0]!.ordinal), [0, 300]);
});

Deno.test("readRecordedPeriods() names a block from which segments are missing", () => {
  const files = record();
  const [first] = listBroadcasts(files);
  const blocks = first!.blocks.filter(({ number }) => number !== 3);
  assertThrows(
    () => readRecordedPeriods(files, { blocks }),
    MediaError,
    "00000004/index: Cannot find segment 300 of feed-video, expected it before segment 600",
  );
});

Deno.test("listBroadcasts() names a broken block.json", () => {
  const files = record();
  const block = readBlock(files, 3);
  const text = formatBlock({ ...block, period: { ...block.period, id: 0 } });
  files.damage("00000003/block.json", () => new TextEncoder().encode(text));
  assertThrows(() => listBroadcasts(files), MediaError, "00000003/block.json: ");
});
