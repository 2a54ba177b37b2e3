/** The page of a directory: list, search and navigation. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Locator } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { APPEARANCES, DESKTOP_LIGHT, openBrowser, withPage } from "./browser_pages.ts";

/** More entries than the first response contains. */
const FILE_COUNT = 120;

const LADDER_ROW = "ladder.json 1280×720 · 3 video, 2 audio, 2 subtitles · English, French 0:12";

const THUMBNAIL_WIDTH = 160;

/** Few, so that the first response contains all of them. */
const FILES = /^ladder-/;

async function fillRoot(root: string): Promise<void> {
  await packageLadder(root);
  await Deno.writeTextFile(join(root, "broken.json"), '{ "ams": 1 ');
  await Deno.mkdir(join(root, "many"));
  for (let i = 0; i < FILE_COUNT; i++) {
    await Deno.writeTextFile(join(root, "many", `note ${i}.txt`), "");
  }
  await Deno.mkdir(join(root, "empty"));
}

const served = serveTestdata(fillRoot, [], FILES);
const opened = openBrowser();

async function readText(place: Locator): Promise<string> {
  return (await place.innerText()).replace(/\s+/g, " ");
}

for (const appearance of APPEARANCES) {
  Deno.test(`the page of a directory lists and finds entries: ${appearance.name}`, async () => {
    await withPage(
      opened,
      { url: `${served.ams.url}/`, appearance, name: "directory" },
      async (page, requests) => {
        await page.getByRole("heading", { name: "All files" }).waitFor();
        await page.getByLabel("Search").fill("LADDER js");
        const rows = page.locator(".rows > li:visible");
        await page.getByText("1 match").waitFor();
        assertEquals(await rows.count(), 1);
        await rows.scrollIntoViewIfNeeded();
        await eventually(() => readText(rows), (words) => words === LADDER_ROW);
        const width = "document.querySelector('li:not([hidden]) img').naturalWidth";
        await eventually(() => page.evaluate(width), (width) => width === THUMBNAIL_WIDTH);
        assert(!requests.some((url) => /shaka|uplot|qrcode/.test(url)));
      },
    );
  });
}

Deno.test("the page of a directory shows why a file is not playable", async () => {
  await withPage(opened, { url: `${served.ams.url}/`, name: "broken" }, async (page) => {
    const row = page.locator(".broken", { hasText: "broken.json" });
    await row.scrollIntoViewIfNeeded();
    await eventually(
      () => readText(row),
      (words) => /Not playable: .*Cannot read line \d/.test(words),
    );
    assertEquals(await row.locator("a").count(), 0);
  });
});

Deno.test("the page of a directory works with the keyboard alone", async () => {
  await withPage(opened, { url: `${served.ams.url}/`, name: "keyboard" }, async (page) => {
    await page.getByRole("link", { name: "ladder.json" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("ladder");
    await page.getByText("matches").waitFor();
    await page.keyboard.press("ArrowDown");
    const focused = () =>
      page.evaluate("document.activeElement.querySelector('.row-name').textContent");
    const first = await focused();
    await page.keyboard.press("ArrowDown");
    assert(await focused() !== first);
    await page.keyboard.press("ArrowUp");
    assertEquals(await focused(), first);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+A");
    await page.keyboard.type(LADDER);
    await page.keyboard.press("Enter");
    await page.waitForURL(`**/${LADDER}/`);
    await page.getByRole("heading", { name: LADDER }).waitFor();
  });
});

Deno.test("the page of a directory finds entries beyond the first response", async () => {
  await withPage(opened, { url: `${served.ams.url}/many/`, name: "many" }, async (page) => {
    await page.getByText(`${FILE_COUNT} entries`).waitFor();
    await page.getByLabel("Search").fill("note 119");
    await page.getByText("1 match", { exact: true }).waitFor();
    await page.getByLabel("Search").fill("nothing such");
    await page.getByText("No matches for “nothing such”").waitFor();
  });
});

Deno.test("the page of a directory links to its parent, and shows that it is empty", async () => {
  await withPage(opened, { url: `${served.ams.url}/empty/`, name: "empty" }, async (page) => {
    await page.getByText("This directory is empty").waitFor();
    await page.getByRole("link", { name: "All files" }).click();
    await page.waitForURL(`${served.ams.url}/`);
  });
});

/** Limit of all that the page of a directory loads except thumbnails. In bytes, compressed. */
const MAX_DIRECTORY_BYTES = 32_000;

Deno.test("the page of a directory is small", async () => {
  const visit = { url: `${served.ams.url}/many/`, name: "weight", appearance: DESKTOP_LIGHT };
  await withPage(opened, visit, async (page) => {
    await page.getByText(`${FILE_COUNT} entries`).waitFor();
    const sizes = await page.evaluate<number[]>(
      `performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
        .map((entry) => entry.encodedBodySize)`,
    );
    const sum = sizes.reduce((sum, size) => sum + size, 0);
    assert(sum < MAX_DIRECTORY_BYTES, `${sum} bytes`);
    assert(sizes.length > 5);
  });
});
