/** Accessibility of the pages: axe-core finds no violation, in both color schemes and sizes. */

import { assertEquals } from "@std/assert";
import axe from "npm:axe-core@4.14.1/axe.min.js" with { type: "text" };
import type { Page } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { APPEARANCES, openBrowser, readVideo, withPage } from "./browser_pages.ts";

const served = serveTestdata(packageLadder);
const opened = openBrowser();

/** Leads from a page of the player's menu back to the menu. */
const BACK = ".shaka-back-to-overflow-button:visible";

const TABS = ["Tracks", "Segments", "Manifests", "Boxes"];

/** Parts of the page in the order of the Tab key, by their classes. */
const REGIONS = ["top", "player-box", "player-row", "clip", "links", "inspector"];

/** Runs axe-core, and returns a line for each violation. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate<string[]>(`axe.run().then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ": " + html)))`);
}

for (const appearance of APPEARANCES) {
  Deno.test(`axe-core finds no violation on the page of a directory: ${appearance.name}`, async () => {
    await withPage(
      opened,
      { url: `${served.ams.url}/`, appearance, name: "access-directory" },
      async (page) => {
        await page.getByText(/^\d+ entries$/).waitFor();
        assertEquals(await findViolations(page), []);
      },
    );
  });

  Deno.test(`axe-core finds no violation on the page of an error: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/none/`;
    const visit = { url, appearance, name: "access-error", expected: /404/ };
    await withPage(opened, visit, async (page) => {
      await page.getByRole("heading", { name: "Not found" }).waitFor();
      assertEquals(await findViolations(page), []);
    });
  });

  Deno.test(`axe-core finds no violation in the player alone, nor in the snippets: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/${LADDER}/`;
    await withPage(opened, { url, appearance, name: "access-embed" }, async (page) => {
      await page.getByText("Put it on your page").click();
      assertEquals(await findViolations(page), []);
      await page.goto(`${url}?embed`);
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      assertEquals(await findViolations(page), []);
    });
  });

  Deno.test(`axe-core finds no violation on the page of an asset: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/${LADDER}/`;
    await withPage(opened, { url, appearance, name: "access-asset" }, async (page) => {
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      await page.getByText("QR code").click();
      await page.locator("summary", { hasText: "Statistics" }).click();
      const help = page.getByText("Keyboard shortcuts");
      if (await help.isVisible()) await help.click(); // not on a phone
      await page.getByRole("button", { name: "Mark in" }).click();
      for (const tab of TABS) {
        await page.getByRole("tab", { name: tab }).click();
        await page.getByRole("tabpanel", { name: tab }).waitFor();
        assertEquals(await findViolations(page), []);
      }
      await page.getByRole("group", { name: "Media player" }).hover();
      await page.getByRole("button", { name: "More settings" }).click();
      assertEquals(await findViolations(page), []);
      await page.getByRole("button", { name: "Playback speed" }).click();
      assertEquals(await findViolations(page), []);
      const captions = page.getByRole("button", { name: "Captions" });
      if (!await captions.isVisible()) await page.locator(BACK).click(); // on a phone they are in the menu
      await captions.click();
      assertEquals(await findViolations(page), []);
    });
  });
}

Deno.test("the Tab key moves through the page of an asset, from the breadcrumbs to the inspector", async () => {
  await withPage(opened, { url: `${served.ams.url}/${LADDER}/`, name: "focus" }, async (page) => {
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    const regions: string[] = [];
    const findRegion = `${JSON.stringify(REGIONS)}.find((name) =>
      document.activeElement.closest("." + name)) ?? ""`;
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press("Tab");
      const region = await page.evaluate<string>(findRegion);
      if (region !== regions.at(-1)) regions.push(region);
    }
    assertEquals(regions.slice(0, REGIONS.length), REGIONS);
  });
});

/** WCAG 2.2 §2.5.5. In pixels. */
const MIN_TARGET = 44;

Deno.test("the page of an asset has targets of 44 pixels on a phone, and nothing that is wider than it", async () => {
  const appearance = APPEARANCES.find(({ name }) => name.startsWith("phone"))!;
  const url = `${served.ams.url}/${LADDER}/#t=1,2`; // with the URLs of a clip
  await withPage(opened, { url, appearance, name: "targets" }, async (page) => {
    await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
    assertEquals(await page.getByText("Keyboard shortcuts").isVisible(), false);
    for (const tab of TABS) {
      await page.getByRole("tab", { name: tab }).click();
      await page.getByRole("tabpanel", { name: tab }).waitFor();
      const small = await page.evaluate<string[]>(`
        [...document.querySelectorAll("main :is(button, select, summary, a)")]
          .filter((it) => it.checkVisibility() && !it.closest(".player-box, .boxes"))
          .filter((it) => it.getBoundingClientRect().height < ${MIN_TARGET})
          .map((it) => it.outerHTML)`);
      assertEquals(small, []);
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      assertEquals(width, appearance.width);
    }
  });
});
