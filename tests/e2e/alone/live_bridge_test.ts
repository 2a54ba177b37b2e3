/** The command of docs/live-encoders.md that converts SRT, as it stands there, loses no frame. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../../eventually.ts";
import { freePort } from "../../free_port.ts";
import { REPOSITORY } from "../../ams_process.ts";
import { decodeFrames, type Packet, readPackets } from "../ffmpeg.ts";
import {
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "../live_channel.ts";
import { encodeSource } from "../live_sources.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

/** In seconds, since times of MPEG-TS are multiples of 1/90000 s. */
const TOLERANCE = 0.001;

Deno.test("ffmpeg converts SRT for a channel", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  await writeChannel(root, "news", LOOPBACK_CHANNEL);
  const file = await encodeSource("open-gop", temporary.path);
  await using ams = await startLiveAms(root);
  const port = freePort();
  const bridge = await readBridge(port, await findIngest(ams));
  const converting = new Deno.Command("sh", { args: ["-c", bridge], stdin: "null" }).spawn();
  await eventually(() => isUdpPortOpen(port), "ffmpeg listens");
  const send = ["-c", "copy", "-f", "mpegts", `srt://127.0.0.1:${port}?linger=3`];
  const sending = new Deno.Command("ffmpeg", {
    args: ["-nostdin", "-v", "error", "-re", "-i", file, ...send],
    stdin: "null",
  }).spawn();
  assertEquals([(await sending.status).code, (await converting.status).code], [0, 0]);

  const archive = join(root, "live", "news.live", "00000001");
  const [video, audio] = ["feed-video", "feed-audio"].map((name) => join(archive, `${name}.mp4`));
  await untilOver(`${ams.url}/live/news.json`);
  const frames = await decodeFrames(file, "v:0");
  const stored = await decodeFrames(video!, "v:0");
  const offset = compare(frames, stored, stored[0]!.pts - frames[0]!.pts);
  const packets = await readPackets(audio!, "a:0");
  compare(await readPackets(file, "a:0"), packets, offset);
});

function compare(source: readonly Packet[], stored: readonly Packet[], offset: number): number {
  assertEquals(stored.length, source.length);
  for (const [i, { pts, md5 }] of source.entries()) {
    assertEquals(stored[i]!.md5, md5, `frame ${i} at ${pts} s`);
    assert(Math.abs(stored[i]!.pts - offset - pts) < TOLERANCE, `frame ${i} at ${pts} s`);
  }
  return offset;
}

/** Reads the command, with other addresses. */
async function readBridge(port: number, ingest: string): Promise<string> {
  const text = await Deno.readTextFile(join(REPOSITORY, "docs", "live-encoders.md"));
  const command = /^ffmpeg -i "srt:[^`]*/m.exec(text)![0];
  return command.replace("0.0.0.0:9000", `127.0.0.1:${port}`)
    .replace("http://HOST:1935", ingest)
    .replace("ffmpeg ", "ffmpeg -nostdin -v fatal ");
}

function isUdpPortOpen(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return Deno.readTextFileSync("/proc/net/udp").includes(`:${hex} `);
}
