import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { ArchiveWriter } from "../../../lib/archive/archive_writer.ts";
import { listBlocks, readBlock } from "../../../lib/archive/recovery.ts";
import type { ChannelEvent } from "../../../lib/live/segmenter/channel_events.ts";
import {
  ChannelRecorder,
  type ChannelRecorderOptions,
} from "../../../lib/live/recording/channel_recorder.ts";
import { MemoryFileSystem } from "../../archive/memory_file_system.ts";
import { readRecords, readSamples } from "../../archive/recording.ts";
import { listEncoded, NOW, pushAll, TestChannel } from "../channel.ts";
import { Encoder } from "../encoder.ts";

const OPTIONS: ChannelRecorderOptions = {
  publisher: "main",
  tracks: new Map([["feed-audio", { language: "fr", label: "Français" }]]),
  buildInit: ({ name }) => new TextEncoder().encode(`init of ${name}`),
};

/** A channel whose events are recorded. */
class RecordedChannel extends TestChannel {
  readonly recorder: ChannelRecorder;
  failures = 0;

  constructor(readonly files: MemoryFileSystem) {
    const recorder = new ChannelRecorder(ArchiveWriter.open(files), OPTIONS);
    super({}, recorder.resumed);
    this.recorder = recorder;
  }

  override take(events: readonly ChannelEvent[]): void {
    const isContinued = this.periods.length === 0 && this.recorder.resumed !== undefined;
    super.take(isContinued ? events.filter(({ kind }) => kind === "period continued") : events);
    const { isFull } = this.recorder.record(events);
    if (!isFull) return;
    this.failures++;
    this.take(this.segmenter.fail());
  }
}

/** Bytes of the samples of a track in the archive, as text. */
function listStored(files: MemoryFileSystem, track: number): string[] {
  return readSamples(files).flatMap((line) => {
    const [, index, hex] = /^\d+\/(\d+)@\d+ (.*)$/.exec(line)!;
    if (Number(index) !== track) return [];
    return new TextDecoder().decode(Uint8Array.fromHex(hex!)).match(/[va]\d+\.\d+/g) ?? [];
  });
}

Deno.test("ChannelRecorder stores every sample that is pushed, once and in order", () => {
  const files = new MemoryFileSystem();
  const channel = new RecordedChannel(files);
  const encoder = new Encoder({});
  pushAll(channel, encoder, 8);
  for (const [track, type] of (["video", "audio"] as const).entries()) {
    assertEquals(listStored(files, track), listEncoded(encoder, type, 8));
  }
  const block = readBlock(files, 1);
  assertEquals(block.tracks.map(({ name, label, publisher }) => [name, label, publisher]), [
    ["feed-video", undefined, "main"],
    ["feed-audio", "Français", "main"],
  ]);
  const resumes = block.tracks.map(({ resume }) => resume!);
  assertEquals(resumes.map(({ moov }) => moov !== undefined), [true, false]); // 200 tracks may share 1 MB
  assertEquals(resumes.map(({ initKey }) => initKey.length), [64, 64]);
  assertEquals([block.broadcast.epoch, block.period.reason], [channel.last.began.start, "start"]);
  const { records } = readRecords(files)[0]!;
  assertEquals(records.slice(-2).map(({ kind }) => kind), ["block", "broadcast"]);
  assert(records.some((record) => record.kind === "target" && record.seconds === 2));
  const segments = records.filter((record) => record.kind === "segment" && record.track === 0);
  let end = 0;
  for (const segment of segments) {
    assert(segment.kind === "segment");
    assertEquals(segment.time, end);
    end += segment.presentedDuration;
  }
  assertAlmostEquals(end / block.tracks[0]!.timescale, 8, 1e-9);
});

Deno.test("ChannelRecorder continues the period of a process that was killed", () => {
  const files = new MemoryFileSystem();
  const encoder = new Encoder({ profile: "cmaf", start: NOW });
  const killed = new RecordedChannel(files);
  const request = killed.open().push(encoder.init);
  for (let i = 0; i < 5; i++) {
    killed.wait(1);
    request.push(encoder.fragment(i));
  }
  const next = new RecordedChannel(files);
  next.time = 6;
  const again = next.open().push(encoder.init);
  for (let i = 4; i < 8; i++) { // one that was stored is sent again
    again.push(encoder.fragment(i));
    next.wait(1);
  }
  again.push(encoder.end).finish();
  next.wait(1);
  assertEquals([next.continued, next.periods.length], [1, 0]);
  assertEquals(listStored(files, 0), listEncoded(encoder, "video", 8));
  assertEquals(listStored(files, 1), listEncoded(encoder, "audio", 8));
  const ids = listBlocks(files).map((number) => readBlock(files, number).period.id);
  assertEquals(ids, [1, 1]);
});

Deno.test("ChannelRecorder drops samples while the disk is full, and begins a period when there is room", () => {
  const files = new MemoryFileSystem({ capacity: 9000 });
  const channel = new RecordedChannel(files);
  const encoder = new Encoder({});
  const request = channel.open().push(encoder.init);
  for (let i = 0; i < 24; i++) {
    if (i === 16) files.capacity = Infinity;
    channel.wait(1);
    request.push(encoder.fragment(i));
  }
  assert(channel.failures > 0);
  request.push(encoder.end).finish();
  const stored = listStored(files, 0);
  const all = listEncoded(encoder, "video", 24);
  const lost = all.indexOf(stored.at(-1)!) + 1 - stored.length;
  assert(lost > 0 && lost < 18 * 25, String(lost));
  assertEquals(new Set(stored).size, stored.length);
  const blocks = listBlocks(files).map((number) => readBlock(files, number));
  assertEquals(blocks.at(-1)!.period.reason, "disk");
  assertEquals(stored.at(-1), all.at(-1));
});
