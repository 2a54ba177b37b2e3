/** Requests for what is open already, beside a bare `Deno.serve` and nginx; and the same with many connections. */

import { checkResponses, recordResponses } from "./responses.ts";
import { Client } from "./client.ts";
import { compare, type Comparison, CONNECTIONS, printTables } from "./comparison.ts";
import { startNginx } from "./nginx.ts";
import { createHotRows, findRows, type Row } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms, startBare } from "./servers.ts";
import { formatAtLeast, formatFigure, formatTable } from "./table.ts";

const MANY_CONNECTIONS = 256;

/** A late segment is to be as fast as an early one. */
const LATE_TARGET = 0.95;

const NAMES = ["ams", "Deno.serve", "nginx"];

const REQUIREMENTS = {
  required: ["proc", "wrk", "ffmpeg"],
  optional: ["nginx", "taskset"],
  assets: ["film", "long"],
} satisfies Partial<Section>;

export const hot: Section = {
  name: "hot",
  heading: `Hot path: one worker, ${CONNECTIONS} connections`,
  ...REQUIREMENTS,
  run: (bench) =>
    withServers(bench, async (servers, rows) => {
      const comparisons = await compare(bench, servers, rows);
      printTables(bench, comparisons, NAMES);
      bench.print(buildLateTable(comparisons));
    }),
};

export const connections: Section = {
  name: "connections",
  heading: `${MANY_CONNECTIONS} connections, one worker`,
  ...REQUIREMENTS,
  run: (bench) =>
    withServers(bench, async (servers, all) => {
      const rows = findRows(all, "DASH manifest", "audio segment, 64", "CMAF segment, 400 KB")
        .map(({ label, paths }) => ({ label, paths })); // the targets are those of the hot path
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
  const rows = await createHotRows(client);
  const recorded = await recordResponses(bench, ams.port, rows.flatMap(({ paths }) => paths));
  await using bare = await startBare(bench, SERVER_CORE);
  await checkResponses(bare, recorded);
  if (!bench.tools.has("nginx")) return await run([ams, bare], rows);
  await using nginx = await startNginx(bench, { core: SERVER_CORE, responses: recorded });
  await checkResponses(nginx, recorded);
  await run([ams, bare, nginx], rows);
}

/** Of ams, processor time of late segments beside early ones. */
function buildLateTable(comparisons: readonly Comparison[]): string {
  const time = (what: string) =>
    comparisons.find(({ row }) => row.label === what)?.measurements.get("ams")?.processor;
  const size = (what: string) => comparisons.find(({ row }) => row.label === what)?.size;
  const rows = comparisons.flatMap(({ row }) => {
    if (!row.late) return [];
    const [late, early] = [time(row.label)!, time(row.late)!];
    const equal = size(row.label)! / size(row.late)!; // a byte: they differ a little in size
    return [[
      row.label,
      formatFigure(early),
      formatFigure(late),
      formatAtLeast(early / late * equal, LATE_TARGET),
    ]];
  });
  return formatTable([["ams, µs a request", "early", "late", "speed late of early"], ...rows]);
}
