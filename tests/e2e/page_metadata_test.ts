/** The page of a package with a title, a description and chapters. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { join } from "@std/path";
import { amspackager } from "./ams.ts";
import { APPEARANCES, openBrowser, readVideo, withPage } from "./browser_pages.ts";
import { eventually } from "./page_driver.ts";
import { serveTestdata } from "./root.ts";

const CHAPTERS = `WEBVTT

00:00.000 --> 00:02.000
Before

00:02.000 --> 00:06.000
After & <b>more</b>
`;

async function packageFilm(root: string): Promise<void> {
  await Deno.writeTextFile(join(root, "chapters.txt.vtt"), CHAPTERS);
  await amspackager(
    root,
    ...["-o", "film.json", "-i", "pair-avc-aac.mp4", "-l", "eng"],
    ...["--title", "The <b>film</b>", "--description", "What it is about."],
    ...["--chapters", "chapters.txt.vtt"],
  );
}

const served = serveTestdata(packageFilm, [], /^pair-avc-aac/);
const opened = openBrowser();

for (const appearance of APPEARANCES) {
  Deno.test(`the page of an asset shows its title, description and chapters: ${appearance.name}`, async () => {
    const url = `${served.ams.url}/film.json/`;
    await withPage(opened, { url, name: "metadata", appearance }, async (page) => {
      await eventually(() => readVideo<number>(page, "readyState"), (state) => state >= 2);
      assertEquals(await page.locator("h1").textContent(), "The <b>film</b>");
      await page.getByText("What it is about.").waitFor();
      await page.getByText("2 chapters").click();
      const link = page.getByRole("link", { name: /^0:02 After/ });
      if (appearance.width < 600) assertEquals((await link.boundingBox())!.height >= 44, true);
      await link.click();
      await eventually(() => readVideo<number>(page, "currentTime"), (time) => time > 1);
      assertAlmostEquals(await readVideo<number>(page, "currentTime"), 2, 0.1);
    });
  });
}
