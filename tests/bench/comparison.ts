/** The same requests to several servers in turn, and what each of them took for it. */

import { readResidentMemory, readUsage } from "./processor.ts";
import type { Row } from "./rows.ts";
import type { Bench } from "./section.ts";
import type { Server } from "./servers.ts";
import { formatAtLeast, formatFigure, formatTable, medians, NONE } from "./table.ts";
import { type Load, load } from "./wrk.ts";

/** Requests that are under way at a time, where nothing else is said. */
export const CONNECTIONS = 8;

/** Before the first measurement of a server: code is compiled, files are opened. In seconds. */
const WARM_UP = 1;

/** Medians of all rounds. */
export interface Measurement extends Record<string, number> {
  /** Processor time of the server a request, in microseconds. */
  readonly processor: number;
  /** Pages of memory that the server was given anew, a request: much of the time of large answers can be in them. */
  readonly faults: number;
  /** Requests a second. */
  readonly rate: number;
  /** Bytes a second, heads included. */
  readonly throughput: number;
  /** Latencies, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Resident memory right after, in bytes. */
  readonly resident: number;
}

export interface Comparison {
  readonly row: Row;
  /** Of an answer with its head, in bytes. */
  readonly size: number;
  /** By the name of the server. */
  readonly measurements: ReadonlyMap<string, Measurement>;
}

/** How hard the server is asked. */
export type Concurrency = Pick<Load, "connections" | "threads">;

/** @throws Error when an answer was an error */
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

/** Every row of every server, as often as there are rounds: one server after the other in each. */
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

/** How much of another server's speed ams has: above 1 it is the faster one. */
function computeSpeed({ measurements }: Comparison, other: string): number | undefined {
  const [own, theirs] = [measurements.get("ams"), measurements.get(other)];
  return own && theirs && theirs.processor / own.processor;
}

/** @param names of all servers, also of those that are not to be had here; ams is the first one */
export function printTables(
  bench: Bench,
  comparisons: readonly Comparison[],
  names: readonly string[],
): void {
  bench.print(buildCostTable(comparisons, names));
  bench.print(buildRateTable(comparisons, names));
}

/** Processor time a request, and the ratios beside what they should be. */
function buildCostTable(comparisons: readonly Comparison[], names: readonly string[]): string {
  const others = names.slice(1);
  const head = ["processor time a request, µs", "bytes", ...names];
  return formatTable([
    [...head, ...others.map((name) => `ams of ${name}`)],
    ...comparisons.map((it) => [
      it.row.label,
      formatFigure(it.size),
      ...names.map((name) => formatFigure(it.measurements.get(name)?.processor)),
      ...others.map((name) => formatAtLeast(computeSpeed(it, name), it.row.targets?.[name])),
    ]),
  ]);
}

/** Rates, latencies and memory: the figures of the servers in a cell, in the order of their names. */
function buildRateTable(comparisons: readonly Comparison[], names: readonly string[]): string {
  const columns: [head: string, of: (figures: Measurement) => number][] = [
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
    [names.join(" / "), ...columns.map(([head]) => head)],
    ...comparisons.map((it) => [it.row.label, ...columns.map(([, of]) => cell(it, of))]),
  ]);
}
