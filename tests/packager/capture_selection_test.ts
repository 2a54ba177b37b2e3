import { assertEquals, assertThrows } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { MediaError } from "../../lib/errors.ts";
import type { CaptureTime } from "../../lib/packager/capture_options.ts";
import { selectCapture } from "../../lib/packager/capture_selection.ts";
import { MemoryFileSystem } from "../archive/memory_file_system.ts";
import { append, createTrack, EPOCH, TRACKS } from "../archive/recording.ts";

const HOUR = 3600e6;

/** A broadcast of two periods, and one of a period that an uncounted one follows. */
function record(): MemoryFileSystem {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
  append(writer, { from: 0, end: 20 });
  writer.beginPeriod({ start: EPOCH + 60e6, tracks: TRACKS });
  append(writer, { from: 0, end: 20 });
  writer.endBroadcast(EPOCH + HOUR);
  writer.beginPeriod({ epoch: EPOCH + HOUR, start: EPOCH + HOUR, tracks: TRACKS });
  append(writer, { from: 0, end: 20 });
  const third = createTrack("missing", "audio");
  writer.beginPeriod({ start: EPOCH + HOUR + 60e6, tracks: [...TRACKS, third] });
  append(writer, { from: 0, end: 20 });
  writer.endPeriod();
  return files;
}

const at = (seconds: number): CaptureTime => ({ utc: EPOCH + seconds * 1e6 });

/** Start of each period in seconds since the epoch of the first broadcast, and its video segments. */
function select(from?: CaptureTime, to?: CaptureTime): (string | number)[][] {
  const { periods } = selectCapture(record(), { ...from && { from }, ...to && { to } });
  return periods.map(({ start, tracks }) => [
    (start - EPOCH) / 1e6,
    tracks[0]!.segments.map(({ ordinal }) => ordinal).join(),
  ]);
}

const ALL = "0,1,2,3,4,5,6,7,8,9";

const CASES: [name: string, from: CaptureTime | undefined, to: CaptureTime | undefined, object][] =
  [
    ["the last broadcast", undefined, undefined, [[3600, ALL]]],
    ["seconds of the last broadcast", { seconds: 6 }, { seconds: 10 }, [[3606, "3,4"]]],
    ["an earlier broadcast", at(0), undefined, [[0, ALL], [60, ALL]]],
    ["a part of two periods", at(15), { seconds: 63 }, [[14, "7,8,9"], [60, "0,1"]]],
    ["the next period of the broadcast", at(40), undefined, [[60, ALL]]],
    ["the next broadcast", at(100), undefined, [[3600, ALL]]],
    ["what there is from a time before the archive", at(-1000), at(1), [[0, "0"]]],
  ];

for (const [name, from, to, expected] of CASES) {
  Deno.test(`selectCapture() selects ${name}`, () => assertEquals(select(from, to), expected));
}

Deno.test("selectCapture() rejects a range without a segment", () => {
  const reject = (from: CaptureTime) =>
    assertThrows(() => select(from), MediaError, "Cannot find a recorded segment in this range");
  reject(at(10_000));
  reject({ seconds: 5000 });
});

Deno.test("selectCapture() warns of periods that viewers did not get", () => {
  const { warnings } = selectCapture(record(), {});
  assertEquals(warnings.length, 1);
  assertEquals(warnings[0]!.startsWith("the period of 2026-"), true);
});
