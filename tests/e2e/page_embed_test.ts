/** Pages on other origins that embed an asset, by the snippets that its page offers. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Page } from "./playwright.ts";
import { startAms } from "./ams.ts";
import { APPEARANCES, openBrowser, withPage } from "./browser_pages.ts";
import { startEmbeddingSite } from "./embedding_site.ts";
import { eventually } from "./page_driver.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";

type Frame = ReturnType<Page["mainFrame"]>;

const FILE = "pair-avc-aac.mp4";

const served = serveTestdata(packageLadder, [], /^(ladder-|pair-avc-aac)/);
const opened = openBrowser();

const REQUESTS_AMS = /^requests http:\/\/127\.0\.0\.1:\d+\/[^?]*(ladder|pair|\.ams)/;

/** Runs a test with the frame of an embedded asset. */
async function withEmbed(
  { query, name = "embed", base = served.ams.url }: { query: string; name?: string; base?: string },
  test: (frame: Frame, requests: readonly string[]) => Promise<void>,
): Promise<void> {
  const src = `${base}/${LADDER}/?embed${query}`;
  await using site = await startEmbeddingSite(() =>
    `<iframe src="${src}" style="border:0" allow="autoplay; fullscreen" title="Film"></iframe>`
  );
  const visit = { url: `${site.url}/`, name, expected: REQUESTS_AMS };
  await withPage(opened, visit, async (page, requests) => {
    const frame = await eventually(
      () => Promise.resolve(page.frames()[1]),
      (frame) => frame !== undefined,
    );
    await test(frame!, requests);
  });
}

function readFrameVideo<T>(frame: Frame | Page, member: string, selector = "video"): Promise<T> {
  return frame.evaluate(`document.querySelector("${selector}")?.${member}`);
}

async function waitUntilPlaying(frame: Frame | Page, selector = "video"): Promise<void> {
  const read = (member: string) => readFrameVideo<number>(frame, member, selector);
  const start = await read("currentTime") ?? 0;
  await eventually(() => read("currentTime"), (time) => time > start + 0.3);
  await eventually(() => read("videoWidth"), (width) => width > 0);
}

Deno.test("a page on another origin embeds an asset, which plays", async () => {
  await withEmbed({ query: "&autoplay" }, async (frame, requests) => {
    await waitUntilPlaying(frame);
    assertEquals(await readFrameVideo(frame, "muted"), true);
    assert(requests.some((url) => url.endsWith(`/${LADDER}/poster`)));
    const [width, height] = await frame.evaluate<[number, number]>(
      `(({ width, height }) => [width, height])(document.querySelector(".player-box").getBoundingClientRect())`,
    );
    assertEquals([width, height], [1280, 720]); // all of the frame
    assertEquals(await frame.title(), LADDER);
  });
});

Deno.test("an embedded asset waits for the viewer, and shows its poster", async () => {
  await withEmbed({ query: "", name: "embed-poster" }, async (frame) => {
    await eventually(() => readFrameVideo<number>(frame, "readyState"), (state) => state >= 2);
    assertEquals(await readFrameVideo(frame, "paused"), true);
    assertEquals(await readFrameVideo(frame, "muted"), false);
    assert((await readFrameVideo<string>(frame, "poster")).endsWith(`/${LADDER}/poster`));
  });
});

Deno.test("an embedded asset plays the range in its URL again and again", async () => {
  await withEmbed({ query: "&autoplay&loop#t=3,4", name: "embed-loop" }, async (frame) => {
    const read = () => readFrameVideo<number>(frame, "currentTime");
    await eventually(read, (time) => time > 3.6);
    await eventually(read, (time) => time >= 2.9 && time < 3.4);
    assertEquals(await readFrameVideo(frame, "paused"), false);
  });
});

Deno.test("an embedded asset chooses languages, and passes its selection to manifests", async () => {
  const query =
    "&autoplay&lang=fr&subtitles=en&start=2&end=6&filter=(type!=%22video%22%7C%7CMaxHeight==240)";
  await withEmbed({ query, name: "embed-language" }, async (frame, requests) => {
    await waitUntilPlaying(frame);
    assertAlmostEquals(await readFrameVideo<number>(frame, "duration"), 4, 0.1);
    assert(requests.some((url) => url.includes("/.mpd?start=2&end=6&filter=")));
    const media = requests.filter((url) => url.endsWith(".m4s"));
    assert(media.some((url) => url.includes("audio_fra")), media.join("\n"));
    assert(!media.some((url) => url.includes("audio_eng")), media.join("\n"));
    await eventually(
      () => Promise.resolve(requests),
      (all) => all.some((url) => /text_eng.*vtt|\.vtt$/.test(url)),
    );
    assertEquals(await readFrameVideo(frame, "videoHeight"), 240);
  });
});

Deno.test("with --no-listing, an embedded asset plays", async () => {
  await using ams = await startAms(served.root, "--no-listing");
  await withEmbed(
    { query: "&autoplay", base: ams.url, name: "embed-unlisted" },
    (frame) => waitUntilPlaying(frame),
  );
  const { status, body } = await fetch(`${ams.url}/`, { headers: { accept: "text/html" } });
  await body?.cancel();
  assertEquals(status, 404);
});

