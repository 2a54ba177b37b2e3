/** A disk that is full, and has room again, while an encoder pushes. Needs root, for a small file system of its own. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { eventually } from "../../eventually.ts";
import {
  findIngest,
  LOOPBACK_CHANNEL,
  startLiveAms,
  untilOver,
  writeChannel,
} from "../live_channel.ts";
import { pushFragmented } from "../live_push.ts";
import { fetchBytes, LiveViewer } from "../live_viewer.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

/** In MB. What is pushed has 1 MB per second. */
const DISK = 24;
const BALLAST = 19;

const SECONDS = 16;

/** Key frames each second. */
const SOURCE = [
  ...["-f", "lavfi", "-i", "testsrc2=s=640x360:r=25,noise=alls=60:allf=t"],
  ...["-f", "lavfi", "-i", "sine=r=48000", "-t", `${SECONDS}`],
  ...["-c:v", "libx264", "-preset", "ultrafast", "-threads", "1", "-g", "25"],
  ...["-b:v", "8M", "-maxrate", "8M", "-bufsize", "2M", "-c:a", "aac"],
];

async function run(command: string, ...args: readonly string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(command, {
    args: [...args],
    stdin: "null",
  }).output();
  if (success) return;
  const reason = new TextDecoder().decode(stderr).trim();
  throw new Error(`Cannot run ${command} ${args.join(" ")}: ${reason}`);
}

async function mountSmallDisk(directory: string): Promise<AsyncDisposable> {
  await Deno.mkdir(directory, { recursive: true });
  await run("mount", "-t", "tmpfs", "-o", `size=${DISK}m`, "tmpfs", directory);
  return { [Symbol.asyncDispose]: () => run("umount", "--lazy", directory) };
}

Deno.test("a channel goes on when a full disk has room again, and viewers have what is there", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  await using _disk = await mountSmallDisk(join(root, "live"));
  const file = join(temporary.path, "source.mp4");
  await run("ffmpeg", "-nostdin", "-v", "error", ...SOURCE, file);
  await writeChannel(root, "news", { ...LOOPBACK_CHANNEL, segmentDuration: 1 });
  const ballast = join(root, "live", "ballast");
  await Deno.writeFile(ballast, new Uint8Array(BALLAST * 2 ** 20));
  await using ams = await startLiveAms(root);
  const ingest = await findIngest(ams);
  const url = `${ams.url}/live/news.json`;
  const viewer = new LiveViewer(url);
  const push = pushFragmented(file, `${ingest}/live/news.json/key/feed`);

  await eventually(() => /The disk is full/.test(ams.log()), "the disk is full");
  const full = await fetch(`${ams.url}/live/news.json/.mpd`);
  assertEquals(full.status, 200, await full.text());
  await Deno.remove(ballast);
  await eventually(() => /There is room on the disk again/.test(ams.log()), "there is room");
  await push.done;
  await untilOver(url);
  await viewer.stop();

  const periods = new Set([...viewer.dash.values()].map(({ period }) => period));
  assertEquals([...periods], ["p1", "p2"]);
  for (const { segments } of viewer.dash.values()) {
    assert(segments.size > 0);
    for (const [segment, bytes] of segments) assertEquals(await fetchBytes(segment), bytes);
  }
});
