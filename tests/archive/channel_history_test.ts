import { assert, assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../lib/archive/archive_writer.ts";
import { ChannelHistory, type ChannelSnapshot } from "../../lib/archive/channel_history.ts";
import { selectListedPeriods } from "../../lib/archive/listed_periods.ts";
import { listBlocks, readBlock } from "../../lib/archive/recovery.ts";
import { MemoryFileSystem } from "./memory_file_system.ts";
import { append, createChunk, createTrack, EPOCH, readRecords, TRACKS } from "./recording.ts";

/** Reads blocks and records as a server does that looks again and again. */
class Follower {
  readonly history = new ChannelHistory();
  readonly #read = new Map<number, number>();

  constructor(readonly files: MemoryFileSystem) {}

  refresh(): ChannelSnapshot | undefined {
    for (const { number, records } of readRecords(this.files)) {
      const known = this.#read.get(number);
      if (known === undefined) this.history.addBlock(number, readBlock(this.files, number));
      this.history.addRecords(number, records.slice(known ?? 0));
      this.#read.set(number, records.length);
    }
    return this.history.snapshot();
  }
}

function start(): { files: MemoryFileSystem; writer: ArchiveWriter; follower: Follower } {
  const files = new MemoryFileSystem();
  const writer = ArchiveWriter.open(files);
  writer.beginPeriod({ epoch: EPOCH, start: EPOCH, tracks: TRACKS });
  return { files, writer, follower: new Follower(files) };
}

const summarize = (snapshot: ChannelSnapshot | undefined) =>
  snapshot?.periods.map(({ number, isOver, renditions }) => [
    number,
    isOver,
    ...renditions.map(({ firstOrdinal, timeline }) =>
      `${firstOrdinal}+${timeline.bytes.length}@${timeline.times[0]}-${timeline.times.at(-1)}`
    ),
  ]);

Deno.test("ChannelHistory follows a broadcast over its periods, to its end and to the next one", () => {
  const { writer, follower } = start();
  assertEquals(follower.refresh(), undefined);
  append(writer, { from: 0, end: 2 });
  assertEquals(follower.refresh(), undefined);
  append(writer, { from: 2, end: 4 });
  assertEquals(follower.refresh()!.broadcast.target, undefined);
  writer.fixTarget(2, EPOCH);
  writer.fixTarget(3, EPOCH);
  assertEquals(follower.refresh()!.broadcast.target, 2);
  assertEquals(summarize(follower.refresh()), [[1, false, "1+1@0-20", "1+1@0-20"]]);
  writer.beginPeriod({ start: EPOCH + 10e6, reason: "new init", tracks: TRACKS });
  assertEquals(summarize(follower.refresh()), [[1, true, "1+2@0-40", "1+2@0-40"]]);
  append(writer, { from: 0, end: 3 });
  assertEquals(summarize(follower.refresh()), [
    [1, true, "1+2@0-40", "1+2@0-40"],
    [2, false, "3+1@0-20", "3+1@0-20"],
  ]);
  assertEquals(follower.refresh()!.periods[1]!.reason, "new init");
  writer.endBroadcast(EPOCH + 20e6);
  const over = follower.refresh()!;
  assertEquals(over.broadcast, { number: 1, epoch: EPOCH, target: 2, isOver: true });
  assertEquals(over.lastArrival, EPOCH + 20e6);
  assertEquals(summarize(over), [
    [1, true, "1+2@0-40", "1+2@0-40"],
    [2, true, "3+2@0-30", "3+2@0-30"],
  ]);
  writer.beginPeriod({ epoch: EPOCH + 60e6, start: EPOCH + 60e6, tracks: TRACKS });
  assertEquals(summarize(follower.refresh()), summarize(over));
  assertEquals(follower.refresh()!.broadcast.isOver, true);
  append(writer, { from: 0, end: 3 });
  assertEquals(summarize(follower.refresh()), summarize(over)); // its target duration is not fixed
  writer.fixTarget(3, EPOCH + 63e6);
  const next = follower.refresh()!;
  assertEquals(summarize(next), [[3, false, "5+1@0-20", "5+1@0-20"]]);
  assertEquals([next.broadcast.epoch, next.broadcast.target], [EPOCH + 60e6, 3]);
});

Deno.test("ChannelHistory is the same for a server that was there from the start and for one that comes late", () => {
  const { files, writer, follower } = start();
  let last: ChannelSnapshot | undefined;
  for (let second = 0; second < 1400; second += 2) {
    for (const track of TRACKS.keys()) writer.append(createChunk(track, second, { count: 2 }));
    if (second === 650) writer.beginPeriod({ start: EPOCH + 700e6, tracks: TRACKS });
    if (second % 38 === 0 || second === 1398) last = follower.refresh();
  }
  assertEquals(new Follower(files).refresh(), last);
  assertEquals(listBlocks(files).length, 4);
  follower.history.slide(100);
  const late = new Follower(files);
  late.refresh();
  late.history.slide(100);
  assertEquals(late.history.snapshot(), follower.history.snapshot());
  assertEquals(summarize(late.history.snapshot()), [[
    2,
    false,
    "650+50@12980-13980",
    "650+50@12980-13980",
  ]]);
});

Deno.test("ChannelHistory snapshots never change", () => {
  const { writer, follower } = start();
  const seen: [ChannelSnapshot, string][] = [];
  for (let second = 0; second < 200; second += 2) {
    for (const track of TRACKS.keys()) writer.append(createChunk(track, second, { count: 2 }));
    const snapshot = follower.refresh();
    if (snapshot) seen.push([snapshot, JSON.stringify(snapshot)]);
    follower.history.slide(50);
  }
  for (const [snapshot, text] of seen) assertEquals(JSON.stringify(snapshot), text);
});

Deno.test("ChannelHistory forgets deleted blocks", () => {
  const { files, writer, follower } = start();
  for (let second = 0; second < 1300; second += 2) {
    for (const track of TRACKS.keys()) writer.append(createChunk(track, second, { count: 2 }));
  }
  follower.refresh();
  follower.history.removeBlocksBefore(2);
  assertEquals(summarize(follower.history.snapshot()), [[
    1,
    false,
    "301+349@6000-12980",
    "301+349@6000-12980",
  ]]);
  assertEquals(listBlocks(files).length, 3);
});

Deno.test("selectListedPeriods() goes back to the first period with other renditions, or whose clock is not before", () => {
  const { writer, follower } = start();
  const others = [TRACKS[0]!, createTrack("other", "audio")];
  const periods: [start: number, tracks: typeof TRACKS][] = [
    [10, others],
    [20, TRACKS],
    [30, [...TRACKS].reverse()],
    [25, TRACKS],
    [40, TRACKS],
  ];
  append(writer, { from: 0, end: 2 });
  const listed = [];
  for (const [second, tracks] of periods) {
    writer.beginPeriod({ start: EPOCH + second * 1e6, tracks });
    append(writer, { from: 0, end: 3 });
    const snapshot = follower.refresh();
    assert(snapshot);
    listed.push(selectListedPeriods(snapshot.periods).map(({ number }) => number));
  }
  assertEquals(listed, [[2], [3], [3, 4], [5], [5, 6]]);
});

Deno.test("ChannelHistory has the bit rates of the broadcast, also without its first blocks", () => {
  const { files, writer, follower } = start();
  const appendBytes = (track: number, second: number, bytes: number) => {
    const chunk = createChunk(track, second, { count: 2 });
    const run = { ...chunk.run, sizes: Uint32Array.of(1, bytes - 1) };
    writer.append({ ...chunk, run, samples: new Uint8Array(bytes) });
  };
  const seen = new Set<number | undefined>();
  for (let second = 0; second < 1400; second += 2) {
    for (const track of TRACKS.keys()) appendBytes(track, second, second === 100 ? 5000 : 1000);
    if (second === 4) writer.fixTarget(2, EPOCH);
    if (second % 50 === 4) {
      seen.add(follower.refresh()?.periods[0]?.renditions[0]?.listedBandwidth);
    }
  }
  const last = follower.refresh()!.periods[0]!.renditions;
  const late = new ChannelHistory();
  const { number, records } = readRecords(files).at(-1)!;
  assertEquals(number, 3);
  late.addBlock(number, readBlock(files, number));
  late.addRecords(number, records);
  const lateRenditions = late.snapshot()!.periods[0]!.renditions;
  for (const [i, { bandwidths, listedBandwidth, firstOrdinal }] of lateRenditions.entries()) {
    assertEquals([bandwidths, listedBandwidth], [last[i]!.bandwidths, last[i]!.listedBandwidth]);
    assertEquals(firstOrdinal, 601);
    assert(bandwidths.bandwidth > 4 * listedBandwidth!);
  }
  assertEquals(seen.size, 1);
});
