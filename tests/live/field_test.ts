/** What users of other servers have reported: what AMS does then. */

import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { buildBroadcastMpd } from "../../lib/dash/live.ts";
import { buildBroadcastPlaylist } from "../../lib/hls/live.ts";
import { readBlock } from "../../lib/archive/recovery.ts";
import { readRecords } from "../archive/recording.ts";
import { readStrictPlaylist } from "../m3u8.ts";
import { NOW } from "./channel.ts";
import { Encoder, toShortTfdt } from "./encoder.ts";
import { PlayedServer } from "./played_server.ts";
import type { TestPublish } from "./recorded_server.ts";
import { buildTestInit } from "./test_init.ts";

const SETTINGS = { segmentDuration: 2, publishers: "loopback" };

function createServer(settings: object = {}, previous?: PlayedServer): PlayedServer {
  const all = { ...SETTINGS, ...settings };
  return new PlayedServer(all, { buildInit: buildTestInit }, previous);
}

/** Pushes GOPs in real time. */
async function pushGops(
  server: PlayedServer,
  request: TestPublish,
  { encoder, from = 0, to }: { encoder: Encoder; from?: number; to: number },
): Promise<void> {
  const { gop, fps } = encoder.options;
  for (let i = from; i < to; i++) {
    await server.wait(gop / fps);
    await request.push(encoder.fragment(i));
  }
}

async function pushFromZero(server: PlayedServer, encoder: Encoder, gops: number): Promise<void> {
  const request = await server.publish().push(encoder.init);
  await pushGops(server, request, { encoder, to: gops });
  await request.end("broken");
}

async function buildPlaylist(server: PlayedServer, name = "feed-video"): Promise<string> {
  const { listed } = (await server.view())!.views!;
  return buildBroadcastPlaylist(listed, name, { format: "fmp4", isWindow: true });
}

function getNumber(playlist: string, tag: string): number {
  return Number(new RegExp(`^#${tag}:(\\d+)$`, "m").exec(playlist)![1]);
}

