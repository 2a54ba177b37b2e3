/** Processes that record: stopped, killed, restarted, and two at once. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { existsSync } from "node:fs";
import { join } from "@std/path";
import { eventually } from "../../eventually.ts";
import { freePort } from "../../free_port.ts";
import { startAms } from "../ams.ts";
import { readPackets } from "../ffmpeg.ts";
import { readBlocks } from "../live_blocks.ts";
import { writeChannel } from "../live_channel.ts";
import { pushFragmented } from "../live_push.ts";
import { sendBody, sendUntilStored } from "../raw_publisher.ts";
import { createReplacedAms } from "../replaced_ams.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

const PEM = new URL("../../http/tls/", import.meta.url);

const SECONDS = 13;

/** Key frames each second. */
const SOURCE = [
  ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-f", "lavfi", "-i", "sine=r=48000"],
  ...["-t", `${SECONDS}`, "-c:v", "libx264", "-preset", "veryfast", "-threads", "1"],
  ...["-x264-params", "scenecut=0:keyint=25:min-keyint=25:bframes=2", "-c:a", "aac"],
];

const CMAF = ["-movflags", "+cmaf+frag_keyframe+frag_discont", "-f", "mp4"];

async function runFfmpeg(...args: string[]): Promise<Uint8Array<ArrayBuffer>> {
  const { success, stdout } = await new Deno.Command("ffmpeg", {
    args: ["-nostdin", "-v", "error", "-y", ...args],
    stdin: "null",
  }).output();
  assert(success);
  return stdout;
}

/** Splits CMAF into an init segment and fragments. */
function splitFragments(bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let [start, at] = [0, 0]; at < bytes.length;) {
    const type = new TextDecoder().decode(bytes.subarray(at + 4, at + 8));
    at += view.getUint32(at);
    if (type !== "moov" && type !== "mdat") continue;
    parts.push(bytes.subarray(start, at));
    start = at;
  }
  return parts;
}

async function readArchive(archive: string, name: string, stream: string): Promise<string[]> {
  const packets: string[] = [];
  for (const { directory } of readBlocks(archive)) {
    packets.push(...(await readPackets(join(directory, name), stream)).map(({ md5 }) => md5));
  }
  return packets;
}

const waitUntil = (timeMs: number) =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, timeMs - Date.now())));

