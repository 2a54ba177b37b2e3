/** What users of other servers have reported of encoders over RTMP: what AMS does then. */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { ChunkOptions } from "./chunk_encoder.ts";
import { readSource, type SourceFrame, type SourceTrack } from "./media_source.ts";
import {
  checkStored,
  endSource,
  type PushedMessage,
  pushSource,
  readServed,
  writeInOrder,
} from "./pushed_source.ts";
import { describeTracks, frameTag, sequenceHeader } from "./pushed_tags.ts";
import { RtmpServer } from "./rtmp_server.ts";

const [video, audio] = await readTracks("ladder-avc-240p.mp4", "ladder-aac-eng.mp4");

/** In ms: two frames of OBS at once, since it cuts dts and offset apart. */
const MAX_TICKS = 0.002;

async function readTracks(...files: string[]): Promise<[SourceTrack, SourceTrack]> {
  const tracks = await Promise.all(files.map((file) => readSource(file)));
  return tracks.flat() as [SourceTrack, SourceTrack];
}

const BOTH = { "feed-video": video, "feed-audio": audio };

/** What cuts times, after how long, and who has reported it. */
const WRAPS: readonly [bits: number, after: string, chunks: Partial<ChunkOptions>][] = [
  [24, "4.6 h of an encoder without extended timestamps (Node-Media-Server#25)", {}],
  [31, "24.8 days of OBS (obs-studio#11013, go-livepeer#1422)", { wrapsBack: true }],
  [31, "24.8 days of an encoder that then sends whole headers (go-livepeer#1422)", {}],
  [32, "49.7 days", { wrapsBack: true }],
];

for (const [bits, after, chunks] of WRAPS) {
  Deno.test(`a broadcast goes on when times fall to 0 after ${after}`, async () => {
    await using server = new RtmpServer();
    const publishing = await server.publishRtmp({ chunks: { chunkSize: 4096, ...chunks } });
    await pushSource(server, publishing, {
      tracks: [video, audio],
      format: "legacy",
      start: 2 ** bits - 5000,
      write: (messages, encoder) =>
        writeInOrder(messages.map((it) => ({ ...it, time: it.time % 2 ** bits })), encoder),
    });
    await endSource(server, publishing);
    await checkStored(server, BOTH);
  });
}

/** What an encoder makes of the decode time of the frame `i`, in ms. */
const DTS_FAULTS: readonly [fault: string, change: (time: number, i: number) => number][] = [
  ["is back by 1 ms", (time, i) => i % 50 === 20 ? time - 41 : time],
  ["repeats the one before", (time, i) => i % 50 === 20 ? time - 40 : time],
  ["is 1 ms late, and the next one is not", (time, i) => i % 50 === 20 ? time + 1 : time],
];

for (const [fault, change] of DTS_FAULTS) {
  Deno.test(`every frame is stored where a decode time ${fault} (mediamtx#1431)`, async () => {
    const frames = video.frames.map((frame, i): SourceFrame => {
      const time = change(frame.time, i);
      return { ...frame, time, offset: frame.offset + frame.time - time };
    });
    const changed = { ...video, frames };
    await using server = new RtmpServer();
    const publishing = await server.publishRtmp();
    await pushSource(server, publishing, { tracks: [changed, audio], format: "legacy" });
    await endSource(server, publishing);
    await checkStored(server, { "feed-video": changed, "feed-audio": audio }, MAX_TICKS);
    const [period] = await server.listPeriods();
    const times = (await readServed(server, period!)).get("feed-video")!
      .map(({ decodeTime }) => decodeTime);
    for (const [i, time] of times.entries()) assert(i === 0 || time > times[i - 1]!);
  });
}

/** Adds the sequence header of a track before each key frame from `from` on. */
function withHeaders(header: SourceTrack, from = 0) {
  return (frames: Parameters<typeof frameMessages>[0]) =>
    frameMessages(frames).flatMap((message, i): PushedMessage[] => {
      const { frame, track } = frames[i]!;
      if (track !== 0 || !frame.isKey || frame.seconds < from) return [message];
      const payload = sequenceHeader(header, "legacy")!;
      return [{ type: "video", time: frame.time, payload }, message];
    });
}

function frameMessages(
  frames: readonly { readonly track: number; readonly frame: SourceFrame }[],
): PushedMessage[] {
  const tracks = [video, audio];
  return frames.map(({ track, frame }) => ({
    type: tracks[track]!.type,
    time: frame.time,
    payload: frameTag(tracks[track]!, frame, "legacy"),
  }));
}

