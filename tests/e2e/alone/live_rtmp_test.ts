/**
 * What ffmpeg pushes over RTMP and RTMPS is in the archive, in the segments of DASH, HLS and MPEG-TS as a viewer downloaded them while
 * they grew, and in what is listed after the end: every packet once, at its own time. Encoders and `ams` are killed and come back.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { eventually } from "../../eventually.ts";
import { freePort } from "../../free_port.ts";
import { readPeriods } from "../../mpd.ts";
import { type Ams, startAms } from "../ams.ts";
import { readPackets } from "../ffmpeg.ts";
import { type Block, readBlocks } from "../live_blocks.ts";
import { LOOPBACK_CHANNEL, untilOver, writeChannel } from "../live_channel.ts";
import { type PushedChannel, pushExactly } from "../live_exact.ts";
import type { SourceTrack } from "../live_packets.ts";
import { encodeSource } from "../live_sources.ts";
import { type Push, pushRtmp } from "../live_push.ts";
import { fetchBytes, LiveViewer } from "../live_viewer.ts";
import { createReplacedAms } from "../replaced_ams.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const RTMP: Pick<PushedChannel, "push" | "scheme" | "getName"> = {
  push: (file, url) => pushRtmp(file, url).done,
  scheme: "rtmp",
  getName: ({ type }: SourceTrack) => `feed-${type}`,
};

/** By name. The URL may have the extension of the channel, and parameters behind the key. */
const CHANNELS: Readonly<Record<string, PushedChannel>> = {
  "open-gop": { ...RTMP, source: "open-gop", target: "/key" },
  "short-gop": { ...RTMP, source: "short-gop", target: ".json/key?backup=1" },
  "long-gop": { ...RTMP, source: "long-gop", target: "/key" },
  audio: { ...RTMP, source: "audio", target: "/key" },
};

const CERTIFICATE = ["cert", "key"].flatMap((name) => [
  `--${name}`,
  fromFileUrl(new URL(`../../http/tls/${name}.pem`, import.meta.url)),
]);

/** Of DASH, HLS and TS together. */
const MIN_OLD_SEGMENTS = 8;

/** From the end of a stream to that of the broadcast, which waits for 60 s where a connection is lost. */
const MAX_END_MS = 30_000;

Deno.test("every packet that is pushed over RTMP is stored and served once, at its own time", (t) =>
  pushExactly(t, CHANNELS));

Deno.test("an encoder of RTMP that comes back is recorded, also while its old connection is half open", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  for (const name of ["killed", "stopped"]) await writeChannel(root, name, LOOPBACK_CHANNEL);
  const file = await encodeSource("short-gop", temporary.path);
  const [port, tlsPort] = [freePort(), freePort()];
  const addresses = ["--ingest", `127.0.0.1:${port}`, "--ingest-tls", `127.0.0.1:${tlsPort}`];
  await using ams = await startAms(root, "--workers", "1", ...addresses, ...CERTIFICATE);
  await using viewers = await startAms(root, "--workers", "1"); // without TLS
  await eventually(() => ams.log().includes("rtmps://"), "ams listens for publishers");
  const start = (name: string, server: string) => pushRtmp(file, `${server}/live/${name}/key`);
  const [rtmp, rtmps] = [`rtmp://127.0.0.1:${port}`, `rtmps://127.0.0.1:${tlsPort}`] as const;
  const archive = (name: string) => join(root, "live", `${name}.live`);

  const [killed, stopped] = [start("killed", rtmp), start("stopped", rtmp)];
  for (const name of ["killed", "stopped"]) await untilPeriods(viewers, name, 1);
  stopped.process.kill("SIGSTOP");
  await kill(killed);
  const again = [start("killed", rtmps), start("stopped", rtmp)];
  for (const { done } of again) done.catch(() => {}); // awaited below, unless the test fails before that
  await untilPeriods(viewers, "stopped", 2);
  await Promise.all(again.map(({ done }) => done));
  const endedAt = performance.now();
  for (const name of ["killed", "stopped"]) await untilOver(`${viewers.url}/live/${name}.json`);
  const ending = performance.now() - endedAt;
  assert(ending < MAX_END_MS, `${ending} ms`);
  await kill(stopped);
  assertEquals(ams.log().match(/.*\/key.*/g), null);

  const packets = await readMd5s(file);
  for (const [stream, pushed] of packets) {
    const [first, second] = await readRecorded(archive("killed"), stream);
    assertEquals(first, pushed.slice(0, first!.length), stream);
    assertEquals(second, pushed, stream);
    const [before, after] = await readRecorded(archive("stopped"), stream);
    assertEquals(before, pushed.slice(0, before!.length), stream);
    assertEquals(after, pushed.slice(-after!.length), stream);
    assert(after!.length > pushed.length / 2, `${after!.length} packets of ${stream}`); // it has taken over soon
  }
  assertOneBroadcast(readBlocks(archive("killed")));
  assertOneBroadcast(readBlocks(archive("stopped")));
});

