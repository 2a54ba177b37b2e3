import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { NON_SYNC_FLAGS, SYNC_FLAGS } from "../../../lib/mp4/samples/sample_table.ts";
import { u8 } from "../../mp4/movie_file.ts";
import { START, type TestMessage, TestReader, toMessages } from "./flv_messages.ts";
import { readSource, type SourceTrack } from "./media_source.ts";
import { frameTag, sequenceHeader } from "./pushed_tags.ts";
import { legacyAac, legacyAvc } from "./tag_bytes.ts";

const [video] = await readSource("ladder-avc-240p.mp4") as [SourceTrack];
const [audio] = await readSource("ladder-aac-eng.mp4") as [SourceTrack];
const [otherVideo] = await readSource("ladder-avc-360p.mp4") as [SourceTrack];

const header = (track: SourceTrack, timestamp = 0): TestMessage => (
  { type: track.type, timestamp, payload: sequenceHeader(track, "legacy")! }
);
const frame = (track: SourceTrack, index: number, timestamp: number): TestMessage => (
  { type: track.type, timestamp, payload: frameTag(track, track.frames[index]!, "legacy") }
);

/** Checks that a track has all frames once and unchanged, at their times within a millisecond. */
function checkSamples(reader: TestReader, id: number, { type, frames }: SourceTrack): void {
  const samples = reader.samples(id);
  const timescale = reader.inits[0]!.tracks.get(id)!.track.timescale;
  assertEquals(samples.map(({ data }) => data), frames.map(({ bytes }) => bytes));
  for (const [i, { time, offset, flags }] of samples.entries()) {
    const own = frames[i]!;
    assertEquals(flags, own.isKey ? SYNC_FLAGS : NON_SYNC_FLAGS);
    assertEquals(offset, own.offset);
    if (type === "video") assertEquals(time, START + own.time);
    else {assert(
        Math.abs(time / timescale - (START + own.time) / 1000) <= 0.001 + 1e-9,
        `${i}: ${time}`,
      );}
  }
}

const FILES: [file: string, format: "legacy" | "enhanced"][] = [
  ["pair-avc-aac.mp4", "legacy"],
  ["pair-avc-aac.mp4", "enhanced"],
  ["tone-mp3-stereo.mp4", "legacy"],
  ["tone-mp3-stereo.mp4", "enhanced"],
  ["tone-heaac-implicit.mp4", "legacy"],
  ["test-hevc-hvc1.mp4", "enhanced"],
  ["test-av1-main.mp4", "enhanced"],
  ["test-vp9-profile0.mp4", "enhanced"],
  ["tone-opus-stereo.mp4", "enhanced"],
  ["tone-opus-surround.mp4", "enhanced"],
  ["tone-flac-stereo.mp4", "enhanced"],
  ["tone-ac3-surround.mp4", "enhanced"],
  ["tone-eac3-surround.mp4", "enhanced"],
];

for (const [file, format] of FILES) {
  Deno.test(`FlvReader returns all frames of ${file} in ${format} tags`, async () => {
    const tracks = await readSource(file);
    const reader = new TestReader().play(toMessages(tracks, format)).finish();
    assertEquals(reader.inits.length, 1);
    assertEquals(reader.inits[0]!.warnings, []);
    for (const track of tracks) checkSamples(reader, track.type === "video" ? 1 : 2, track);
    assertEquals(reader.reader.heldBytes, 0);
  });
}

Deno.test("FlvReader gives frames of audio durations that do not tick", () => {
  const reader = new TestReader().play(toMessages([audio], "legacy")).finish();
  assertEquals([...new Set(reader.samples(2).map(({ duration }) => duration))], [1024]);
});

Deno.test("FlvReader returns frames at most half a second after they came", () => {
  const reader = new TestReader();
  const messages = toMessages([video, audio], "legacy");
  const sent = { video: 0, audio: 0, data: 0 };
  for (const message of messages.slice(0, 400)) {
    reader.now = Math.max(reader.now, message.timestamp);
    reader.add(message);
    const isFrame = message.payload[1] === 1;
    if (isFrame) sent[message.type]++;
    for (
      const [id, { frames }, count] of [[1, video, sent.video], [2, audio, sent.audio]] as const
    ) {
      const overdue = frames.slice(0, count).filter(({ time }) =>
        START + time <= reader.now - 500
      ).length;
      assert(reader.samples(id).length >= overdue);
    }
  }
});

Deno.test("FlvReader returns the last frame without waiting for the next one", () => {
  const reader = new TestReader().add(header(video), header(audio));
  reader.play([0, 1, 2].map((i) => frame(video, i, 40 * i)));
  assertEquals(reader.wait(390).samples(1).length, 2);
  reader.wait(80);
  assertEquals(reader.samples(1).map(({ duration }) => duration), [40, 40, 40]);
});

Deno.test("FlvReader waits a second for a track that is announced and never sent (mediamtx#5250)", () => {
  const messages = toMessages([video, audio], "legacy").filter(({ type }) => type !== "audio");
  const reader = new TestReader().play(messages.slice(0, 26));
  assertEquals(reader.items, []);
  reader.play(messages.slice(26));
  assertEquals(reader.inits.map(({ names }) => [...names!.values()]), [["video"]]);
  assertEquals(reader.finish().samples(1).length, video.frames.length);
});

Deno.test("FlvReader does not wait for a track that is not announced", () => {
  const reader = new TestReader().play(toMessages([video], "legacy").slice(0, 15));
  assertEquals(reader.inits.length, 1);
});