Deno.test("a sequence header that is repeated before each key frame is nothing (srs#4695)", async () => {
  await using server = new RtmpServer();
  const publishing = await server.publishRtmp();
  const push = { tracks: [video, audio], format: "legacy" } as const;
  await pushSource(server, publishing, { ...push, buildMessages: withHeaders(video) });
  await endSource(server, publishing);
  await checkStored(server, BOTH);
});

Deno.test("another sequence header begins a period at its key frame", async () => {
  const [other] = await readSource("ladder-avc-360p.mp4");
  assertEquals(other!.configuration.length > 0, true);
  await using server = new RtmpServer();
  const publishing = await server.publishRtmp();
  const push = { tracks: [video, audio], format: "legacy" } as const;
  await pushSource(server, publishing, { ...push, buildMessages: withHeaders(other!, 6) });
  await endSource(server, publishing);
  const periods = await server.listPeriods();
  assertEquals(periods.map(({ representations }) => representations[0]!.height), [240, 360]);
  const all: string[] = [];
  for (const period of periods) {
    const samples = (await readServed(server, period)).get("feed-video")!;
    assertEquals(samples[0]!.sync, true);
    all.push(...samples.map(({ md5 }) => md5));
  }
  assertEquals([all.length, new Set(all).size], [video.frames.length, video.frames.length]);
});

for (const file of ["ladder-aac-eng.mp4", "tone-aac-mono.m4a"]) {
  Deno.test(`audio of ${file} runs on by its samples, whatever its times are rounded to (kaltura/media-framework#211)`, async () => {
    const [, audio] = await readTracks("ladder-avc-240p.mp4", file);
    await using server = new RtmpServer();
    const publishing = await server.publishRtmp();
    await pushSource(server, publishing, { tracks: [video, audio], format: "legacy" });
    await endSource(server, publishing);
    const [period] = await server.listPeriods();
    const { timescale } = period!.representations.find(({ id }) => id === "feed-audio")!;
    const samples = (await readServed(server, period!)).get("feed-audio")!;
    assertEquals(samples.length, audio.frames.length);
    const durations = samples.map(({ duration }) => Math.round(duration * timescale));
    assertEquals(new Set(durations), new Set([1024]));
  });
}

Deno.test("an encoder whose connection was lost publishes again at once (nginx-rtmp#1152, Node-Media-Server#381)", async () => {
  await using server = new RtmpServer();
  const lost = await server.publishRtmp();
  const push = { tracks: [video, audio], format: "legacy" } as const;
  await pushSource(server, lost, push); // and nothing more, not even the end of the connection
  const stored = server.listPeriods().then((periods) => periods.length);
  assertEquals(await stored, 1);
  const again = await server.publishRtmp();
  await pushSource(server, again, push);
  await endSource(server, again);
  const periods = await server.listPeriods();
  assertEquals(periods.length, 2, server.logs.join("; "));
  const samples = (await readServed(server, periods[1]!)).get("feed-video")!;
  const lastGop = video.frames.slice(-25).map(({ bytes }) => bytes.length);
  assertGreater(samples.length, video.frames.length / 2);
  assertEquals(samples.slice(-25).map(({ size }) => size), lastGop);
  assertLess(server.time, 60); // the connection that was lost is still open
  assertEquals(lost.connection.isClosed, false);
});

for (const missing of ["audio", "video"] as const) {
  Deno.test(`a stream is watched though ${missing} is announced and never sent (mediamtx#5250)`, async () => {
    const [track, name] = missing === "audio" ? [video, "feed-video"] : [audio, "feed-audio"];
    await using server = new RtmpServer();
    const publishing = await server.publishRtmp();
    const { connection, encoder } = publishing;
    await connection.push(encoder.metadata(describeTracks([video, audio])));
    await pushSource(server, publishing, {
      tracks: [track],
      format: "legacy",
      buildHeaders: () => [{
        type: track.type,
        time: 0,
        payload: sequenceHeader(track, "legacy")!,
      }],
    });
    const [period] = await server.listPeriods();
    const served = await readServed(server, period!);
    assertEquals([...served.keys()], [name]);
    assertGreater(served.get(name)!.length, track.frames.length / 2);
    await endSource(server, publishing);
    await checkStored(server, { [name]: track });
  });
}
