/** The page of a folder: what it lists, finds and opens. */

import { assert, assertEquals } from "@std/assert";
import { join } from "@std/path";
import type { Locator } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { DESKTOP_LIGHT, LOOKS, onVisit, openBrowser } from "./browser_pages.ts";

/** More entries than the first answer has. */
const MANY = 120;

const SAID_OF_LADDER =
  "ladder.json 1280×720 · 3 video, 2 audio, 2 subtitles · English, French 0:12";

const THUMBNAIL_WIDTH = 160;

const served = serveTestdata(async (root) => {
  await packageLadder(root);
  await Deno.writeTextFile(join(root, "broken.json"), '{ "ams": 1 ');
  await Deno.mkdir(join(root, "many"));
  for (let i = 0; i < MANY; i++) await Deno.writeTextFile(join(root, "many", `note ${i}.txt`), "");
  await Deno.mkdir(join(root, "empty"));
});
const opened = openBrowser();

async function wordsOf(place: Locator): Promise<string> {
  return (await place.innerText()).replace(/\s+/g, " ");
}

for (const look of LOOKS) {
  Deno.test(`the page of a folder lists and finds: ${look.name}`, async () => {
    await onVisit(
      opened,
      { url: `${served.ams.url}/`, look, name: "folder" },
      async (page, asked) => {
        await page.getByRole("heading", { name: "All files" }).waitFor();
        await page.getByLabel("Search").fill("LADDER js");
        const rows = page.locator(".rows > li:visible");
        await page.getByText("1 found").waitFor();
        assertEquals(await rows.count(), 1);
        await rows.scrollIntoViewIfNeeded();
        await eventually(() => wordsOf(rows), (words) => words === SAID_OF_LADDER);
        const width = "document.querySelector('li:not([hidden]) img').naturalWidth";
        await eventually(() => page.evaluate(width), (width) => width === THUMBNAIL_WIDTH);
        assert(!asked.some((url) => /shaka|uplot|qrcode/.test(url)));
      },
    );
  });
}

Deno.test("the page of a folder says why a file can't be played", async () => {
  await onVisit(opened, { url: `${served.ams.url}/`, name: "broken" }, async (page) => {
    const row = page.locator(".broken", { hasText: "broken.json" });
    await row.scrollIntoViewIfNeeded();
    await eventually(
      () => wordsOf(row),
      (words) => /Can’t be played\. .*Cannot read line \d/.test(words),
    );
    assertEquals(await row.locator("a").count(), 0);
  });
});

Deno.test("the page of a folder is used with the keyboard alone", async () => {
  await onVisit(opened, { url: `${served.ams.url}/`, name: "keyboard" }, async (page) => {
    await page.getByRole("link", { name: "ladder.json" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("ladder");
    await page.getByText("found").waitFor();
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

Deno.test("the page of a folder finds what the first answer did not have", async () => {
  await onVisit(opened, { url: `${served.ams.url}/many/`, name: "many" }, async (page) => {
    await page.getByText(`${MANY} entries`).waitFor();
    await page.getByLabel("Search").fill("note 119");
    await page.getByText("1 found", { exact: true }).waitFor();
    await page.getByLabel("Search").fill("nothing such");
    await page.getByText("Nothing is called “nothing such”.").waitFor();
  });
});

Deno.test("the page of a folder leads up, and says when there is nothing", async () => {
  await onVisit(opened, { url: `${served.ams.url}/empty/`, name: "empty" }, async (page) => {
    await page.getByText("Nothing here yet").waitFor();
    await page.getByRole("link", { name: "All files" }).click();
    await page.waitForURL(`${served.ams.url}/`);
  });
});

Deno.test("the page of a folder that is not there is none", async () => {
  const url = `${served.ams.url}/nowhere/`;
  await onVisit(opened, { url, name: "nowhere", expected: /404/ }, async (page) => {
    assert((await page.content()).includes("NOT_FOUND"));
  });
});

/** All that a folder's page loads, without thumbnails. In bytes, as they are sent. */
const FOLDER_WEIGHT = 32_000;

Deno.test("the page of a folder is small", async () => {
  const visit = { url: `${served.ams.url}/many/`, name: "weight", look: DESKTOP_LIGHT };
  await onVisit(opened, visit, async (page) => {
    await page.getByText(`${MANY} entries`).waitFor();
    const sizes = await page.evaluate<number[]>(
      `performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"))
        .map((entry) => entry.encodedBodySize)`,
    );
    const sum = sizes.reduce((sum, size) => sum + size, 0);
    assert(sum < FOLDER_WEIGHT, `${sum} bytes`);
    assert(sizes.length > 5);
  });
});
