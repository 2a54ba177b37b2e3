/** The pages are for everybody: axe-core finds nothing against them, in either theme and size. */

import { assertEquals } from "@std/assert";
import axe from "npm:axe-core@4.14.1/axe.min.js" with { type: "text" };
import type { Page } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { APPEARANCES, openBrowser, readVideo, withPage } from "./browser_pages.ts";

const served = serveTestdata(packageLadder);
const opened = openBrowser();

const TABS = ["Tracks", "Segments", "Manifests", "Boxes"];

/** Parts of the page, by their classes. */
const REGIONS = ["top", "screen", "player-row", "links", "inspector"];

/** What axe-core has to say, a line a finding. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
}

for (const appearance of APPEARANCES) {
  Deno.test(`axe-core finds nothing against the page of a folder: ${appearance.name}`, async () => {
    await withPage(
      opened,
      { url: `${served.ams.url}/`, appearance, name: "access-folder" },
      async (page) => {
        await page.getByText(/^\d+ entries$/).waitFor();
        assertEquals(await findViolations(page), []);
      },
    );
  });

  Deno.test(`axe-core finds nothing against the page of a title: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/${LADDER}/`;
    await withPage(opened, { url, appearance, name: "access-title" }, async (page) => {
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      await page.getByText("QR code").click();
      await page.getByText("Keys").click();
      for (const tab of TABS) {
        await page.getByRole("tab", { name: tab }).click();
        await page.getByRole("tabpanel", { name: tab }).waitFor();
        assertEquals(await findViolations(page), []);
      }
      await page.getByRole("group", { name: "Film" }).hover();
      await page.getByRole("button", { name: "More settings" }).click();
      assertEquals(await findViolations(page), []);
      await page.getByRole("button", { name: "Playback speed" }).click();
      assertEquals(await findViolations(page), []);
      await page.getByRole("button", { name: "Captions" }).click();
      assertEquals(await findViolations(page), []);
    });
  });
}

Deno.test("the page of a title is walked through with Tab, from the path to the boxes", async () => {
  await withPage(opened, { url: `${served.ams.url}/${LADDER}/`, name: "focus" }, async (page) => {
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    const places: string[] = [];
    const place = `${JSON.stringify(REGIONS)}.find((name) =>
      document.activeElement.closest("." + name)) ?? ""`;
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      const now = await page.evaluate<string>(place);
      if (now !== places.at(-1)) places.push(now);
    }
    assertEquals(places.slice(0, REGIONS.length), REGIONS);
  });
});
