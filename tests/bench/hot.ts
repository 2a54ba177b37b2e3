/** Compares requests for open assets with a bare `Deno.serve` and nginx, with few and with many connections. */

import { checkResponses, recordResponses } from "./responses.ts";
import { Client } from "./client.ts";
import { compare, type Comparison, CONNECTIONS, printTables } from "./comparison.ts";
import { startNginx } from "./nginx.ts";
import { createHotRows, findRows, type Row } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms, startBare } from "./servers.ts";
import { formatAtLeast, formatFigure, formatTable } from "./table.ts";

export const MANY_CONNECTIONS = 256;

/** Speed of late segments relative to early ones. */
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
      const rows = selectForManyConnections(all);
      const comparisons = await compare(bench, servers, rows, { connections: MANY_CONNECTIONS });
      printTables(bench, comparisons, NAMES);
    }),
};

/** Returns rows without their targets, which are for few connections. */
export function selectForManyConnections(rows: readonly Row[]): Row[] {
  return findRows(rows, "DASH manifest", "audio segment, 64", "CMAF segment, 400 KB")
    .map(({ label, paths }) => ({ label, paths }));
}

/** Starts all available servers on the server core. */
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

/** Table of processor time of ams for late segments relative to early ones. */
function buildLateTable(comparisons: readonly Comparison[]): string {
  const getTime = (label: string) =>
    comparisons.find(({ row }) => row.label === label)?.measurements.get("ams")?.processor;
  const getSize = (label: string) => comparisons.find(({ row }) => row.label === label)?.size;
  const rows = comparisons.flatMap(({ row }) => {
    if (!row.late) return [];
    const [late, early] = [getTime(row.label)!, getTime(row.late)!];
    const sizeRatio = getSize(row.label)! / getSize(row.late)!; // sizes differ a little: compare per byte
    return [[
      row.label,
      formatFigure(early),
      formatFigure(late),
      formatAtLeast(early / late * sizeRatio, LATE_TARGET),
    ]];
  });
  return formatTable([["ams, µs per request", "early", "late", "late relative to early"], ...rows]);
}