Deno.test("--allow-embed lets pages of its origins embed an asset, and no others", async () => {
  let src = "";
  const frame = () => `<iframe src="${src}" allow="autoplay" title="Film"></iframe>`;
  await using allowed = await startEmbeddingSite(frame);
  await using other = await startEmbeddingSite(frame);
  await using ams = await startAms(served.root, "--allow-embed", allowed.url);
  src = `${ams.url}/${LADDER}/?embed&autoplay`;
  const visit = { url: `${allowed.url}/`, name: "embed-allowed", expected: REQUESTS_AMS };
  await withPage(opened, visit, async (page) => {
    await eventually(() => Promise.resolve(page.frames().length), (count) => count === 2);
    await waitUntilPlaying(page.frames()[1]!);
  });
  const refusals: string[] = [];
  const expected = /frame-ancestors|requests http|ERR_BLOCKED_BY_RESPONSE/;
  await withPage(
    opened,
    { url: `${other.url}/`, name: "embed-refused", expected },
    async (page) => {
      page.on("console", (message) => refusals.push(message.text()));
      await page.reload();
      await eventually(
        () => Promise.resolve(refusals),
        (all) => all.some((text) => text.includes("frame-ancestors")),
      );
      const embedded = page.frames().slice(1);
      assertEquals(embedded.filter((frame) => frame.url().startsWith(ams.url)), []);
    },
  );
});

Deno.test("no page embeds the whole page of an asset", async () => {
  await using site = await startEmbeddingSite(() =>
    `<iframe src="${served.ams.url}/${LADDER}/" title="Film"></iframe>`
  );
  const refusals: string[] = [];
  const expected = /frame-ancestors|requests http|ERR_BLOCKED_BY_RESPONSE/;
  await withPage(opened, { url: `${site.url}/`, name: "embed-page", expected }, async (page) => {
    page.on("console", (message) => refusals.push(message.text()));
    await page.reload();
    await eventually(
      () => Promise.resolve(refusals),
      (all) => all.some((text) => text.includes("frame-ancestors 'none'")),
    );
  });
});

/** Opens the snippets of an asset, and copies each. */
async function copySnippets(name: string): Promise<Map<string, string>> {
  const snippets = new Map<string, string>();
  const visit = { url: `${served.ams.url}/${name}/`, name: `snippets-${name}` };
  await withPage(opened, visit, async (page) => {
    await page.getByText("Put it on your page").click();
    for (const button of await page.getByRole("button", { name: /^Copy HTML: / }).all()) {
      const label = (await button.getAttribute("aria-label"))!;
      await page.evaluate(`navigator.clipboard.writeText("")`);
      await button.click();
      const html = await eventually(
        () => page.evaluate<string>("navigator.clipboard.readText()"),
        (text) => text !== "",
      );
      snippets.set(label.replace("Copy HTML: ", ""), html);
    }
  });
  return snippets;
}

/** Puts a snippet on another page as it is, and plays it. */
async function playSnippet(name: string, html: string): Promise<void> {
  await using site = await startEmbeddingSite(() => html);
  const visit = { url: `${site.url}/`, name: `snippet-${name}`, expected: REQUESTS_AMS };
  await withPage(opened, visit, async (page) => {
    if (html.startsWith("<iframe")) {
      await eventually(() => Promise.resolve(page.frames().length), (count) => count === 2);
    }
    const frame = page.frames().at(-1)!;
    await eventually(() => readFrameVideo<number>(frame, "readyState"), (state) => state >= 2);
    await frame.evaluate(
      `(video => { video.muted = true; return video.play(); })(document.querySelector("video"))`,
    );
    await waitUntilPlaying(frame);
  });
}

for (const name of [LADDER, FILE]) {
  Deno.test(`the snippets on the page of ${name} play as they are copied`, async () => {
    const snippets = await copySnippets(name);
    assertEquals([...snippets.keys()], ["Player in a frame", "Video element", "hls.js", "dash.js"]);
    for (const [kind, html] of snippets) await playSnippet(`${name}-${kind}`, html);
  });
}

Deno.test("the page of a media file offers the file", async () => {
  const visit = { url: `${served.ams.url}/${FILE}/`, name: "download" };
  await withPage(opened, visit, async (page) => {
    const link = page.getByRole("link", { name: `Download ${FILE}` });
    const url = new URL((await link.getAttribute("href"))!, page.url());
    assertEquals(url.href, `${served.ams.url}/${FILE}`);
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    assertEquals(download.suggestedFilename(), FILE);
  });
});

Deno.test("the page of a package offers its files", async () => {
  const visit = { url: `${served.ams.url}/${LADDER}/`, name: "downloads" };
  await withPage(opened, visit, async (page) => {
    await page.getByText("Download files").click();
    const links = page.getByRole("link", { name: /^Download ladder-/ });
    assertEquals(await links.count(), 8);
    for (const link of await links.all()) {
      const { pathname } = new URL((await link.getAttribute("href"))!, page.url());
      assertEquals((await fetch(served.ams.url + pathname, { method: "HEAD" })).status, 200);
    }
  });
});

for (const appearance of APPEARANCES) {
  Deno.test(`the player alone fills its window: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/${LADDER}/?embed&autoplay`;
    await withPage(opened, { url, name: "embed-alone", appearance }, async (page) => {
      await waitUntilPlaying(page);
      const size = await page.evaluate<number[]>(
        `(({ width, height }) => [width, height])(document.querySelector(".player-box").getBoundingClientRect())`,
      );
      assertEquals(size, [appearance.width, appearance.height]);
      assertEquals(
        await page.evaluate(`document.documentElement.scrollHeight > innerHeight`),
        false,
      );
    });
  });
}
