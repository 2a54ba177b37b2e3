/** Compares the page with that of an earlier commit, in another clone: first paint, and bytes by file. */

import { prepareEarlier, takeTurns } from "./before.ts";
import { formatFiles } from "./page_files.ts";
import { loadPage, type PageLoad } from "./page_load.ts";
import { type Bench, SERVER_CORE } from "./section.ts";
import { startAms } from "./servers.ts";
import { formatAtMost, formatFigure, formatTable, median } from "./table.ts";

/** Maximum time of the first paint, relative to before. */
const TARGET = 1.1;

const MIN_ROUNDS = 10;

const PAGES = [["a directory", "/"], ["an asset", "/film.json/"]] as const;

export async function comparePages(bench: Bench): Promise<void> {
  const earlier = await prepareEarlier(bench, ["film"]);
  await using ams = await startAms(bench, { core: SERVER_CORE });
  await using old = await startAms(earlier, { core: SERVER_CORE, name: "before" });
  const rounds = Math.max(bench.rounds, MIN_ROUNDS);
  const rows: string[][] = [];
  for (const [label, path] of PAGES) {
    bench.progress(`page of ${label}, before and after`);
    const [after, before] = await takeTurns(
      rounds,
      () => loadPage(ams.origin + path),
      () => loadPage(old.origin + path),
    );
    const loads = [before, after] as const;
    rows.push(formatTimes(`${label}: first paint, ms`, loads, { key: "paint", target: TARGET }));
    rows.push(formatTimes(`${label}: heading, ms`, loads, { key: "heading" }));
    rows.push(...formatFiles(label, before[0]!.files, after[0]!.files));
  }
  bench.print(formatTable([["page of", "before", "after", "relative to before"], ...rows]));
}

function formatTimes(
  label: string,
  [before, after]: readonly [readonly PageLoad[], readonly PageLoad[]],
  { key, target }: { key: "paint" | "heading"; target?: number },
): string[] {
  const [old, now] = [before, after].map((loads) => loads.map((load) => load[key])) as [
    number[],
    number[],
  ];
  const ratio = median(now.map((time, i) => time / old[i]!)); // of neighbors, as in before.ts
  return [label, formatFigure(median(old)), formatFigure(median(now)), formatAtMost(ratio, target)];
}
