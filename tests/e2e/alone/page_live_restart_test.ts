/** The page of a channel plays on by itself after its encoder or `ams` was killed, and started again. */

import { assertEquals } from "@std/assert";
import { freePort } from "../../free_port.ts";
import {
  GONE,
  openBrowser,
  readVideo,
  startPlayback,
  waitForPlayback,
  withPage,
} from "../browser_pages.ts";
import {
  encodeNumberedSource,
  type LiveEncoder,
  LOOPBACK_CHANNEL,
  startEncoder,
  untilLive,
  writeChannel,
} from "../live_channel.ts";
import { seconds } from "../live_playback.ts";
import { pushHls } from "../live_push.ts";
import { eventually } from "../page_driver.ts";
import { createReplacedAms } from "../replaced_ams.ts";
import { createTemporaryDirectory } from "../temporary_directory.ts";

/** Of the clip: longer than a page that starts late and plays on late needs. */
const SECONDS = 90;

const PROTOCOLS = ["DASH", "HLS", "HLS with MPEG-TS"];

/** In seconds: the HLS muxer of ffmpeg loses the key frames at which it cannot push a segment, so that decoders fail then. */
const AWAY = 6;

const source = encodeNumberedSource(SECONDS);
const opened = openBrowser();

interface Site {
  /** Of the channel, without a trailing slash. */
  readonly url: string;
  readonly server: ReturnType<typeof createReplacedAms>;
  /** Publishing URL of the channel, without what follows its name. */
  readonly ingest: string;
  readonly start: () => LiveEncoder;
}

async function withChannel(test: (site: Site) => Promise<void>): Promise<void> {
  using temporary = createTemporaryDirectory();
  await writeChannel(temporary.path, "news", { ...LOOPBACK_CHANNEL, segmentDuration: 1 });
  const ports = [freePort(), freePort()] as const;
  await using server = createReplacedAms(temporary.path, ports[0], "-p", `${ports[1]}`);
  await server.get();
  await using encoders = new AsyncDisposableStack();
  const ingest = `http://127.0.0.1:${ports[0]}`;
  const start = () => {
    const encoder = startEncoder({ ingest }, { file: source.file, channel: "news" });
    encoders.defer(() => encoder.kill());
    return encoder;
  };
  const url = `http://127.0.0.1:${ports[1]}/live/news.json`;
  await test({ url, server, ingest: `${ingest}/live/news.json`, start });
}

/**
 * Plays a channel with each protocol, and checks that each page plays what is published after a restart.
 *
 * @param startedAt when its encoder started, in milliseconds since 1970
 * @param restart resolves when something is published again
 */
async function watchRestart(
  { url, startedAt, name }: { url: string; startedAt: number; name: string },
  restart: () => Promise<void>,
): Promise<void> {
  await untilLive(url);
  let playing = 0;
  const restarted = Promise.withResolvers<number>();
  await Promise.all(PROTOCOLS.map((protocol) => {
    const visit = { url: `${url}/`, name: `${name}-${protocol}`, expected: GONE };
    return withPage(opened, visit, async (page) => {
      await startPlayback(page, protocol);
      if (++playing === PROTOCOLS.length) {
        await restart();
        restarted.resolve((Date.now() - startedAt) / 1000);
      }
      const elapsed = await restarted.promise;
      await eventually(() => readVideo<number>(page, "currentTime"), (time) => time > elapsed);
      await waitForPlayback(page, 2);
      await page.locator(".problem").waitFor({ state: "hidden" });
      await eventually(() => page.locator(".state").textContent(), (state) => state === "Live");
      assertEquals(await page.evaluate("globalThis.mark"), true);
    });
  }));
}

Deno.test("the page of a channel plays on after its encoder was killed", async () => {
  await withChannel(async ({ url, start }) => {
    const first = start();
    await watchRestart({ url, startedAt: first.startedAt, name: "killed-encoder" }, async () => {
      await first.kill();
      start();
    });
  });
});

Deno.test("the page of a channel plays on after ams was killed, and another encoder started", async () => {
  await withChannel(async ({ url, server, start }) => {
    const { startedAt } = start();
    await watchRestart({ url, startedAt, name: "killed-live" }, async () => {
      await server.replace("SIGKILL");
      await server.get();
      start();
    });
  });
});

Deno.test("the page of a channel plays on after ams was killed, while its encoder goes on", async () => {
  await withChannel(async ({ url, server, ingest }) => {
    const startedAt = Date.now();
    const push = pushHls(source.file, `${ingest}/key/feed.m3u8`, "-ignore_io_errors", "1");
    push.done.catch(() => {}); // it reports that it could not connect
    try {
      await watchRestart({ url, startedAt, name: "killed-pushed" }, async () => {
        await server.replace("SIGKILL", () => seconds(AWAY));
        await server.get();
      });
    } finally {
      push.process.kill("SIGKILL");
      await push.process.status;
    }
  });
});