Deno.test("FlvReader adds a track that comes late at the next key frame", () => {
  const early = toMessages([video], "legacy");
  const late = toMessages([audio], "legacy").slice(1).map((message) => (
    { ...message, timestamp: message.timestamp + (message.payload[1] === 0 ? 400 : 500) }
  ));
  const order = ({ timestamp }: TestMessage) => Math.max(START, timestamp); // headers first
  const messages = [...early, ...late].sort((a, b) => order(a) - order(b));
  const reader = new TestReader().play(messages).finish();
  assertEquals(reader.inits.map(({ names }) => [...names!.values()]), [["video"], [
    "video",
    "audio",
  ]]);
  const second = reader.items.findIndex((item) =>
    item.kind === "init" && item.init.tracks.size === 2
  );
  const fragments = reader.items.slice(second).flatMap((item) =>
    item.kind === "fragment" ? item.tracks : []
  );
  const first = fragments.find(({ trackId }) => trackId === 1);
  assertEquals(first?.samples.flags[0], SYNC_FLAGS);
  checkSamples(reader, 1, video);
  assertEquals(reader.samples(2).length, audio.frames.length);
});

Deno.test("FlvReader ignores a sequence header that comes again (srs#4695)", () => {
  const messages = toMessages([video, audio], "legacy").flatMap((message) =>
    message.type === "video" ? [header(video, message.timestamp), message] : [message]
  );
  const reader = new TestReader().play(messages).finish();
  assertEquals(reader.inits.length, 1);
  checkSamples(reader, 1, video);
});

Deno.test("FlvReader starts an init segment with the key frame behind another sequence header", () => {
  const reader = new TestReader().add(header(video)).wait(1000);
  reader.play(Array.from({ length: 30 }, (_, i) => frame(video, i, 1000 + 40 * i)));
  reader.add(header(otherVideo, 2200), frame(video, 30, 2200));
  reader.play(Array.from({ length: 30 }, (_, i) => frame(otherVideo, i, 2240 + 40 * i))).finish();
  const sizes = reader.inits.map(({ tracks }) => tracks.get(1)!.track.entries[0]!.width);
  assertEquals(sizes, [426, 640]);
  const expected = [...video.frames.slice(0, 31), ...otherVideo.frames.slice(0, 30)];
  const samples = reader.samples(1);
  assertEquals(samples.map(({ data }) => data), expected.map(({ bytes }) => bytes));
  assertEquals(samples.map(({ time }) => time), samples.map((_, i) => 1000 + 40 * i));
});

Deno.test("FlvReader gives frames of one time, and of a little before, a tick more (mediamtx#1431)", () => {
  const times = [0, 40, 40, 80, 79, 120];
  const reader = new TestReader().add(header(video));
  reader.play(times.map((time, i) => frame(video, i, time))).finish();
  assertEquals(reader.samples(1).map(({ time }) => time), [0, 40, 41, 80, 81, 120]);
  const presented = reader.samples(1).map(({ time, offset }) => time + offset);
  for (const [i, time] of times.entries()) {
    assert(Math.abs(presented[i]! - time - video.frames[i]!.offset) <= 2, `${i}`);
  }
});

Deno.test("FlvReader leaves a hole where a second of video is missing", () => {
  const reader = new TestReader().add(header(video));
  reader.play([0, 40, 80, 1500, 1540].map((time, i) => frame(video, i, time))).finish();
  const fragments = reader.items.flatMap((item) => item.kind === "fragment" ? item.tracks : []);
  assertEquals(fragments.map(({ time }) => time), [0n, 1500n]);
  assertEquals(reader.samples(1).map(({ duration }) => duration), [40, 40, 40, 40, 40]);
});

Deno.test("FlvReader leaves out a track that is broken or unsupported, and says so once", () => {
  const messages = [
    ...toMessages([audio], "legacy").slice(1),
    ...[10, 20, 30].map((timestamp): TestMessage => ({
      type: "video",
      timestamp,
      payload: u8(0x12, 0),
    })),
  ].sort((a, b) => a.timestamp - b.timestamp);
  const reader = new TestReader().play(messages).finish();
  const expected = "Track 'video' is left out: CodecID 2 is not supported";
  assertEquals(reader.inits.map(({ warnings }) => warnings), [[expected]]);
  const broken = legacyAvc(0, u8(0, 1, 2, 3));
  const other = new TestReader().add({ type: "video", timestamp: 0, payload: broken });
  other.play(toMessages([audio], "legacy").slice(1)).finish();
  assertEquals(other.inits[0]!.warnings, [
    "Track 'video' is left out: its sequence header is broken: Cannot read version 0",
  ]);
  checkSamples(other, 2, audio);
});

Deno.test("FlvReader rejects what has no supported track for a second", () => {
  const reader = new TestReader().add({ type: "video", timestamp: 0, payload: u8(0x12, 0) });
  reader.wait(1000);
  assertThrows(
    () => reader.add(frame(audio, 0, 1000)),
    MediaError,
    "Cannot find audio or video that can be stored: Track 'video' is left out: CodecID 2 is not " +
      "supported. Track 'audio' is left out: its frames have no sequence header",
  );
});

Deno.test("FlvReader ignores empty messages and frames", () => {
  const reader = new TestReader().add(
    { type: "audio", timestamp: 0, payload: u8() },
    { type: "audio", timestamp: 0, payload: legacyAac(1, u8()) },
    { type: "video", timestamp: 0, payload: legacyAvc(1, u8()) },
  );
  assertEquals(reader.finish().items, []);
});
