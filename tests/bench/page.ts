/** What the page costs: its bytes and its first paint in Chromium; and whether the paths of media are the slower for it. */

import { launch } from "../e2e/browser.ts";
import { Client } from "./client.ts";
import { compare, printTables } from "./comparison.ts";
import { hotRows, rowsNamed } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms } from "./servers.ts";
import { figure, medians, table } from "./table.ts";

const WITHOUT = "ams --no-listing";
const ROWS = ["DASH manifest", "init, video", "audio segment, 64 KB", "CMAF segment, 400 KB"];

/** What a browser loads that has nothing of it yet. In bytes, heads included, and milliseconds. */
type View = Record<"requests" | "bytes" | "paint", number>;

export const page: Section = {
  name: "page",
  title: "The page",
  needs: ["proc", "ffmpeg", "chromium"],
  likes: ["wrk", "taskset"],
  titles: ["film", "long"],
  async run(bench) {
    await using ams = await startAms(bench, { core: SERVER_CORE });
    const rows = [];
    for (const [what, path] of [["the folder", "/"], ["a title", "/film.json/"]] as const) {
      bench.say(`page of ${what}`);
      const views: View[] = [];
      for (let round = 0; round < bench.rounds; round++) views.push(await view(ams.origin + path));
      const { requests, bytes, paint } = medians(views);
      rows.push([what, `${requests}`, ...[bytes / 1000, paint].map(figure)]);
    }
    bench.print(table([
      ["page of", "requests", "kB", "first paint, ms"],
      ...rows,
    ]));
    if (bench.tools.has("wrk")) await mediaPaths(bench, ams);
  },
};

/** The paths of media in a server that has pages, and in one that has none. */
async function mediaPaths(bench: Bench, ams: Server): Promise<void> {
  const options = { name: WITHOUT, core: SERVER_CORE, args: ["--no-listing"] };
  await using without = await startAms(bench, options);
  using client = await Client.connect(ams.port);
  const rows = rowsNamed(await hotRows(client), ...ROWS).map(({ what, paths }) => ({
    what,
    paths,
  }));
  printTables(bench, await compare(bench, [ams, without], rows), ["ams", WITHOUT]);
}

/** In a browser of its own, up to where the network has been quiet for half a second: nothing plays yet. */
async function view(url: string): Promise<View> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.goto(url, { waitUntil: "networkidle" });
    return await page.evaluate(() => {
      const loaded = ["navigation", "resource"]
        .flatMap((type) => performance.getEntriesByType(type)) as unknown as {
          readonly transferSize: number;
        }[];
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      return {
        requests: loaded.length,
        bytes: loaded.reduce((sum, { transferSize }) => sum + transferSize, 0),
        paint: paint?.startTime ?? NaN,
      };
    });
  } finally {
    await browser.close();
  }
}
