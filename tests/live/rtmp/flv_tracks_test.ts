/** Tracks that start, change and are left out, through `FlvReader`. */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { MediaError } from "../../../lib/errors.ts";
import { ascii, concat, u8 } from "../../mp4/movie_file.ts";
import { metadata, START, type TestMessage, TestReader, toMessages } from "./flv_messages.ts";
import { readSource, type SourceTrack } from "./media_source.ts";
import { toEnhanced } from "./pushed_tags.ts";
import { type EnhancedTag, enhancedTag, SEQUENCE_START } from "./tag_bytes.ts";

const [video] = await readSource("ladder-avc-240p.mp4") as [SourceTrack];
const [audio] = await readSource("ladder-aac-eng.mp4") as [SourceTrack];
const [french] = await readSource("ladder-aac-fra.mp4") as [SourceTrack];
const [dolby] = await readSource("tone-eac3-stereo.mp4") as [SourceTrack];
const [av1] = await readSource("test-av1-main.mp4") as [SourceTrack];
const [opus] = await readSource("tone-opus-stereo.mp4") as [SourceTrack];

const message = (tag: EnhancedTag, timestamp: number): TestMessage => (
  { type: tag.type, timestamp, payload: enhancedTag(tag) }
);

/** Messages of a track with a trackId. */
function toTrack(track: SourceTrack, trackId: number, delay = 0): TestMessage[] {
  const { type, fourCc, configuration, frames } = track;
  const form = trackId > 0 ? { form: "one track" } as const : {};
  const header = { fourCc, trackId, body: configuration };
  const start = { type, packetType: SEQUENCE_START, tracks: [header], ...form };
  const headers = configuration.length > 0 ? [message(start, START + delay)] : [];
  return [
    ...headers,
    ...frames.map((frame) =>
      message({ ...toEnhanced(track, frame, trackId), ...form }, START + delay + frame.time)
    ),
  ];
}

/** Sends headers at the start of their track. */
function inOrder(...tracks: readonly (readonly TestMessage[])[]): TestMessage[] {
  const order = ({ timestamp }: TestMessage) => Math.max(START, timestamp);
  return tracks.flat().sort((a, b) => order(a) - order(b));
}

const names = (reader: TestReader) => reader.inits.map(({ names }) => [...names!.values()]);

Deno.test("FlvReader names tracks by type and trackId", () => {
  const messages = inOrder(
    [metadata([video, audio])],
    toTrack(video, 0),
    toTrack(audio, 0),
    toTrack(french, 2),
  );
  const reader = new TestReader().play(messages).finish();
  assertEquals(names(reader), [["video", "audio", "audio-2"]]);
  assertEquals(reader.samples(6).map(({ data }) => data), french.frames.map(({ bytes }) => bytes));
});

Deno.test("FlvReader finds a track without sequence header with its first frame", () => {
  const reader = new TestReader().play(
    inOrder(toTrack(video, 0), toTrack(audio, 0), toTrack(dolby, 1)),
  );
  assertEquals(names(reader.finish()), [["video", "audio", "audio-1"]]);
  assertEquals(reader.samples(4).length, dolby.frames.length);
});

Deno.test("FlvReader reads AV1 and Opus as ffmpeg 8 sends them (veovera/enhanced-rtmp: testsrc.flv)", () => {
  const tracks = [{ fourCc: "av01", trackId: 0, body: u8() }];
  const empty = message({ type: "video", packetType: SEQUENCE_START, tracks }, START);
  const mapping = concat(u8(0x94), ascii("Opus"), u8(1, 1, 0, 0, 0, 4));
  const colours = concat(u8(0xd4), ascii("av01"), u8(2, 0, 9), ascii("colorInfo"), u8(3, 0, 0, 9));
  const messages: TestMessage[] = [
    metadata([av1, opus]),
    empty,
    ...toTrack(opus, 0).slice(0, 1),
    { type: "audio", timestamp: START, payload: mapping },
    ...inOrder(
      toTrack(opus, 0).slice(1),
      [{ type: "video", timestamp: START, payload: colours }, ...toTrack(av1, 0)],
    ),
  ];
  const reader = new TestReader().play(messages).finish();
  assertEquals(names(reader), [["video", "audio"]]);
  assertEquals(reader.inits[0]!.warnings, []);
  assertEquals(reader.samples(1).map(({ data }) => data), av1.frames.map(({ bytes }) => bytes));
  assertEquals(reader.samples(2).map(({ data }) => data), opus.frames.map(({ bytes }) => bytes));
});

