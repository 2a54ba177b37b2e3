/** The page of a channel: before its first frame, at the live edge, in its window, and after its end. */

import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import type { Page } from "../playwright.ts";
import { openBrowser, readVideo, waitForPlayback, withPage } from "../browser_pages.ts";
import {
  encodeNumberedSource,
  LOOPBACK_CHANNEL,
  serveChannels,
  startEncoder,
  untilLive,
} from "../live_channel.ts";
import { eventually } from "../page_driver.ts";

const SECONDS = 44;

/** Presentation delay of three segments, and what is not listed yet. */
const MAX_LATENCY = 8;

const CHANNEL = { ...LOOPBACK_CHANNEL, segmentDuration: 1 };

const served = serveChannels({
  news: { ...CHANNEL, label: "Evening news" },
  restart: CHANNEL,
  embedded: { ...CHANNEL, label: "Embedded news" },
});
const source = encodeNumberedSource(SECONDS);
const opened = openBrowser();

const getState = (page: Page) => page.locator(".state").textContent();

const isLivePressed = (page: Page) =>
  page.getByRole("button", { name: "Live", exact: true }).getAttribute("aria-pressed");

/** Seconds of the clip that were played: its time in DASH, since it starts the broadcast. */
const readPlayed = (page: Page) => readVideo<number>(page, "currentTime");

Deno.test("the page of a channel waits for it, plays its edge and its window, and then the recording", async () => {
  const url = `${served.channel("news")}/`;
  await withPage(opened, { url, name: "live" }, async (page, requests) => {
    await eventually(() => getState(page), (state) => state === "Waiting");
    assertEquals(await page.locator("h1").textContent(), "Evening news");
    const encoder = startEncoder(served, { file: source.file, channel: "news" });
    const player = page.getByRole("group", { name: "Media player" });
    await page.locator("[aria-pressed=true]").first().waitFor();
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    assertEquals(await getState(page), "Live");
    await page.evaluate(`document.querySelector("video").muted = true`);

    await player.press("k");
    await waitForPlayback(page, 2);
    assertLess((Date.now() - encoder.startedAt) / 1000 - await readPlayed(page), MAX_LATENCY);

    await eventually(() => readPlayed(page), (time) => time > 14);
    assertEquals(await isLivePressed(page), "true");
    for (const playlist of ["HLS: feed-video", "HLS with MPEG-TS: feed-video"]) {
      await page.getByRole("tab", { name: "Manifests" }).click();
      await page.getByLabel("Document").selectOption({ label: playlist });
      await page.getByText("#EXT-X-MEDIA-SEQUENCE").waitFor();
    }
    await player.press("Home");
    await eventually(() => isLivePressed(page), (pressed) => pressed === "false");
    await waitForPlayback(page, 0.5);
    assertLess(await readPlayed(page), 5);
    await page.getByRole("button", { name: "HLS", exact: true }).click();
    await eventually(
      () => Promise.resolve(requests),
      (urls) => urls.some((it) => it.endsWith(".live.m3u8")),
    );
    await waitForPlayback(page, 0.5);
    assertEquals(await isLivePressed(page), "false"); // as far behind as before
    await page.getByRole("button", { name: "DASH", exact: true }).click();
    await waitForPlayback(page, 0.5);
    await page.getByRole("button", { name: "Live", exact: true }).click();
    await waitForPlayback(page, 1);
    assertEquals(await isLivePressed(page), "true");

    await encoder.done;
    await eventually(() => getState(page), (state) => state === "Over");
    await eventually(() => readVideo<boolean>(page, "ended"), (ended) => ended);
    assertAlmostEquals(await readVideo<number>(page, "duration"), SECONDS, 0.1);
    const cells = await page.locator('tr[data-name="feed-video"] td').allTextContents();
    assertEquals(cells[6], "0:44"); // the inspector shows the whole broadcast
    await player.press("Home");
    await player.press("k");
    await waitForPlayback(page, 0.5);
    assertLess(await readPlayed(page), 5);
    assertEquals(await page.getByRole("button", { name: "Live", exact: true }).isVisible(), false);
  });
});

Deno.test("the page of a channel goes on with the next period, and with the next broadcast", async () => {
  const start = () => startEncoder(served, { file: source.file, channel: "restart" });
  const url = `${served.channel("restart")}/`;
  await using encoders = new AsyncDisposableStack();
  const first = start();
  encoders.defer(() => first.kill());
  await untilLive(served.channel("restart"));
  await withPage(opened, { url, name: "live-restart" }, async (page) => {
    await page.locator("[aria-pressed=true]").first().waitFor();
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    await page.evaluate(`document.querySelector("video").muted = true`);
    await page.getByRole("group", { name: "Media player" }).press("k");
    await waitForPlayback(page, 2);

    await first.kill();
    const second = start();
    encoders.defer(() => second.kill());
    await page.getByText("2 periods").waitFor();
    const started = (Date.now() - first.startedAt) / 1000;
    await eventually(() => readPlayed(page), (time) => time > started); // in the second period
    assertEquals(await getState(page), "Live");

    await second.stop();
    await eventually(() => getState(page), (state) => state === "Over");
    await eventually(() => readVideo<boolean>(page, "ended"), (ended) => ended);
    const third = start();
    encoders.defer(() => third.kill());
    await eventually(() => getState(page), (state) => state === "Live");
    await eventually(() => readPlayed(page), (time) => time < 10);
    await waitForPlayback(page, 2);
  });
});

Deno.test("the player of a channel alone waits for it, plays its edge, and then the recording", async () => {
  const url = `${served.channel("embedded")}/?embed&autoplay`;
  await withPage(opened, { url, name: "live-embed" }, async (page) => {
    await page.getByText("The broadcast has not begun.").waitFor();
    assertEquals(await page.title(), "Embedded news");
    const encoder = startEncoder(served, { file: source.file, channel: "embedded" });
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    await waitForPlayback(page, 2);
    assertLess((Date.now() - encoder.startedAt) / 1000 - await readPlayed(page), MAX_LATENCY);
    await encoder.stop();
    await eventually(() => readVideo<boolean>(page, "ended"), (ended) => ended);
    const player = page.getByRole("group", { name: "Media player" });
    await player.press("Home");
    await player.press("k");
    await waitForPlayback(page, 0.5);
  });
});