function getDurations(playlist: string): number[] {
  return [...playlist.matchAll(/^#EXTINF:([\d.]+),$/gm)].map(([, seconds]) => Number(seconds));
}

/** Checks a playlist, and that its segments have the numbers of before. */
function checkNumbers(playlist: string, numbers: Map<string, number>): void {
  const first = getNumber(playlist, "EXT-X-MEDIA-SEQUENCE");
  for (const [i, { uri }] of readStrictPlaylist(playlist).uris.entries()) {
    assertEquals(numbers.get(uri) ?? first + i, first + i, uri);
    numbers.set(uri, first + i);
  }
}

Deno.test("media sequence numbers go on over restarts of encoder and server (srs#3506, hls.js#4309, shaka-packager#691)", async () => {
  const numbers = new Map<string, number>();
  let server = createServer({ window: 30 });
  for (let restart = 0; restart < 4; restart++) {
    await pushFromZero(server, new Encoder({ seed: restart }), 12);
    checkNumbers(await buildPlaylist(server), numbers);
    if (restart % 2 === 0) continue;
    await server.close();
    server = createServer({ window: 30 }, server);
    checkNumbers(await buildPlaylist(server), numbers);
  }
  const playlist = await buildPlaylist(server);
  assertGreater(getNumber(playlist, "EXT-X-MEDIA-SEQUENCE"), 6);
  assertGreater(getNumber(playlist, "EXT-X-DISCONTINUITY-SEQUENCE"), 1);
  assertEquals([...numbers.values()], Array.from(numbers.keys(), (_, i) => 1 + i));
  await server.close();
});

Deno.test("numbers have no hole when a track is missing for three periods, over a restart of the server", async () => {
  const numbers = { video: new Map<string, number>(), audio: new Map<string, number>() };
  let server = createServer();
  for (let period = 0; period < 7; period++) {
    const names = period >= 2 && period < 5 ? ["video"] as const : ["video", "audio"] as const;
    await pushStreams(server, names, period);
    for (const name of names) checkNumbers(await buildPlaylist(server, name), numbers[name]);
    if (period % 2 === 0) continue;
    await server.close();
    server = createServer({}, server);
  }
  for (const name of ["video", "audio"] as const) {
    const all = [...numbers[name].values()];
    assertEquals(all, all.toSorted((a, b) => a - b));
    assertEquals(all.at(-1), countSegments(server, name));
  }
  await server.close();
});

function countSegments({ channels }: PlayedServer, name: string): number {
  const files = channels.archives.get("news.json")!;
  const counts = readRecords(files).map(({ number, records }) => {
    const track = readBlock(files, number).tracks.findIndex((track) => track.name === name);
    return records.filter((record) => record.kind === "segment" && record.track === track).length;
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Pushes streams of one track each from zero, for 14 s. */
async function pushStreams(
  server: PlayedServer,
  names: readonly ("video" | "audio")[],
  seed: number,
): Promise<void> {
  const streams = await Promise.all(names.map(async (name) => {
    const encoder = new Encoder({ tracks: [name], seed });
    return { encoder, request: await server.publish(name).push(encoder.init) };
  }));
  for (let gop = 0; gop < 14; gop++) {
    await server.wait(1);
    for (const { encoder, request } of streams) await request.push(encoder.fragment(gop));
  }
  for (const { request } of streams) await request.end("broken");
}

Deno.test("no segment is longer than the target after times wrap (OvenMediaEngine#1388, OvenMediaEngine#1686)", async () => {
  const server = createServer();
  const start = 2 ** 32 / 12_800 - 10; // in seconds: times wrap after 10
  const encoder = new Encoder({ start, tracks: ["video"] });
  const request = await server.publish().push(encoder.init);
  for (let i = 0; i < 20; i++) {
    await server.wait(1);
    await request.push(toShortTfdt(encoder.fragment(i)));
  }
  const playlist = await buildPlaylist(server, "feed");
  assertEquals(getDurations(playlist).map(Math.round), Array(10).fill(2));
  assertEquals(playlist.includes("DISCONTINUITY:"), false);
  await server.close();
});

for (const ppm of [1000, -1000]) {
  Deno.test(`the live edge stays near the present while an encoder drifts by ${ppm} ppm (OvenMediaEngine#1845, shaka-player#999)`, async () => {
    const server = createServer({ window: 60 });
    const encoder = new Encoder({ gop: 100 });
    const request = await server.publish().push(encoder.init);
    const seconds = encoder.options.gop / encoder.options.fps;
    for (let i = 0; i < 3600 / seconds; i++) {
      await server.wait(seconds * (1 + ppm / 1e6));
      await request.push(encoder.fragment(i));
      if (i < 3 || i % 50 !== 0) continue;
      const { listed } = (await server.view())!.views!;
      const { start, presentation: { duration } } = listed.periods.at(-1)!;
      const edge = start / 1e6 + duration.ticks / duration.timescale;
      const late = NOW + server.time - edge;
      assertLess(late, 2 * seconds + 3);
      assertGreater(late, -2.5);
    }
    await server.close();
  });
}

Deno.test("a recording starts with a key frame, whenever the encoder connects (nginx-rtmp-module of dryabzhinsky#274)", async () => {
  const server = createServer();
  const encoder = new Encoder();
  const request = await server.publish().push(encoder.init);
  const [first, ...rest] = encoder.parts(0, 5);
  assert(first);
  await request.push(...rest); // after the key frame
  await pushGops(server, request, { encoder, from: 1, to: 8 });
  assertEquals(server.listNamed("feed-video")[0], "v0.25");
  const [period] = (await server.view())!.views!.listed.periods;
  const [rendition] = period!.presentation.renditions.values();
  assert(rendition?.type === "video");
  assertEquals(rendition.timeline.times[0], 0);
  await server.close();
});

Deno.test("GOPs of 7 s make segments of 7 s, within the target duration (gohlslib#79)", async () => {
  const server = createServer();
  await pushFromZero(server, new Encoder({ gop: 175 }), 5);
  const playlist = await buildPlaylist(server);
  assertEquals(getNumber(playlist, "EXT-X-TARGETDURATION"), 7);
  assertEquals(getDurations(playlist).map(Math.round), [7, 7, 7, 7, 7]);
  await server.close();
});

Deno.test("video goes on while audio is gone for 20 s, and both have the same discontinuities (hls.js#2922)", async () => {
  const server = createServer();
  const [video, audio] = (["video", "audio"] as const).map((type) =>
    new Encoder({ tracks: [type], profile: "cmaf", start: NOW })
  ) as [Encoder, Encoder];
  const videos = await server.publish("video").push(video.init);
  const audios = await server.publish("audio").push(audio.init);
  for (let i = 0; i < 60; i++) {
    await server.wait(1);
    await videos.push(video.fragment(i));
    if (i < 20 || i >= 40) await audios.push(audio.fragment(i));
    if (i === 39) assertGreater(getDurations(await buildPlaylist(server, "video")).length, 14);
  }
  const playlists = [await buildPlaylist(server, "video"), await buildPlaylist(server, "audio")];
  const [first, second] = playlists.map((playlist) => [
    getNumber(playlist, "EXT-X-DISCONTINUITY-SEQUENCE"),
    playlist.split("#EXT-X-DISCONTINUITY\n").length,
  ]);
  assertEquals(first, second);
  const { listed } = (await server.view())!.views!;
  for (const { presentation } of listed.periods) {
    assertEquals([...presentation.renditions.keys()].sort(), ["audio", "video"]);
  }
  await server.close();
});

Deno.test("a second track without samples does not keep the first from being watched (mediamtx#5250)", async () => {
  const server = createServer();
  const request = await server.publish().push(new Encoder().init);
  await pushGops(server, request, { encoder: new Encoder({ tracks: ["video"] }), to: 20 });
  const { listed } = (await server.view())!.views!;
  const names = listed.periods.map(({ presentation }) => [...presentation.renditions.keys()]);
  assertEquals(names, [["feed-video"]]);
  assert(buildBroadcastMpd(listed).includes('<S t="0" d="25600" r="'));
  await server.close();
});
