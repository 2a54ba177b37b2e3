/** Pages on phones: nothing is cut off at the side. */

import { assert, assertEquals } from "@std/assert";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";
import { eventually } from "./page_driver.ts";
import { type Appearance, openBrowser, readVideo, withPage } from "./browser_pages.ts";

const served = serveTestdata(packageLadder, [], /^ladder-/);
const opened = openBrowser();

const PATHS: readonly [path: string, error?: RegExp][] = [
  ["/"],
  [`/${LADDER}/`],
  [`/${LADDER}/#segments`],
  [`/${LADDER}/?embed`],
  ["/none.mp4/", /404/],
];

const WIDTHS = [390, 320];

const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

function phone(width: number): Appearance {
  return { name: `phone-${width}`, width, height: 844, colorScheme: "light" };
}

for (const width of WIDTHS) {
  for (const [path, expected] of PATHS) {
    Deno.test(`${path} is not wider than a phone of ${width} pixels`, async () => {
      const visit = { url: served.ams.url + path, appearance: phone(width), name: "phone" };
      await withPage(opened, { ...visit, ...expected && { expected } }, async (page) => {
        await page.waitForLoadState("networkidle");
        assertEquals(await page.evaluate<number>(OVERFLOW), 0);
      });
    });
  }

  for (const query of ["", "?embed"]) {
    Deno.test(`/${query} has its controls inside the player, ${width} pixels wide`, async () => {
      const url = `${served.ams.url}/${LADDER}/${query}`;
      await withPage(opened, { url, appearance: phone(width), name: "phone" }, async (page) => {
        await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
        const box = (await page.locator(".player-box").boundingBox())!;
        const buttons = page.locator(".shaka-controls-button-panel > button:visible");
        assert(await buttons.count() >= 4); // play, mute, menu, full screen
        for (const button of await buttons.all()) {
          const { x, width } = (await button.boundingBox())!;
          const label = await button.getAttribute("aria-label");
          assert(x >= box.x && x + width <= box.x + box.width, `${label}: ${x}, ${width}`);
        }
        await page.getByRole("button", { name: "More settings" }).click();
        await page.getByRole("button", { name: "Captions" }).waitFor();
      });
    });
  }
}

Deno.test("all tabs of the inspector are visible on a phone", async () => {
  const url = `${served.ams.url}/${LADDER}/`;
  await withPage(opened, { url, appearance: phone(390), name: "phone-tabs" }, async (page) => {
    const tabs = page.getByRole("tab");
    await tabs.first().waitFor();
    const card = (await page.getByRole("tablist").boundingBox())!;
    for (const tab of await tabs.all()) {
      const { x, width } = (await tab.boundingBox())!;
      assert(x >= card.x && x + width <= card.x + card.width, `${x}, ${width}`);
    }
    assertEquals(await tabs.count(), 4);
  });
});