Deno.test("an encoder of RTMP goes on after a kill of ams, and old URLs have the same bytes", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  await writeChannel(root, "news", LOOPBACK_CHANNEL);
  const file = await encodeSource("open-gop", temporary.path);
  const port = freePort();
  const url = `rtmp://127.0.0.1:${port}/live/news/key`;
  const archive = join(root, "live", "news.live");
  await using server = createReplacedAms(root, port);

  const before = new LiveViewer(`${(await server.get()).url}/live/news.json`);
  const first = pushRtmp(file, url);
  first.done.catch(() => {}); // it is cut off
  await eventually(() => listSegments(before).length >= MIN_OLD_SEGMENTS, "viewers have segments");
  await before.stop();
  await server.replace("SIGKILL");
  const ams = await server.get();
  await first.done.catch(() => {});
  await pushRtmp(file, url).done;
  await untilOver(`${ams.url}/live/news.json`);

  await checkOldSegments(before, ams);
  for (const [stream, pushed] of await readMd5s(file)) {
    const [cut, whole] = await readRecorded(archive, stream);
    assertEquals(cut, pushed.slice(0, cut!.length), stream);
    assertEquals(whole, pushed, stream);
  }
  assertOneBroadcast(readBlocks(archive));
  assertMatch(await fetchText(`${ams.url}/live/news.json/feed-video.m3u8`), /DISCONTINUITY\n/);
});

/** Requests again what a viewer has, from another process. */
async function checkOldSegments(viewer: LiveViewer, ams: Ams): Promise<void> {
  for (const [url, bytes] of listSegments(viewer)) {
    assertEquals(await fetchBytes(`${ams.url}${new URL(url).pathname}`), bytes, url);
  }
}

/** Lists URLs and bytes of what a viewer has, in all protocols. */
function listSegments({ dash, hls, ts }: LiveViewer): [url: string, bytes: Uint8Array][] {
  return [dash, hls, ts].flatMap((tracks) =>
    [...tracks.values()].flatMap(({ segments }) => [...segments])
  );
}

/** Digests of all packets, by the type of a stream. */
async function readMd5s(file: string): Promise<[stream: "v" | "a", md5s: string[]][]> {
  return await Promise.all((["v", "a"] as const).map(async (stream) => {
    const packets = await readPackets(file, `${stream}:0`);
    return [stream, packets.map(({ md5 }) => md5)] as [typeof stream, string[]];
  }));
}

/** Digests of packets in the archive, by block. */
function readRecorded(archive: string, stream: "v" | "a"): Promise<string[][]> {
  const name = stream === "v" ? "feed-video.mp4" : "feed-audio.mp4";
  return Promise.all(
    readBlocks(archive).map(async ({ directory }) => {
      const packets = await readPackets(join(directory, name), `${stream}:0`);
      return packets.map(({ md5 }) => md5);
    }),
  );
}

function assertOneBroadcast(blocks: readonly Block[]): void {
  assertEquals(blocks.map(({ period }) => period.id), [1, 2]);
  assertEquals(
    new Set(blocks.map(({ broadcast: { number, epoch } }) => `${number} ${epoch}`)).size,
    1,
  );
}

async function untilPeriods(ams: Ams, channel: string, count: number): Promise<void> {
  const url = `${ams.url}/live/${channel}.json/.mpd`;
  await eventually(async () => {
    const response = await fetch(url); // 404 until a period is listed
    const text = await response.text();
    return response.ok && readPeriods(text, url).length === count;
  }, `${channel} has ${count} periods`);
}

async function fetchText(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

async function kill({ process, done }: Push): Promise<void> {
  process.kill("SIGKILL");
  await done.catch(() => {});
}
