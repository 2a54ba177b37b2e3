/** Pages of errors: a sentence, what to do, the code, and a way to other pages. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import type { Page } from "./playwright.ts";
import { serveTestdata } from "./root.ts";
import { APPEARANCES, openBrowser, withPage } from "./browser_pages.ts";

const served = serveTestdata(
  async (root) => {
    await Deno.mkdir(join(root, "films"));
    await Deno.writeTextFile(join(root, "films", "broken.mp4"), "not a movie");
  },
  [],
  /^ladder-avc-240p/,
);
const opened = openBrowser();

async function readBreadcrumbs(page: Page): Promise<string[]> {
  return await page.locator("#path li").allInnerTexts();
}

for (const appearance of APPEARANCES) {
  Deno.test(`a missing file has a page with a way home: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/films/nowhere.mp4/`;
    const visit = { url, appearance, name: "not-found", expected: /404/ };
    await withPage(opened, visit, async (page) => {
      await page.getByRole("heading", { name: "Not found" }).waitFor();
      await page.getByText("Cannot find 'films/nowhere.mp4'").waitFor();
      await page.getByText("Error 404, NOT_FOUND").waitFor();
      assertEquals(await readBreadcrumbs(page), ["All files", "films", "nowhere.mp4"]);
      await page.locator("#path").getByRole("link", { name: "films" }).click();
      await page.waitForURL(`${served.ams.url}/films/`);
    });
  });
}

Deno.test("a broken file has a page with a way home", async () => {
  const url = `${served.ams.url}/films/broken.mp4/`;
  await withPage(opened, { url, name: "broken-file", expected: /500/ }, async (page) => {
    await page.getByRole("heading", { name: "Broken file" }).waitFor();
    assertMatch(await page.getByRole("alert").innerText(), /broken\.mp4: .*Cannot /);
    await page.getByText("amspackager verify").waitFor();
    assertEquals(await readBreadcrumbs(page), ["All files", "films", "broken.mp4"]);
    await page.getByRole("main").getByRole("link", { name: "All files" }).click();
    await page.waitForURL(`${served.ams.url}/`);
  });
});

Deno.test("the page of an error without scripts has its sentence and a way home", async () => {
  const response = await fetch(`${served.ams.url}/films/none.txt`, {
    headers: { accept: "text/html" },
  });
  const html = await response.text();
  assertEquals(response.status, 404);
  assert(html.includes("Cannot find &#39;films/none.txt&#39;"), html);
  assert(html.includes(`href="../">All files</a>`), html);
});
