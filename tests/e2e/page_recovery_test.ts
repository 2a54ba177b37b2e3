/** The player of a page goes on after its server was killed, and after its file was replaced, without a reload. */

import { assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { join } from "@std/path";
import { type Ams, startAms } from "./ams.ts";
import {
  GONE,
  openBrowser,
  readVideo,
  startPlayback,
  waitForPlayback,
  withPage,
} from "./browser_pages.ts";
import { ffmpeg } from "./ffmpeg.ts";
import { eventually } from "./page_driver.ts";

/** Longer than what the player loads ahead. */
const SECONDS = 60;

const opened = openBrowser();

async function withServer(test: (root: string, ams: Ams) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "ams-recovery-" });
  try {
    await encode(join(root, "film.mp4"), "320x180");
    await test(root, await startAms(root, "--workers", "1"));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function encode(file: string, size: string): Promise<void> {
  const video = ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25:duration=${SECONDS}`];
  const audio = ["-f", "lavfi", "-i", `sine=duration=${SECONDS}`];
  const codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"];
  await ffmpeg(...video, ...audio, ...codecs, "-pix_fmt", "yuv420p", file);
}

for (const protocol of ["DASH", "HLS", "HLS with MPEG-TS"]) {
  Deno.test(`the page plays on after its server was killed: ${protocol}`, async () => {
    await withServer(async (root, ams) => {
      const visit = {
        url: `${ams.url}/film.mp4/`,
        name: `killed-${protocol}`,
        expected: GONE,
      };
      await withPage(opened, visit, async (page) => {
        await startPlayback(page, protocol);
        Deno.kill(ams.pid, "SIGKILL");
        await page.getByText("Trying again…").waitFor();
        const buffered = await readVideo<number>(page, "buffered.end(0)");
        await eventually(() => readVideo<number>(page, "currentTime"), (it) => it > buffered - 0.5);
        await using _ = await startAms(root, "-p", new URL(ams.url).port);
        await eventually(() => readVideo<number>(page, "currentTime"), (it) => it > buffered + 2);
        await page.locator(".problem").waitFor({ state: "hidden" });
        assertEquals(await page.evaluate("globalThis.mark"), true);
      });
    });
  });
}

/** The wait between tries is at most 3 s, and each is one request. */
const MAX_REQUESTS_IN_12_SECONDS = 5;

for (const protocol of ["DASH", "HLS"]) {
  Deno.test(`the page sends few requests to a server that is overloaded: ${protocol}`, async () => {
    await withServer(async (root, ams) => {
      await using _ = ams;
      await encode(join(root, "film-360p.mp4"), "640x360"); // renditions can replace each other
      const visit = { url: `${ams.url}/film.mp4/`, name: `storm-${protocol}`, expected: /503/ };
      await withPage(opened, visit, async (page) => {
        await startPlayback(page, protocol);
        let requests: string[] = [];
        await page.route("**/*", (route) => {
          requests.push(route.request().url());
          return route.fulfill({ status: 503 });
        });
        await page.getByText("Trying again…").waitFor();
        const end = await readVideo<number>(page, "buffered.end(0)");
        await eventually(() => readVideo<number>(page, "currentTime"), (it) => it > end - 0.5);
        await page.waitForTimeout(5000); // those that had begun
        requests = [];
        await page.waitForTimeout(12_000);
        assertGreater(requests.length, 0);
        assertLessOrEqual(requests.length, MAX_REQUESTS_IN_12_SECONDS);
        await page.unrouteAll();
        await eventually(() => readVideo<number>(page, "currentTime"), (it) => it > end + 1);
        await page.locator(".problem").waitFor({ state: "hidden" });
      });
    });
  });
}

Deno.test("the page plays when the viewer asks for it while a manifest loads", async () => {
  await withServer(async (_root, ams) => {
    await using _ = ams;
    const visit = { url: `${ams.url}/film.mp4/`, name: "play-while-loading" };
    await withPage(opened, visit, async (page) => {
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      const { promise: pressed, resolve } = Promise.withResolvers<void>();
      await page.route("**/*.m3u8*", async (route) => {
        await pressed;
        await route.continue();
      });
      await page.getByRole("button", { name: "HLS", exact: true }).click();
      await page.evaluate(`document.querySelector("video").muted = true`);
      await page.getByRole("group", { name: "Media player" }).press("k");
      resolve();
      await waitForPlayback(page, 1);
      await page.unrouteAll();
    });
  });
});

Deno.test("the page tries again to load a manifest", async () => {
  await withServer(async (root, ams) => {
    const visit = {
      url: `${ams.url}/film.mp4/`,
      name: "killed-manifest",
      expected: GONE,
    };
    await withPage(opened, visit, async (page) => {
      await startPlayback(page, "DASH");
      const time = await readVideo<number>(page, "currentTime");
      Deno.kill(ams.pid, "SIGKILL");
      await page.getByRole("button", { name: "HLS", exact: true }).click();
      await page.getByText("Trying again…").waitFor();
      await using _ = await startAms(root, "-p", new URL(ams.url).port);
      await eventually(() => readVideo<number>(page, "currentTime"), (it) => it > time);
      await waitForPlayback(page, 1);
      await page.locator(".problem").waitFor({ state: "hidden" });
    });
  });
});

Deno.test("the page plays a file that replaced the one that played, at the same time", async () => {
  await withServer(async (root, ams) => {
    await using _ = ams;
    const visit = { url: `${ams.url}/film.mp4/`, name: "replaced", expected: /404/ };
    await withPage(opened, visit, async (page) => {
      await startPlayback(page, "DASH");
      await encode(join(root, "next.mp4"), "640x360");
      await Deno.rename(join(root, "next.mp4"), join(root, "film.mp4"));
      await page.getByText("This file was replaced while it played.").waitFor();
      const time = await readVideo<number>(page, "currentTime");
      await page.getByRole("button", { name: "Play the new version" }).click();
      await eventually(() => readVideo<number>(page, "videoWidth"), (width) => width === 640);
      await waitForPlayback(page, 1);
      assertGreater(await readVideo<number>(page, "currentTime"), time);
      await page.locator("tr", { hasText: "640×360" }).waitFor();
      await page.locator(".problem").waitFor({ state: "hidden" });
      assertEquals(await page.evaluate("globalThis.mark"), true);
    });
  });
});

Deno.test("the player alone plays a file that replaced the one that played, at a click", async () => {
  await withServer(async (root, ams) => {
    await using _ = ams;
    const url = `${ams.url}/film.mp4/?embed&autoplay`;
    await withPage(opened, { url, name: "replaced-embed", expected: /404/ }, async (page) => {
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      await encode(join(root, "next.mp4"), "640x360");
      await Deno.rename(join(root, "next.mp4"), join(root, "film.mp4"));
      await page.evaluate(`document.querySelector("video").currentTime = ${SECONDS / 2}`);
      await page.getByRole("button", { name: "Play the new version" }).click();
      await eventually(() => readVideo<number>(page, "videoWidth"), (width) => width === 640);
      await waitForPlayback(page, 1);
      assertGreater(await readVideo<number>(page, "currentTime"), SECONDS / 2);
      await page.locator(".problem").waitFor({ state: "hidden" });
    });
  });
});
