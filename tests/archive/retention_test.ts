import { assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { listBlocks } from "../../lib/archive/recovery.ts";
import {
  measureBlock,
  MeasuredBlocks,
  removeExpiredBlocks,
  type Retention,
} from "../../lib/archive/retention.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import { createChunk, EPOCH, TRACKS } from "./recording.ts";

/** Records hours of segments of 10 s. */
function record(writer: ArchiveWriter, hours: number): void {
  for (let second = 0; second < 3600 * hours; second += 10) {
    for (const track of TRACKS.keys()) {
      writer.append({ ...createChunk(track, second, { count: 10 }), samples: new Uint8Array(40) });
    }
  }
}

/** Two broadcasts of an hour and of three, the second under way: blocks 1 to 6 and 7 to 24. */
function createArchive(): { files: MemoryFileSystem; writer: ArchiveWriter } {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
  record(writer, 1);
  writer.endBroadcast(EPOCH);
  writer.beginPeriod({ epoch: EPOCH + 1e10, start: EPOCH + 1e10, tracks: TRACKS });
  record(writer, 3);
  return { files, writer };
}

const ARCHIVE = createArchive();

const CASES: [retention: Retention, first: number][] = [
  [{ keep: "all", window: 60 }, 1],
  [{ keep: "window", window: "all" }, 7],
  [{ keep: "window", window: 1 }, 23],
  [{ keep: "window", window: 1200 }, 23],
  [{ keep: "window", window: 1201 }, 22],
  [{ keep: 7200, window: 60 }, 13],
  [{ keep: 10_800 + 1800, window: 60 }, 4],
  [{ keep: 1e6, window: 60 }, 1],
];

for (const [retention, first] of CASES) {
  Deno.test(`removeExpiredBlocks() deletes blocks before ${first}: ${JSON.stringify(retention)}`, () => {
    const files = ARCHIVE.files.clone();
    const expired = Array.from({ length: first - 1 }, (_, i) => i + 1);
    assertEquals(removeExpiredBlocks(files, retention), expired);
    assertEquals(listBlocks(files), Array.from({ length: 25 - first }, (_, i) => first + i));
    assertEquals(removeExpiredBlocks(files, retention), []);
  });
}

Deno.test("removeExpiredBlocks() measures many blocks in several calls", () => {
  const files = ARCHIVE.files.clone();
  const measured = new MeasuredBlocks(5);
  const retention = { keep: 7200, window: 60 } as const;
  const results = Array.from({ length: 5 }, () => removeExpiredBlocks(files, retention, measured));
  assertEquals(results.map((it) => it?.length), [undefined, undefined, undefined, 12, 0]);
  assertEquals(measured.durations.size, 10);
});

Deno.test("removeExpiredBlocks() deletes nothing between two broadcasts", () => {
  const { files, writer } = createArchive();
  writer.endBroadcast(EPOCH + 2e10);
  const retention = { keep: "window", window: 60 } as const;
  assertEquals(removeExpiredBlocks(files, retention), []);
  writer.beginPeriod({ epoch: EPOCH + 3e10, start: EPOCH + 3e10, tracks: TRACKS });
  assertEquals(removeExpiredBlocks(files, retention)?.length, 23);
  record(writer, 0.01);
  writer.endPeriod();
  assertEquals(writer.last?.progress.counts.segments["feed-video"], 1444);
});

Deno.test("removeExpiredBlocks() deletes nothing of an empty archive", () => {
  assertEquals(removeExpiredBlocks(new MemoryFileSystem(), { keep: "window", window: 60 }), []);
});

Deno.test("measureBlock() returns seconds", () => {
  assertEquals([1, 6, 7, 24].map((number) => measureBlock(ARCHIVE.files, number)), [
    600,
    600,
    600,
    600,
  ]);
});
