/** Compares ams with an earlier commit of itself, in another clone: both serve the same media, and take turns. */

import { resolve } from "@std/path";
import { type AssetName, prepareAssets } from "./assets.ts";
import { Client } from "./client.ts";
import { type FirstRequest, measureFirstRequest, planRequests } from "./cold.ts";
import { CONNECTIONS, measure } from "./comparison.ts";
import { MANY_CONNECTIONS, selectForManyConnections } from "./hot.ts";
import { createHotRows, type Row } from "./rows.ts";
import { type Bench, type Section, SERVER_CORE } from "./section.ts";
import { type Server, startAms } from "./servers.ts";
import { formatAtLeast, formatFigure, formatTable, median } from "./table.ts";

/** Minimum speed relative to before, for requests of an open asset. */
const TARGET = 0.97;

const ASSETS = ["film", "long"] as const;

export const before: Section = {
  name: "before",
  heading: "Before and after: one worker",
  required: ["proc", "wrk", "ffmpeg"],
  optional: ["taskset"],
  assets: ASSETS,
  async run(bench) {
    const earlier = await prepareEarlier(bench, ASSETS);
    bench.print(await compareOpenAssets(bench, earlier));
    bench.print(await compareFirstRequests(bench, earlier));
  },
};

/** Prepares the clone of `--before`, which serves packages of its own. */
export async function prepareEarlier(bench: Bench, assets: readonly AssetName[]): Promise<Bench> {
  const root = bench.workspace.path("before");
  await Deno.mkdir(root, { recursive: true });
  const earlier = { ...bench, root, clone: resolve(bench.before!) };
  await prepareAssets(earlier, assets);
  return earlier;
}

async function compareOpenAssets(bench: Bench, earlier: Bench): Promise<string> {
  await using ams = await startAms(bench, { core: SERVER_CORE });
  await using old = await startAms(earlier, { core: SERVER_CORE, name: "before" });
  const [rows, oldRows] = await Promise.all([readRows(ams), readRows(old)]);
  const table = [["processor time per request, µs", "before", "after", "relative to before"]];
  for (const [i, { label, paths, connections }] of rows.entries()) {
    bench.progress(label);
    const [times, oldTimes] = await takeTurns(
      bench.rounds,
      () => measureProcessor(bench, ams, { paths, connections }),
      () => measureProcessor(bench, old, { ...oldRows[i]!, connections }),
    );
    table.push([label, ...formatTimes(oldTimes, times, TARGET)]);
  }
  return formatTable(table);
}

interface LoadedRow extends Row {
  readonly connections: number;
}

async function readRows({ port }: Server): Promise<LoadedRow[]> {
  using client = await Client.connect(port);
  const rows = await createHotRows(client);
  return [
    ...rows.map((row) => ({ ...row, connections: CONNECTIONS })),
    ...selectForManyConnections(rows).map((row) => ({
      label: `${row.label}, ${MANY_CONNECTIONS} connections`,
      paths: row.paths,
      connections: MANY_CONNECTIONS,
    })),
  ];
}

async function measureProcessor(
  bench: Bench,
  server: Server,
  { paths, connections }: Omit<LoadedRow, "label">,
): Promise<number> {
  return (await measure(bench, server, { paths }, { connections })).processor;
}

async function compareFirstRequests(bench: Bench, earlier: Bench): Promise<string> {
  const [{ requests }, old] = await Promise.all([planRequests(bench), planRequests(earlier)]);
  const table = [["first request, ms", "before", "after", "relative to before"]];
  for (const [i, request] of requests.entries()) {
    bench.progress(`first ${request.label}`);
    const [times, oldTimes] = await takeTurns(
      bench.rounds,
      () => measureFirst(bench, request),
      () => measureFirst(earlier, old.requests[i]!),
    );
    table.push([request.label, ...formatTimes(oldTimes, times)]);
  }
  return formatTable(table);
}

async function measureFirst(bench: Bench, { path }: FirstRequest): Promise<number> {
  return (await measureFirstRequest(bench, path, [])).time;
}

/** Measures once to warm up, then in the order ABBA, so that a machine that becomes slower affects both. */
export async function takeTurns<T>(
  rounds: number,
  a: () => Promise<T>,
  b: () => Promise<T>,
): Promise<[as: T[], bs: T[]]> {
  const [as, bs]: [T[], T[]] = [[], []];
  await a();
  await b();
  for (let round = 0; round < rounds; round++) {
    if (round % 2) bs.push(await b());
    as.push(await a());
    if (round % 2 === 0) bs.push(await b());
  }
  return [as, bs];
}

/** The ratio is the median of the ratios of neighboring measurements, since all rounds of a noisy machine differ. */
function formatTimes(
  before: readonly number[],
  after: readonly number[],
  target?: number,
): string[] {
  const ratio = median(before.map((time, i) => time / after[i]!));
  return [
    formatFigure(median(before)),
    formatFigure(median(after)),
    formatAtLeast(ratio, target),
  ];
}
