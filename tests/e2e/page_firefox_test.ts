/** One pass in Firefox: the page of an asset, the player alone, and the snippets that the page offers. */

import { assert, assertEquals, assertGreater } from "@std/assert";
import { startEmbeddingSite } from "./embedding_site.ts";
import { type Frame, openFirefox, type Page, withFirefoxPage } from "./firefox.ts";
import { eventually } from "./page_driver.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";

const FILE = "pair-avc-aac.mp4";

const served = serveTestdata(packageLadder, [], /^(ladder-|pair-avc-aac)/);
const opened = openFirefox();

function visitAms(path: string, name: string) {
  return { url: `${served.ams.url}/${path}`, name, origins: [served.ams.url] };
}

function readVideo<T>(frame: Frame | Page, member: string): Promise<T> {
  return frame.evaluate(`document.querySelector("video")?.${member}`) as Promise<T>;
}

async function waitForPlayback(frame: Frame | Page): Promise<void> {
  const read = () => readVideo<number>(frame, "currentTime");
  const start = await read() ?? 0;
  await eventually(read, (time) => time > start + 0.5);
  const frames = "getVideoPlaybackQuality().totalVideoFrames";
  await eventually(() => readVideo<number>(frame, frames), (count) => count > 5);
}

async function waitUntilReady(frame: Frame | Page): Promise<void> {
  await eventually(() => readVideo<number>(frame, "readyState"), (state) => state >= 2);
}

Deno.test("Firefox plays the page of an asset: DASH, HLS and HLS with MPEG-TS", async () => {
  await withFirefoxPage(opened, visitAms(`${LADDER}/`, "asset"), async (page, requests) => {
    await waitUntilReady(page);
    await page.evaluate(`document.querySelector("video").muted = true`);
    await page.keyboard.press("k");
    await waitForPlayback(page);
    assert(requests.some((url) => url.endsWith("/.mpd")));
    for (const [protocol, manifest] of [["hls", "/.m3u8"], ["hlsTs", "/ts.m3u8"]] as const) {
      const before = await readVideo<number>(page, "currentTime");
      await page.locator(`button[data-protocol="${protocol}"]`).click();
      await eventually(
        () => Promise.resolve(requests),
        (urls) => urls.some((url) => url.endsWith(manifest)),
      );
      await waitForPlayback(page);
      assertGreater(await readVideo<number>(page, "currentTime"), before);
    }
    assertEquals(await page.$(".problem:not([hidden])"), null);
  });
});

Deno.test("Firefox plays an embedded asset at the time in its URL", async () => {
  const path = `${LADDER}/?embed&autoplay#t=3`;
  await withFirefoxPage(opened, visitAms(path, "embed"), async (page) => {
    await waitUntilReady(page);
    assertGreater(await readVideo<number>(page, "currentTime"), 2.9);
    await waitForPlayback(page);
  });
});

/** Opens the snippets of an asset, and copies each. */
async function copySnippets(name: string): Promise<Map<string, string>> {
  const snippets = new Map<string, string>();
  await withFirefoxPage(opened, visitAms(`${name}/`, `snippets-${name}`), async (page) => {
    await page.locator("details.embed summary").click();
    const labels = await page.$$eval(
      `[aria-label^="Copy HTML: "]`,
      (buttons) => buttons.map((it) => it.getAttribute("aria-label")!),
    );
    for (const label of labels) {
      await page.evaluate(`navigator.clipboard.writeText("")`);
      await page.locator(`[aria-label="${label}"]`).click();
      const read = () => page.evaluate(`navigator.clipboard.readText()`) as Promise<string>;
      snippets.set(label.replace("Copy HTML: ", ""), await eventually(read, (it) => it !== ""));
    }
  });
  return snippets;
}

/** Puts a snippet on another page as it is, and plays it. */
async function playSnippet(name: string, html: string): Promise<void> {
  await using site = await startEmbeddingSite(() => html);
  const origins = [site.url, served.ams.url];
  const visit = { url: `${site.url}/`, name: `snippet-${name.replaceAll(" ", "-")}`, origins };
  await withFirefoxPage(opened, visit, async (page) => {
    const isFrame = html.startsWith("<iframe");
    await eventually(
      () => Promise.resolve(page.frames().length),
      (count) => count === (isFrame ? 2 : 1),
    );
    const frame = page.frames().at(-1)!;
    await waitUntilReady(frame);
    await frame.evaluate(
      `(video => { video.muted = true; return video.play(); })(document.querySelector("video"))`,
    );
    await waitForPlayback(frame);
  });
}

/** Each once. In a package, the video element has HLS, which Firefox does not play by itself. */
const SNIPPETS: Readonly<Record<string, readonly string[]>> = {
  [FILE]: ["Video element"],
  [LADDER]: ["Player in a frame", "hls.js", "dash.js"],
};

for (const [name, kinds] of Object.entries(SNIPPETS)) {
  Deno.test(`Firefox plays ${kinds.join(", ")} as copied from the page of ${name}`, async () => {
    const snippets = await copySnippets(name);
    for (const kind of kinds) await playSnippet(kind, snippets.get(kind)!);
  });
}