Deno.test("FlvReader changes audio at the next key frame of video", () => {
  const before = toTrack(audio, 0).filter(({ timestamp }) => timestamp < START + 2000);
  const after = toTrack(opus, 0, 2100);
  const messages = inOrder([metadata([video, audio])], toTrack(video, 0), before, after);
  const reader = new TestReader().play(messages).finish();
  assertEquals(reader.inits.map(({ tracks }) => tracks.get(2)!.codec.family), ["aac", "opus"]);
  const change = reader.items.findIndex((item, i) => i > 0 && item.kind === "init");
  const earlier = new TestReader();
  earlier.items.push(...reader.items.slice(0, change));
  const key = video.frames.findIndex(({ time, isKey }) => isKey && time > 2100);
  assertEquals(earlier.samples(1).length, key);
  assertEquals(reader.samples(1).length, video.frames.length);
  const started = opus.frames.filter(({ time }) => time >= 0); // behind the header
  assertEquals(reader.samples(2).length, before.length - 1 + started.length);
});

Deno.test("FlvReader changes audio that is alone at once", () => {
  const before = toTrack(audio, 0).filter(({ timestamp }) => timestamp < START + 2000);
  const reader = new TestReader().play(inOrder(before, toTrack(opus, 0, 2010)));
  assertEquals(reader.inits.map(({ tracks }) => tracks.get(2)!.codec.family), ["aac", "opus"]);
});

Deno.test("FlvReader covers no hole where a track changes", () => {
  const before = toTrack(audio, 0).filter(({ timestamp }) => timestamp < START + 2000);
  const reader = new TestReader().play(inOrder(before, toTrack(opus, 0, 1e9))).finish();
  const durations = new Set(reader.samples(2).map(({ duration }) => duration));
  assertEquals([...durations], [1024, 960]);
});

Deno.test("FlvReader changes a track without a key frame after ten seconds", () => {
  const inter = toTrack(video, 0).filter((_, i) => i < 2);
  const reader = new TestReader().play(inOrder(inter, toTrack(audio, 0, 10)));
  const french = toTrack(opus, 0, 7000);
  reader.play(french);
  assertEquals(reader.inits.length, 1);
  reader.wait(10_000);
  assertEquals(reader.inits.map(({ tracks }) => tracks.get(2)!.codec.family), ["aac", "opus"]);
});

Deno.test("FlvReader waits with at most 16 MB for tracks", () => {
  const reader = new TestReader().add(metadata([video, audio]), toTrack(video, 0)[0]!);
  const key = toEnhanced(video, video.frames[0]!);
  const [part] = key.tracks as [typeof key.tracks[number]];
  const large = { ...key, tracks: [{ ...part, body: concat(part.body, new Uint8Array(2 ** 22)) }] };
  for (let i = 0; i < 4; i++) {
    assertEquals(reader.items, []);
    reader.add(message(large, START + i));
  }
  assertEquals(names(reader), [["video"]]);
  assert(reader.reader.heldBytes < 2 ** 23, `${reader.reader.heldBytes}`);
});

Deno.test("FlvReader rejects more than 100 tracks", () => {
  const reader = new TestReader();
  const [header] = toTrack(audio, 1);
  const of = (trackId: number) => {
    const payload = header!.payload.slice();
    payload[6] = trackId;
    return { ...header!, payload };
  };
  for (let id = 0; id < 100; id++) reader.add(of(id));
  assertThrows(() => reader.add(of(100)), MediaError, "Cannot store more than 100 tracks");
  reader.add(of(99));
});

Deno.test("FlvReader drops frames of another codec than the sequence header", () => {
  const reader = new TestReader().play(toMessages([video], "legacy").slice(0, 30));
  const key = message({ ...toEnhanced(av1, av1.frames[0]!) }, START + 2000);
  reader.add(key).finish();
  assertEquals(reader.samples(1).length, 28);
});
