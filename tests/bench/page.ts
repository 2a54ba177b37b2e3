/** Measures bytes and first paint of the page in Chromium, and whether the page slows down media requests. */

import { Client } from "./client.ts";
import { compare, printTables } from "./comparison.ts";
import { comparePages } from "./page_before.ts";
import { loadPage, type PageLoad } from "./page_load.ts";
import { createHotRows, findRows } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms } from "./servers.ts";
import { formatFigure, formatTable, medians } from "./table.ts";

const WITHOUT_PAGE = "ams --no-listing";
const ROWS = ["DASH manifest", "init, video", "audio segment, 64 KB", "CMAF segment, 400 KB"];

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
      const { requests, bytes, paint } = medians(
        loads.map(({ requests, bytes, paint }) => ({ requests, bytes, paint })),
      );
      rows.push([label, `${requests}`, ...[bytes / 1000, paint].map(formatFigure)]);
    }
    bench.print(formatTable([
      ["page of", "requests", "kB", "first paint, ms"],
      ...rows,
    ]));
    if (bench.before) await comparePages(bench);
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
