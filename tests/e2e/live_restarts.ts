/** Encoders that are killed and start again from zero, and an `ams` that is killed and starts again: what is stored and served then. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { join } from "@std/path";
import { freePort } from "../free_port.ts";
import { startAms } from "./ams.ts";
import { readPackets } from "./ffmpeg.ts";
import {
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "./live_channel.ts";
import { checkWhole, readReceived, readSources, type SourceTrack } from "./live_packets.ts";
import { seconds } from "./live_playback.ts";
import type { Push } from "./live_push.ts";
import { encodeSource } from "./live_sources.ts";
import { LiveViewer } from "./live_viewer.ts";
import { eventually } from "./page_driver.ts";
import { createReplacedAms } from "./replaced_ams.ts";
import { createTemporaryDirectory } from "./temporary_directory.ts";

export interface RestartedPush {
  /** Name in live_sources.ts. */
  readonly source: string;
  /** It goes on while there is no server. */
  readonly push: (file: string, url: string) => Push;
  /** What follows the name of the channel in the publishing URL. */
  readonly target: string;
  /** Names the rendition of a track; default: that of a stream `feed`. */
  readonly getName?: (track: SourceTrack) => string;
}

/** Until the kill, in seconds: several segments are listed then, unless the machine is busy. */
const KILLED_AFTER = 7;

/** In seconds: what may be lost of one that was killed. A segment is pushed at its end, and the next one after a reconnection. */
const MAX_LOST = 7;

const CHANNEL = { ...LOOPBACK_CHANNEL, reconnect: 12 };

interface Site {
  readonly directory: string;
  readonly root: string;
  readonly file: string;
  readonly pushed: RestartedPush;
}

/** Kills an encoder and an `ams`, each with a channel of its own, at the same time. */
export async function checkRestarts(t: Deno.TestContext, pushed: RestartedPush): Promise<void> {
  using temporary = createTemporaryDirectory();
  const directory = temporary.path;
  const file = await encodeSource(pushed.source, directory);
  const kinds = { "the encoder is killed": restartEncoder, "ams is killed": restartAms };
  const checks = await Promise.allSettled(
    Object.values(kinds).map(async (restart, i) => {
      const root = join(directory, `root-${i}`);
      await writeChannel(root, "news", CHANNEL);
      return await restart({ directory, root, file, pushed });
    }),
  );
  for (const [i, name] of Object.keys(kinds).entries()) {
    await t.step(name, async () => {
      const check = checks[i]!;
      if (check.status === "rejected") throw check.reason;
      await check.value();
    });
  }
}

/** @returns what checks the packets */
async function restartEncoder(site: Site): Promise<() => Promise<void>> {
  const { root, file, pushed } = site;
  await using ams = await startLiveAms(root);
  const publish = `${await findIngest(ams)}/live/news${pushed.target}`;
  const url = `${ams.url}/live/news.json`;
  const viewer = new LiveViewer(url);
  const killed = pushed.push(file, publish);
  await untilKill(viewer);
  killed.process.kill("SIGKILL");
  await killed.done.catch(() => {});
  await pushed.push(file, publish).done;
  await watchEnd(viewer, url);
  return () =>
    checkPackets(site, viewer, (source, stored) => {
      const before = stored.slice(0, -source.length);
      assertGreater(before.length, 0);
      return [...source.slice(0, before.length), ...source];
    });
}

/** Viewers use another `ams`, which goes on. */
async function restartAms(site: Site): Promise<() => Promise<void>> {
  const { root, file, pushed } = site;
  const port = freePort();
  await using server = createReplacedAms(root, port);
  await server.get();
  await using viewers = await startAms(root, "--workers", "1");
  const url = `${viewers.url}/live/news.json`;
  const viewer = new LiveViewer(url);
  const push = pushed.push(file, `http://127.0.0.1:${port}/live/news${pushed.target}`);
  push.done.catch(() => {}); // it reports that it could not connect
  await untilKill(viewer);
  await server.replace("SIGKILL");
  await server.get();
  await push.process.status;
  await watchEnd(viewer, url);
  return () =>
    checkPackets(site, viewer, (source, stored) => {
      const first = stored.findIndex((md5, i) => md5 !== source[i]);
      if (first < 0) return [...source]; // it was back before the next segment
      return [...source.slice(0, first), ...source.slice(first - stored.length)];
    });
}

async function untilKill(viewer: LiveViewer): Promise<void> {
  await seconds(KILLED_AFTER);
  const count = () =>
    Math.min(...Array.from(viewer.dash.values(), ({ segments }) => segments.size));
  await eventually(() => Promise.resolve(count()), (count) => count > 1 && count < Infinity);
}

async function watchEnd(viewer: LiveViewer, url: string): Promise<void> {
  await untilOver(url);
  await viewer.stop();
  await checkWhole(url, viewer);
  const periods = new Set(Array.from(viewer.dash.values(), ({ period }) => period));
  assertEquals([...periods], ["p1", "p2"]);
}

/**
 * Compares what is stored, and what the viewer received, of each rendition.
 *
 * @param expect returns the hashes of packets, from those of the source and those that are stored
 */
async function checkPackets(
  { root, file, pushed, directory }: Site,
  viewer: LiveViewer,
  expect: (source: readonly string[], stored: readonly string[]) => string[],
): Promise<void> {
  for (const { name, stream, packets } of await readSources(file, pushed.getName)) {
    const stored = await readArchive(join(root, "live", "news.live"), name, stream[0]!);
    const expected = expect(packets.map(({ md5 }) => md5), stored);
    assertEquals(stored, expected, `${name} in the archive`);
    for (const tracks of [viewer.dash, viewer.hls]) {
      const received = await readReceived(tracks, { name, stream, directory });
      assertEquals(received.map(({ md5 }) => md5), stored, `${name} as received`);
    }
    const lost = packets.length - new Set(stored).size;
    const rate = packets.length / (packets.at(-1)!.pts - packets[0]!.pts);
    assert(lost < MAX_LOST * rate, `${lost} packets of ${name} are lost`);
  }
}

/** @returns hashes of packets */
async function readArchive(archive: string, name: string, stream: string): Promise<string[]> {
  const blocks = [...Deno.readDirSync(archive)].filter(({ isDirectory }) => isDirectory);
  const hashes: string[] = [];
  for (const block of blocks.map(({ name }) => name).sort()) {
    const packets = await readPackets(join(archive, block, `${name}.mp4`), `${stream}:0`);
    hashes.push(...packets.map(({ md5 }) => md5));
  }
  return hashes;
}
