/** Measures bytes and first paint of the page in Chromium, and whether the page slows down media requests. */

import { launch } from "../e2e/browser.ts";
import { Client } from "./client.ts";
import { compare, printTables } from "./comparison.ts";
import { createHotRows, findRows } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms } from "./servers.ts";
import { formatFigure, formatTable, medians } from "./table.ts";

const WITHOUT_PAGE = "ams --no-listing";
const ROWS = ["DASH manifest", "init, video", "audio segment, 64 KB", "CMAF segment, 400 KB"];

/** Load without a browser cache: requests, bytes including headers, and first paint in milliseconds. */
type PageLoad = Record<"requests" | "bytes" | "paint", number>;

export const page: Section = {
  name: "page",
  heading: "The page",
  required: ["proc", "ffmpeg", "chromium"],
  optional: ["wrk", "taskset"],
  assets: ["film", "long"],
  async run(bench) {
    await using ams = await startAms(bench, { core: SERVER_CORE });
    const rows = [];
    for (const [label, path] of [["a directory", "/"], ["an asset", "/film.json/"]] as const) {
      bench.progress(`page of ${label}`);
      const loads: PageLoad[] = [];
      for (let round = 0; round < bench.rounds; round++) {
        loads.push(await loadPage(ams.origin + path));
      }
      const { requests, bytes, paint } = medians(loads);
      rows.push([label, `${requests}`, ...[bytes / 1000, paint].map(formatFigure)]);
    }
    bench.print(formatTable([
      ["page of", "requests", "kB", "first paint, ms"],
      ...rows,
    ]));
    if (bench.tools.has("wrk")) await compareMedia(bench, ams);
  },
};

/** Compares media requests with and without pages. */
async function compareMedia(bench: Bench, ams: Server): Promise<void> {
  const options = { name: WITHOUT_PAGE, core: SERVER_CORE, args: ["--no-listing"] };
  await using without = await startAms(bench, options);
  using client = await Client.connect(ams.port);
  const rows = findRows(await createHotRows(client), ...ROWS).map(({ label, paths }) => ({
    label,
    paths,
  }));
  printTables(bench, await compare(bench, [ams, without], rows), ["ams", WITHOUT_PAGE]);
}

/** Loads a page in a new browser, until the network has been idle for half a second. Nothing plays yet. */
async function loadPage(url: string): Promise<PageLoad> {
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
