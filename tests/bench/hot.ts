/** Requests for what is open already, beside a bare `Deno.serve` and nginx; and the same with many connections. */

import { checkAnswers, keepAnswers } from "./responses.ts";
import { Client } from "./client.ts";
import { compare, type Comparison, CONNECTIONS, printTables } from "./comparison.ts";
import { startNginx } from "./nginx.ts";
import { hotRows, type Row, rowsNamed } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms, startBare } from "./servers.ts";
import { atLeast, figure, table } from "./table.ts";

const MANY_CONNECTIONS = 256;

/** A late segment is to be as fast as an early one. */
const LATE_TARGET = 0.95;

const NAMES = ["ams", "Deno.serve", "nginx"];

const WANTED = {
  needs: ["proc", "wrk", "ffmpeg"],
  likes: ["nginx", "taskset"],
  titles: ["film", "long"],
} satisfies Partial<Section>;

export const hot: Section = {
  name: "hot",
  title: `Hot path: one worker, ${CONNECTIONS} connections`,
  ...WANTED,
  run: (bench) =>
    withServers(bench, async (servers, rows) => {
      const comparisons = await compare(bench, servers, rows);
      printTables(bench, comparisons, NAMES);
      bench.print(lateTable(comparisons));
    }),
};

export const connections: Section = {
  name: "connections",
  title: `${MANY_CONNECTIONS} connections, one worker`,
  ...WANTED,
  run: (bench) =>
    withServers(bench, async (servers, all) => {
      const rows = rowsNamed(all, "DASH manifest", "audio segment, 64", "CMAF segment, 400 KB")
        .map(({ what, paths }) => ({ what, paths })); // the targets are those of the hot path
      const comparisons = await compare(bench, servers, rows, { connections: MANY_CONNECTIONS });
      printTables(bench, comparisons, NAMES);
    }),
};

/** Runs with all servers that are to be had, each on the core of servers. */
async function withServers(
  bench: Bench,
  run: (servers: readonly Server[], rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  await using ams = await startAms(bench, { core: SERVER_CORE });
  using client = await Client.connect(ams.port);
  const rows = await hotRows(client);
  const kept = await keepAnswers(bench, ams.port, rows.flatMap(({ paths }) => paths));
  await using bare = await startBare(bench, SERVER_CORE);
  await checkAnswers(bare, kept);
  if (!bench.tools.has("nginx")) return await run([ams, bare], rows);
  await using nginx = await startNginx(bench, { core: SERVER_CORE, kept });
  await checkAnswers(nginx, kept);
  await run([ams, bare, nginx], rows);
}

/** Of ams, processor time of late segments beside early ones. */
function lateTable(comparisons: readonly Comparison[]): string {
  const time = (what: string) =>
    comparisons.find(({ row }) => row.what === what)?.figures.get("ams")?.processor;
  const size = (what: string) => comparisons.find(({ row }) => row.what === what)?.size;
  const rows = comparisons.flatMap(({ row }) => {
    if (!row.late) return [];
    const [late, early] = [time(row.what)!, time(row.late)!];
    const equal = size(row.what)! / size(row.late)!; // a byte: they differ a little in size
    return [[row.what, figure(early), figure(late), atLeast(early / late * equal, LATE_TARGET)]];
  });
  return table([["ams, µs a request", "early", "late", "speed late of early"], ...rows]);
}
