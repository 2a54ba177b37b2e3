/** A broadcast that is captured, while it is live and after it, has the packets that were pushed, as ffmpeg reads them. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "../../../lib/packager/command.ts";
import { eventually } from "../../eventually.ts";
import type { Ams } from "../ams.ts";
import { type Packet, readPackets, readWarnings } from "../ffmpeg.ts";
import {
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "../live_channel.ts";
import { pushCmaf, pushFragmented, pushSmooth } from "../live_push.ts";
import { encodeSource } from "../live_sources.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

interface CapturedChannel {
  /** Name in live_sources.ts, and of the channel. */
  readonly source: string;
  readonly push: (file: string, url: string) => Promise<void>;
  readonly target?: string;
  /** Streams of the source by rendition. */
  readonly streams: Readonly<Record<string, string>>;
}

const PAIR = { "feed-video": "v:0", "feed-audio": "a:0" };

const long = (file: string, url: string) => pushFragmented(file, url).done;

/** B-frames and open GOP, 44.1 kHz with UTC, a ladder in two languages, and Smooth Streaming. */
const CHANNELS: readonly CapturedChannel[] = [
  { source: "open-gop", push: long, streams: PAIR },
  { source: "short-gop", push: pushCmaf, streams: PAIR },
  { source: "hevc", push: long, streams: PAIR },
  {
    source: "long-gop",
    push: (file, url) => pushSmooth(file, url).done,
    target: "isml/key/Streams(feed)",
    streams: PAIR,
  },
  {
    source: "ladder",
    push: long,
    streams: {
      "feed-video": "v:0",
      "feed-video-2": "v:1",
      "feed-video-3": "v:2",
      "feed-audio": "a:0",
      "feed-audio-2": "a:1",
    },
  },
];

Deno.test("amspackager capture and verify work on channels that are live, and over", async (t) => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  const files = new Map<string, string>();
  for (const { source } of CHANNELS) {
    await writeChannel(root, source, LOOPBACK_CHANNEL);
    files.set(source, await encodeSource(source, temporary.path));
  }
  await using ams = await startLiveAms(root);
  const ingest = await findIngest(ams);
  const pushes = CHANNELS.map(({ source, push, target = "json/key/feed" }) =>
    push(files.get(source)!, `${ingest}/live/${source}.${target}`)
  );
  const settle = Promise.all(pushes);
  settle.catch(() => {}); // awaited below
  for (const channel of CHANNELS) {
    await t.step(`${channel.source} while it is live`, async () => {
      await untilListed(ams, channel.source);
      await check(channel, { root, file: files.get(channel.source)!, isLive: true });
    });
  }
  await settle;
  for (const channel of CHANNELS) {
    await t.step(`${channel.source} when it is over`, async () => {
      await untilOver(`${ams.url}/live/${channel.source}.json`);
      await check(channel, { root, file: files.get(channel.source)!, isLive: false });
    });
  }
});

Deno.test("amspackager capture writes a package for each time that an encoder was started", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  await writeChannel(root, "news", { ...LOOPBACK_CHANNEL, reconnect: 4 });
  const file = await encodeSource("short-gop", temporary.path);
  await using ams = await startLiveAms(root);
  const url = `${await findIngest(ams)}/live/news.json/key/feed`;
  for (let run = 0; run < 2; run++) {
    const { process, done } = pushFragmented(file, url);
    await new Promise((resolve) => setTimeout(resolve, 7000));
    process.kill("SIGKILL");
    await done.catch(() => {});
  }
  const channel = join(root, "live", "news.json");
  await run("verify", channel);
  await untilOver(`${ams.url}/live/news.json`);
  await run("verify", channel);
  const output = join(root, "show");
  await run("capture", "-i", channel, "-o", output);
  for (const period of ["1", "2"]) {
    await run("verify", join(output, period, "video.json"));
    for (const [name, stream] of Object.entries(PAIR)) {
      const got = await readPackets(join(output, period, `${name}.mp4`), `${stream[0]}:0`);
      checkPackets(await readPackets(file, stream), got, { name, isLive: true });
    }
  }
});

async function check(
  { source, streams }: CapturedChannel,
  { root, file, isLive }: { root: string; file: string; isLive: boolean },
): Promise<void> {
  const channel = join(root, "live", `${source}.json`);
  const output = join(root, `show-${source}`);
  await run("verify", channel);
  await run("capture", "-i", channel, "-o", output);
  await run("verify", join(output, "video.json"));
  const starts = await Promise.all(
    Object.entries(streams).map(async ([name, stream]) => {
      const captured = join(output, `${name}.mp4`);
      assertEquals(await readWarnings(captured), "");
      const got = await readPackets(captured, stream[0] + ":0");
      return checkPackets(await readPackets(file, stream), got, { name, isLive });
    }),
  );
  const difference = Math.max(...starts) - Math.min(...starts);
  assert(difference < 0.001, `tracks of ${source} are ${difference} s apart`);
}

/** Returns by how many seconds the packets are later than those of the source. */
function checkPackets(
  source: readonly Packet[],
  got: readonly Packet[],
  { name, isLive }: { name: string; isLive: boolean },
): number {
  if (isLive) assert(got.length > 0 && got.length <= source.length, `${got.length} of ${name}`);
  else assertEquals(got.length, source.length, name);
  const offset = got[0]!.pts - source[0]!.pts;
  for (const [i, { pts, md5 }] of got.entries()) {
    assertEquals(md5, source[i]!.md5, `packet ${i} of ${name}`);
    assert(Math.abs(pts - offset - source[i]!.pts) < 0.0005, `packet ${i} of ${name} at ${pts} s`);
  }
  return offset;
}

async function run(...args: string[]): Promise<void> {
  const lines: string[] = [];
  const add = (text: string) => void lines.push(text);
  const code = await amspackager(args, { line: add, warn: add }, { version: "1" });
  assertEquals(code, 0, `amspackager ${args.join(" ")}\n${lines.join("\n")}`);
}

async function untilListed(ams: Ams, name: string): Promise<void> {
  await eventually(async () => {
    const response = await fetch(`${ams.url}/live/${name}.json/.mpd`);
    return response.ok || !await response.text();
  }, `${name} is listed`);
}
