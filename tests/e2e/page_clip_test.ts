/** Time ranges on the page of an asset: in its URL, and marked in the player. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { openBrowser, readVideo, waitForPlayback, withPage } from "./browser_pages.ts";
import { eventually } from "./page_driver.ts";
import type { Page } from "./playwright.ts";
import { LADDER, packageLadder, serveTestdata } from "./root.ts";

const served = serveTestdata(packageLadder, [], /^ladder-/);
const opened = openBrowser();

const readTime = (page: Page) => readVideo<number>(page, "currentTime");

async function untilLoaded(page: Page): Promise<void> {
  await page.locator("[aria-pressed=true]").waitFor();
  await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
  await page.evaluate(`document.querySelector("video").muted = true`);
}

Deno.test("the page starts at the time in its URL, and pauses once at its end", async () => {
  const url = `${served.ams.url}/${LADDER}/#segments&t=3,4.5`;
  await withPage(opened, { url, name: "clip-url" }, async (page) => {
    await untilLoaded(page);
    assertAlmostEquals(await readTime(page), 3, 0.1);
    assertEquals(
      await page.getByRole("tab", { name: "Segments" }).getAttribute("aria-selected"),
      "true",
    );
    const player = page.getByRole("group", { name: "Media player" });
    await player.press("k");
    await eventually(() => readTime(page), (time) => time > 3.5);
    await eventually(() => readVideo<boolean>(page, "paused"), (paused) => paused);
    assertAlmostEquals(await readTime(page), 4.8, 0.4);
    await player.press("k");
    await waitForPlayback(page, 0.5); // the viewer goes on

    await page.evaluate(`location.hash = "#t=1"`);
    await eventually(() => readTime(page), (time) => time < 3);
    await page.getByRole("tab", { name: "Boxes" }).click();
    assertEquals(new URL(page.url()).hash, "#boxes&t=1");
  });
});

Deno.test("the page gives the URLs of a clip that is marked in the player", async () => {
  const base = `${served.ams.url}/${LADDER}/`;
  await withPage(opened, { url: base, name: "clip-marks" }, async (page) => {
    await untilLoaded(page);
    const seek = (time: number) =>
      page.evaluate(`document.querySelector("video").currentTime = ${time}`);
    await seek(2);
    await page.getByRole("button", { name: "Mark in" }).click();
    await page.getByText("2 s to the end").waitFor();
    await seek(6.5);
    await page.getByRole("button", { name: "Mark out" }).click();
    await page.getByText("2 s to 6.5 s").waitFor();
    const copies: [label: string, text: string][] = [
      ["page at the clip", `${base}#t=2,6.5`],
      ["DASH clip", `${base}.mpd?start=2&end=6.5`],
      ["HLS clip", `${base}.m3u8?start=2&end=6.5`],
    ];
    for (const [label, text] of copies) {
      await page.getByRole("button", { name: `Copy ${label}`, exact: true }).click();
      await eventually(
        () => page.evaluate<string>("navigator.clipboard.readText()"),
        (copied) => copied === text,
      );
    }
    const { status, body } = await fetch(copies[1]![1]);
    await body?.cancel();
    assertEquals(status, 200);
    await seek(1);
    await page.getByRole("button", { name: "Mark out" }).click();
    await page.getByText("0 s to 1 s").waitFor(); // the start is forgotten
    await page.getByRole("button", { name: "Clear" }).click();
    assertEquals(await page.getByRole("button", { name: "Copy DASH clip" }).count(), 0);
  });
});