/** The first media segment that the MPD lists, and its bytes. */
async function fetchSegment(url: string): Promise<{ path: string; bytes: Uint8Array }> {
  let path = "";
  await eventually(async () => {
    const text = await (await fetch(`${url}/live/news.json/feed-video.live.m3u8`)).text();
    path = /^[^#].*\.m4s$/m.exec(text)?.[0] ?? "";
    return path !== "";
  }, "a segment is listed");
  path = `/live/news.json/${path}`;
  return { path, bytes: await (await fetch(`${url}${path}`)).bytes() };
}

Deno.test("what publishers got a 200 for is there once after SIGTERM and SIGKILL", async () => {
  using temporary = createTemporaryDirectory();
  const [root, file] = [join(temporary.path, "root"), join(temporary.path, "source.mp4")];
  for (const name of ["news", "long"]) {
    await writeChannel(root, name, { segmentDuration: 2, publishers: "loopback" });
  }
  await runFfmpeg(...SOURCE, file);
  const port = freePort();
  await using server = createReplacedAms(root, port);
  await server.get();
  await using viewers = await startAms(root, "--workers", "1"); // does not record
  const startMs = Date.now() + 500;
  const offset = ["-output_ts_offset", `${startMs / 1000}`];
  const [init, ...fragments] = splitFragments(
    await runFfmpeg("-i", file, "-map", "0", "-c", "copy", ...offset, ...CMAF, "pipe:1"),
  );
  const long = `http://127.0.0.1:${port}/live/long.json/any/feed.mp4`;
  pushFragmented(file, long).done.catch(() => {}); // it is cut off
  const publish = (body: Uint8Array, onMiddle?: () => Promise<void>) =>
    sendUntilStored({ port, path: "/live/news.json/any/feed/a.m4s", body, onMiddle });
  await publish(init!);
  let segment: Awaited<ReturnType<typeof fetchSegment>> | undefined;
  const perSecond = fragments.length / SECONDS;
  const terminated = Math.floor(5 * perSecond);
  const killed = Math.floor(9 * perSecond);
  for (const [i, fragment] of fragments.entries()) {
    await waitUntil(startMs + 1000 * (i + 1) / perSecond);
    if (i === terminated) {
      segment = await fetchSegment((await server.get()).url);
      let log = "";
      let replaced: Promise<void> | undefined;
      await publish(fragment, async () => {
        const ams = await server.get();
        replaced = server.replace(
          "SIGTERM",
          () => eventually(() => (log = ams.log()).includes("Stopping"), "ams stops"),
        );
        await eventually(() => ams.log().includes("Stopping"), "ams stops");
      });
      await replaced;
      assertMatch(log, /Stopping/);
      await server.get();
    } else if (i === killed) {
      assert(await publish(fragment, () => server.replace("SIGKILL")) > 1);
    } else await publish(fragment);
  }
  const archive = join(root, "live", "news.live");
  for (const [name, stream] of [["feed-video.mp4", "v:0"], ["feed-audio.mp4", "a:0"]] as const) {
    const expected = (await readPackets(file, stream)).map(({ md5 }) => md5);
    assertEquals(await readArchive(archive, name, stream), expected, name);
  }
  const { url } = await server.get();
  const again = pushFragmented(file, long); // from its start
  const longArchive = join(root, "live", "long.live");
  const second = join(longArchive, "00000002", "block.json");
  await eventually(() => existsSync(second), "the other encoder is back");
  again.process.kill("SIGKILL");
  await again.done.catch(() => {});
  for (const name of ["news", "long"]) {
    const blocks = readBlocks(join(root, "live", `${name}.live`));
    assert(blocks.length >= 2);
    assertEquals(new Set(blocks.map(({ broadcast }) => broadcast.number)), new Set([1]), name);
    assertEquals(new Set(blocks.map(({ broadcast }) => broadcast.epoch)).size, 1, name);
  }
  assertEquals(new Set(readBlocks(archive).map(({ period }) => period.id)).size, 1);
  for (const path of [...MANIFESTS, segment!.path]) {
    const [own, other] = await Promise.all([url, viewers.url].map((it) => fetchWhole(it + path)));
    assertEquals(other, own, path);
    assertEquals(own!.status, 200, path);
    if (path === segment!.path) assertEquals(own!.bytes, segment!.bytes);
  }
});

const MANIFESTS = [".mpd", ".m3u8", "feed-video.live.m3u8", "feed-audio.live.ts.m3u8", "Manifest"]
  .map((name) => `/live/news.json/${name}`);

async function fetchWhole(url: string) {
  const response = await fetch(url);
  return {
    status: response.status,
    etag: response.headers.get("etag"),
    bytes: await response.bytes(),
  };
}

Deno.test("a channel that one ams records is locked for another, until that ends", async () => {
  using temporary = createTemporaryDirectory();
  const root = temporary.path;
  await writeChannel(root, "news", { publishers: "loopback" });
  const [init] = splitFragments(
    await runFfmpeg(...SOURCE, "-t", "1", ...CMAF, "pipe:1"),
  );
  const ports = [freePort(), freePort()] as const;
  await using open = new AsyncDisposableStack();
  const first = open.use(
    await startAms(root, "--workers", "1", "--ingest", `127.0.0.1:${ports[0]}`),
  );
  const second = open.use(
    await startAms(root, "--workers", "1", "--ingest", `127.0.0.1:${ports[1]}`),
  );
  const path = "/live/news.json/any/feed/a.m4s";
  const send = (port: number) => sendBody({ port, path, body: init! });
  assertEquals((await send(ports[0])).status, 200);
  for (let i = 0; i < 2; i++) {
    const rejected = await send(ports[1]);
    assertEquals(rejected.status, 503);
    assertMatch(rejected.text, /CHANNEL_LOCKED/);
  }
  Deno.kill(first.pid, "SIGTERM");
  await eventually(async () => (await send(ports[1])).status === 200, "the other takes over");
  assertEquals(second.log().includes("/any/"), false);
});

Deno.test("SIGHUP gives new publishers the new certificate, and open connections stay", async () => {
  using temporary = createTemporaryDirectory();
  const root = join(temporary.path, "root");
  await writeChannel(root, "news", { publishers: "loopback" });
  const [cert, key] = [join(temporary.path, "cert.pem"), join(temporary.path, "key.pem")];
  const copy = async (names: readonly [cert: string, key: string]) => {
    await Deno.copyFile(new URL(names[0], PEM), cert);
    await Deno.copyFile(new URL(names[1], PEM), key);
  };
  await copy(["cert.pem", "key.pem"]);
  const [init] = splitFragments(await runFfmpeg(...SOURCE, "-t", "1", ...CMAF, "pipe:1"));
  const port = freePort();
  const flags = ["--cert", cert, "--key", key, "--ingest-tls", `127.0.0.1:${port}`];
  await using ams = await startAms(root, "--workers", "1", ...flags);
  const path = "/live/news.json/any/feed/a.m4s";
  const send = (onMiddle?: () => Promise<void>) =>
    sendBody({ port, path, body: init!, isTls: true, onMiddle });
  const before = await send(async () => {
    await copy(["renewed.pem", "renewed-key.pem"]);
    Deno.kill(ams.pid, "SIGHUP");
    await eventually(() => ams.log().includes("Reloaded: certificate"), "ams has reloaded");
    await eventually(
      async () => (await send().catch(() => undefined))?.certificate === "renewed",
      "the new certificate is in use",
    );
  });
  assertEquals([before.status, before.certificate], [200, "localhost"]);
});
