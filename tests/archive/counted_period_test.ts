import { assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { ChannelHistory } from "../../lib/archive/channel_history.ts";
import { readArchivedCounts, withCounts } from "../../lib/archive/counted_period.ts";
import { readBlock } from "../../lib/archive/recovery.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import { append, EPOCH, readRecords, TRACKS } from "./recording.ts";

function record(): MemoryFileSystem {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
  append(writer, { from: 0, end: 4 });
  writer.fixTarget(2, EPOCH);
  append(writer, { from: 4, end: 12 });
  writer.endPeriod();
  return files;
}

Deno.test("readArchivedCounts() reads what the records of a block state of its period", () => {
  const files = record();
  const [{ records }] = readRecords(files) as [ReturnType<typeof readRecords>[0]];
  const counted = readArchivedCounts(readBlock(files, 1), records);
  assertEquals([counted.period.number, counted.broadcast.target], [1, 2]);
  assertEquals(counted.tracks.map(({ ordinal }) => ordinal), [1, 1]);
  const history = new ChannelHistory();
  history.addBlock(1, readBlock(files, 1));
  history.addRecords(1, records);
  const listed = history.snapshot()!.periods[0]!.renditions.map((it) => it.listedBandwidth);
  assertEquals(counted.tracks.map(({ rates }) => rates?.listed), listed);
});

Deno.test("withCounts() states the bandwidth with which a rendition was listed, whatever is read of the block", () => {
  const files = record();
  const [{ records }] = readRecords(files) as [ReturnType<typeof readRecords>[0]];
  const block = readBlock(files, 1);
  const counted = readArchivedCounts(block, records);
  const listed = counted.tracks.map(({ rates }) => rates?.listed);
  for (let count = 0; count <= records.length; count++) {
    const history = new ChannelHistory();
    history.addBlock(1, withCounts(block, counted));
    history.addRecords(1, records.slice(0, count));
    const [period] = history.snapshot()?.periods ?? [];
    if (!period) continue;
    assertEquals(period.renditions.map((it) => it.listedBandwidth), listed);
  }
});
