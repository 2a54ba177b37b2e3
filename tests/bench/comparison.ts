/** Sends the same requests to several servers in turn, and compares their cost. */

import { readResidentMemory, readUsage } from "./processor.ts";
import type { Row } from "./rows.ts";
import type { Bench } from "./section.ts";
import type { Server } from "./servers.ts";
import { formatAtLeast, formatFigure, formatTable, medians, NONE } from "./table.ts";
import { type Load, load } from "./wrk.ts";

/** Default number of connections, each with one request in progress. */
export const CONNECTIONS = 8;

/** Seconds before the first measurement of a server: code is compiled, files are opened. */
const WARM_UP = 1;

/** Results of a server: of one round, or medians of all rounds. */
export interface Measurement extends Record<string, number> {
  /** Processor time of the server per request, in microseconds. */
  readonly processor: number;
  /** Page faults of the server per request. They can dominate the time of large responses. */
  readonly faults: number;
  /** Requests per second. */
  readonly rate: number;
  /** Bytes per second, including headers. */
  readonly throughput: number;
  /** Latencies, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Resident memory afterwards, in bytes. */
  readonly resident: number;
}

export interface Comparison {
  readonly row: Row;
  /** Response size including its header, in bytes. */
  readonly size: number;
  /** By name of the server. */
  readonly measurements: ReadonlyMap<string, Measurement>;
}

/** Connections and client threads. */
export type Concurrency = Pick<Load, "connections" | "threads">;

/** @throws Error when a response was an error */
export async function measure(
  bench: Bench,
  server: Server,
  { paths }: Pick<Row, "paths">,
  concurrency: Concurrency,
): Promise<Measurement> {
  const before = readUsage(server.pid);
  const request = { origin: server.origin, paths, seconds: bench.seconds, ...concurrency };
  const { requests, duration, bytes, p50, p99 } = await load(bench, request);
  const after = readUsage(server.pid);
  return {
    processor: (after.time - before.time) / requests,
    faults: (after.faults - before.faults) / requests,
    rate: requests * 1e6 / duration,
    throughput: bytes * 1e6 / duration,
    p50: p50 / 1000,
    p99: p99 / 1000,
    resident: readResidentMemory(server.pid),
  };
}

/** Measures every row with every server. In each round the servers take turns. */
export async function compare(
  bench: Bench,
  servers: readonly Server[],
  rows: readonly Row[],
  concurrency: Concurrency = { connections: CONNECTIONS },
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const row of rows) {
    bench.progress(row.label);
    for (const { origin } of servers) {
      await load(bench, { origin, paths: row.paths, seconds: WARM_UP, ...concurrency });
    }
    const rounds = new Map<string, Measurement[]>(servers.map(({ name }) => [name, []]));
    for (let round = 0; round < bench.rounds; round++) {
      for (const server of servers) {
        rounds.get(server.name)!.push(await measure(bench, server, row, concurrency));
      }
    }
    comparisons.push(buildComparison(row, rounds));
    await Promise.all(servers.map(({ log }) => Deno.truncate(log)));
  }
  return comparisons;
}

function buildComparison(
  row: Row,
  rounds: ReadonlyMap<string, readonly Measurement[]>,
): Comparison {
  const figures = new Map([...rounds].map(([name, all]) => [name, medians(all) as Measurement]));
  const { throughput, rate } = figures.values().next().value!;
  return { row, size: throughput / rate, measurements: figures };
}

/** Speed of ams relative to another server: above 1, ams is faster. */
function computeSpeed({ measurements }: Comparison, other: string): number | undefined {
  const [ams, reference] = [measurements.get("ams"), measurements.get(other)];
  return ams && reference && reference.processor / ams.processor;
}

/** @param names of all servers, including unavailable ones; ams is first */
export function printTables(
  bench: Bench,
  comparisons: readonly Comparison[],
  names: readonly string[],
): void {
  bench.print(buildCostTable(comparisons, names));
  bench.print(buildRateTable(comparisons, names));
}

/** Table of processor time per request, and of ratios with their targets. */
function buildCostTable(comparisons: readonly Comparison[], names: readonly string[]): string {
  const others = names.slice(1);
  const columns = ["processor time per request, µs", "bytes", ...names];
  return formatTable([
    [...columns, ...others.map((name) => `relative to ${name.replace(/^ams /, "")}`)],
    ...comparisons.map((it) => [
      it.row.label,
      formatFigure(it.size),
      ...names.map((name) => formatFigure(it.measurements.get(name)?.processor)),
      ...others.map((name) => formatAtLeast(computeSpeed(it, name), it.row.targets?.[name])),
    ]),
  ]);
}

/** Table of rates, latencies and memory. Each cell lists the servers in the order of `names`. */
function buildRateTable(comparisons: readonly Comparison[], names: readonly string[]): string {
  const columns: [label: string, getValue: (measurement: Measurement) => number][] = [
    ["requests/s", ({ rate }) => rate],
    ["MB/s", ({ throughput }) => throughput / 1e6],
    ["p50, ms", ({ p50 }) => p50],
    ["p99, ms", ({ p99 }) => p99],
    ["page faults", ({ faults }) => faults],
    ["resident, MB", ({ resident }) => resident / 1e6],
  ];
  const cell = ({ measurements }: Comparison, of: (figures: Measurement) => number) =>
    names.map((name) => measurements.has(name) ? formatFigure(of(measurements.get(name)!)) : NONE)
      .join(" / ");
  return formatTable([
    [names.join(" / "), ...columns.map(([label]) => label)],
    ...comparisons.map((it) => [it.row.label, ...columns.map(([, of]) => cell(it, of))]),
  ]);
}
