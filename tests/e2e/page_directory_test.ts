/** The page of a directory: list, search and navigation. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Locator, Page } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { APPEARANCES, DESKTOP_LIGHT, openBrowser, withPage } from "./browser_pages.ts";

/** More entries than the first response contains. */
const FILE_COUNT = 120;

const LADDER_ROW = new RegExp(
  "^ladder.json 1280×720 · 3 video, 2 audio, 2 subtitles · English, French " +
    "0:12 [0-9.]+ [kM]B [0-9]{1,2} [A-Z][a-z]{2,3} [0-9]{4} 8 files$",
);

const THUMBNAIL_WIDTH = 160;

/** Few, so that the first response contains all of them. */
const FILES = /^ladder-/;

async function fillRoot(root: string): Promise<void> {
  await packageLadder(root);
  await Deno.writeTextFile(join(root, "broken.json"), '{ "ams": 1 ');
  await titleLadder(root);
  await Deno.mkdir(join(root, "many"));
  for (let i = 0; i < FILE_COUNT; i++) {
    await Deno.writeTextFile(join(root, "many", `note ${i}.txt`), "");
  }
  await Deno.mkdir(join(root, "empty"));
  await fillSorted(join(root, "sorted"));
}

/** `titled.json` is the ladder with a title and a description. */
async function titleLadder(root: string): Promise<void> {
  const pack = JSON.parse(await Deno.readTextFile(join(root, LADDER)));
  const titled = { ...pack, title: "Climbing", description: "How to <b>climb</b>" };
  await Deno.writeTextFile(join(root, "titled.json"), JSON.stringify(titled));
}

/** Sizes in bytes. */
const SORTED = { "a 10.txt": 30, "a 9.txt": 10, "b.mkv": 20, "data.json": 2 };

async function fillSorted(directory: string): Promise<void> {
  await Deno.mkdir(join(directory, "deeper"), { recursive: true });
  for (const [name, size] of Object.entries(SORTED)) {
    const text = name.endsWith(".json") ? "{}" : "x".repeat(size);
    await Deno.writeTextFile(join(directory, name), text);
  }
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
        await eventually(() => readText(rows), (words) => LADDER_ROW.test(words));
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
      (words) => /Not playable: Cannot read line \d/.test(words),
    );
    assertEquals(await row.locator("a").count(), 0);
  });
});

/** Names of the rows that are shown, in order. */
function readNames(page: Page): Promise<string[]> {
  return page.locator(".rows .row:visible .row-name").allInnerTexts();
}

/** Waits for the names of the rows: a row without layout has none yet. */
async function untilNames(page: Page, names: readonly string[]): Promise<void> {
  await eventually(() => readNames(page), (found) => found.join("\n") === names.join("\n"));
}

const BY_NAME = ["deeper", "a 9.txt", "a 10.txt", "b.mkv", "data.json"];
const BY_SIZE = ["a 10.txt", "b.mkv", "a 9.txt", "data.json", "deeper"];

for (const appearance of APPEARANCES) {
  Deno.test(`the page of a directory sorts by columns, which its URL keeps: ${appearance.name}`, async () => {
    const visit = { url: `${served.ams.url}/sorted/`, name: "sorted", appearance };
    await withPage(opened, visit, async (page) => {
      await page.getByText("5 entries").waitFor();
      await untilNames(page, BY_NAME);
      await page.getByRole("button", { name: "Size" }).click();
      await untilNames(page, BY_SIZE);
      await page.waitForURL("**/sorted/?sort=size");
      await page.reload();
      await page.getByRole("button", { name: "Size, descending" }).click();
      await untilNames(page, [...BY_SIZE.slice(0, 4).reverse(), "deeper"]);
      await page.waitForURL("**/sorted/?sort=size&order=asc");
      await page.getByRole("button", { name: "Name" }).click();
      await untilNames(page, BY_NAME);
      await page.waitForURL("**/sorted/");
    });
  });
}

Deno.test("the page of a directory shows titles and descriptions, and finds titles", async () => {
  await withPage(opened, { url: `${served.ams.url}/?q=climbing`, name: "titled" }, async (page) => {
    await page.getByText("1 match", { exact: true }).waitFor();
    await untilNames(page, ["Climbing"]);
    const row = await readText(page.locator(".rows .row:visible"));
    assertMatch(row, /^Climbing titled\.json How to <b>climb<\/b> 1280×720 · /);
  });
});

Deno.test("the page of a directory keeps the search in its URL", async () => {
  await withPage(opened, { url: `${served.ams.url}/sorted/`, name: "kept" }, async (page) => {
    await page.getByLabel("Search").fill("a 1");
    await page.waitForURL("**/sorted/?q=a%201");
    await page.reload();
    await page.getByText("1 match", { exact: true }).waitFor();
    await untilNames(page, ["a 10.txt"]);
    assertEquals(await page.getByLabel("Search").inputValue(), "a 1");
  });
});

Deno.test("the page of a directory folds files under the package that plays them", async () => {
  await withPage(opened, { url: `${served.ams.url}/`, name: "folded" }, async (page) => {
    const first = page.locator(".rows > li").filter({ hasText: LADDER });
    const members = first.locator(".members .row");
    await first.getByText("8 files").waitFor();
    assertEquals(await members.locator("visible=true").count(), 0);
    await first.getByText("8 files").click();
    assertEquals(await members.locator("visible=true").count(), 8);
    await first.getByText("8 files").click();
    await page.getByLabel("Search").fill("avc-240p");
    await page.getByText("1 match", { exact: true }).waitFor();
    await untilNames(page, [LADDER, "ladder-avc-240p.mp4"]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL("**/ladder-avc-240p.mp4/");
  });
});

Deno.test("the page of a directory tells what is not streamed, and why", async () => {
  await withPage(opened, { url: `${served.ams.url}/sorted/`, name: "unserved" }, async (page) => {
    const mkv = page.locator(".rows > li", { hasText: "b.mkv" });
    await mkv.getByText("Not MP4: cannot be streamed").waitFor();
    await mkv.getByText("Convert it to MP4").click();
    await mkv.getByText("ffmpeg -i b.mkv -c copy -c:s mov_text b.mp4").waitFor();
    const json = page.locator(".rows > li", { hasText: "data.json" });
    await json.getByText("Not a package of AMS: not served").waitFor();
    assertEquals(await json.locator("a").count(), 0);
  });
});

Deno.test("the end of a page names the version, and links to documentation and licenses", async () => {
  await withPage(opened, { url: `${served.ams.url}/empty/`, name: "footer" }, async (page) => {
    const footer = page.getByRole("contentinfo");
    assertMatch(await footer.innerText(), /^AMS \d+\.\d+\.\d+/);
    for (
      const [name, text] of [["Documentation", "amspackager -o"], ["Licenses", "shaka"]] as const
    ) {
      const href = await footer.getByRole("link", { name }).getAttribute("href");
      const response = await fetch(new URL(href!, page.url()));
      assertEquals([response.status, (await response.text()).includes(text)], [200, true]);
    }
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
