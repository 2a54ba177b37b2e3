/** File names, labels and cues that contain code are listed, linked and played, and never executed. */

import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "./playwright.ts";
import { encodePathSegment } from "../../lib/ui/urls.js";
import { showControlCharacters } from "../../lib/ui/dom.js";
import { amspackager } from "./ams.ts";
import { serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { openBrowser, readVideo, waitForPlayback, withPage } from "./browser_pages.ts";

const SCRIPT = "globalThis.hacked=1";

/** Names of video files. */
const NAMES = [
  `<img src=x onerror=${SCRIPT}>.mp4`,
  `"><svg onload=${SCRIPT}>.mp4`,
  `'-${SCRIPT}-'.mp4`,
  `javascript:${SCRIPT}.mp4`,
  "100% #1 a?b&c=d;e+f.mp4",
  "%2e%2e%00%.mp4",
  "two\nlines\tand a tab.mp4",
  "שלום עולם \u202egpj.mp4",
  "🎬 naïve — ‘film’.mp4",
  "$(reboot) `reboot` {{7*7}} ${8*8}.mp4",
  " spaces  at both ends .mp4",
];

const LABEL = `</option><img src=x onerror=${SCRIPT}>`;

const CUE = `<img src=x onerror=${SCRIPT}><script>${SCRIPT}</script><b>bold</b> &lt;i&gt;`;

const VIDEO_FILE = "ladder-avc-240p.mp4";

const served = serveTestdata(async (root) => {
  const directory = join(root, "odd <b>names 100% #?");
  await Deno.mkdir(directory);
  for (const name of NAMES) await Deno.copyFile(join(root, VIDEO_FILE), join(directory, name));
  await packageLabels(root);
});
const opened = openBrowser();

async function packageLabels(root: string): Promise<void> {
  const vtt = `WEBVTT\n\n00:00.000 --> 00:12.000\n${CUE}\n`;
  await Deno.writeTextFile(join(root, "hostile.vtt"), vtt);
  await amspackager(root, "-o", "labels.json", "-i", VIDEO_FILE, "-i", "hostile.vtt", "-l", "eng");
  const path = join(root, "labels.json");
  const pack = JSON.parse(await Deno.readTextFile(path));
  for (const track of pack.tracks) track.label = LABEL;
  await Deno.writeTextFile(path, JSON.stringify(pack));
}

async function assertNothingRan(page: Page): Promise<void> {
  assertEquals(await page.evaluate(`"hacked" in globalThis`), false);
  assertEquals(await page.locator("img[src=x], svg[onload], main script").count(), 0);
}

Deno.test("file names that contain code are listed as text", async () => {
  const url = `${served.ams.url}/${encodePathSegment("odd <b>names 100% #?")}/`;
  await withPage(opened, { url, name: "names" }, async (page) => {
    await page.getByRole("heading", { name: "odd <b>names 100% #?" }).waitFor();
    await page.getByText(`${NAMES.length} entries`).waitFor();
    assertEquals(new Set(await readNames(page)), new Set(NAMES.map(showControlCharacters)));
    await page.getByLabel("Search").fill("<img");
    await page.getByText("1 match", { exact: true }).waitFor();
    await assertNothingRan(page);
  });
});

for (const name of NAMES) {
  Deno.test(`a file named ${JSON.stringify(name)} plays`, async () => {
    const url = `${served.ams.url}/${encodePathSegment("odd <b>names 100% #?")}/`;
    await withPage(opened, { url, name: "named" }, async (page) => {
      await page.locator(".row").nth(await findRow(page, name)).click();
      await page.getByRole("heading").first().waitFor();
      assertEquals(await page.locator("h1").textContent(), showControlCharacters(name));
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      await page.evaluate(`document.querySelector("video").muted = true`);
      await page.getByRole("group", { name: "Media player" }).press("k");
      await waitForPlayback(page);
      const dash = await page.locator(".copy-text").first().textContent();
      const { status } = await fetch(dash!);
      assertEquals([dash, status], [`${url}${encodePathSegment(name)}/.mpd`, 200]);
      await assertNothingRan(page);
    });
  });
}

async function findRow(page: Page, name: string): Promise<number> {
  return (await readNames(page)).indexOf(showControlCharacters(name));
}

/** A listing of files that take long to open needs a second request. */
async function readNames(page: Page): Promise<string[]> {
  return await eventually(
    () => page.locator(".row-name").allTextContents(),
    ({ length }) => length === NAMES.length,
  );
}

Deno.test("labels and cues that contain code are shown, and never executed", async () => {
  await withPage(
    opened,
    { url: `${served.ams.url}/labels.json/`, name: "labels" },
    async (page) => {
      await page.locator("tr.set", { hasText: LABEL }).first().waitFor();
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      await page.getByRole("group", { name: "Media player" }).hover();
      await page.getByRole("button", { name: "Captions" }).click();
      await page.locator(".shaka-text-languages [role=menuitemradio]").first().click();
      await page.evaluate(`document.querySelector("video").currentTime = 1`);
      const text = page.locator(".shaka-text-container");
      await eventually(() => text.innerText(), (text) => text.includes("bold"));
      for (const tab of ["Segments", "Manifests", "Boxes"]) {
        await page.getByRole("tab", { name: tab }).click();
      }
      await page.getByLabel("Document").waitFor({ state: "attached" });
      await assertNothingRan(page);
    },
  );
});
