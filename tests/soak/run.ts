/** Runs honest clients next to others that are slow, stall and cancel. */

import { type ResidentSize, watchResidentSize } from "../e2e/resident_size.ts";
import { type ClientKind, type Report, VISITS } from "./clients.ts";
import { type Site, startSite } from "./site.ts";

const CLIENTS_PER_KIND = 50;

const REPLACE_MS = 700;

/** Until ams has noticed that clients have gone. */
const MAX_RELEASE_MS = 20_000;

export interface SoakResult {
  readonly visits: Readonly<Record<ClientKind, number>>;
  readonly faults: readonly string[];
  /** Of the time until the status, for honest clients. */
  readonly p99Ms: number;
  /** Of each server, in megabytes. */
  readonly peaks: readonly number[];
  /** Sockets of each server that were not closed. */
  readonly leaks: readonly number[];
}

export async function runSoak(minutes: number): Promise<SoakResult> {
  await using site = await startSite();
  const before = site.servers.map(({ pid }) => countSockets(pid));
  using sizes = new DisposableStack();
  const watches = site.servers.map(({ pid }) => sizes.use(watchResidentSize(pid)));
  const visits = { honest: 0, slow: 0, stalled: 0, cancelling: 0 };
  const report: Report = { latenciesMs: [], faults: [], visits };
  const replacing = setInterval(() => site.replace(), REPLACE_MS);
  await visitAll(site, report, minutes * 60_000);
  clearInterval(replacing);
  const leaks = await waitForRelease(site, before);
  return {
    visits,
    faults: report.faults,
    p99Ms: getPercentile(report.latenciesMs, 0.99),
    peaks: watches.map((watch: ResidentSize) => watch.peak()),
    leaks,
  };
}

async function visitAll(site: Site, report: Report, durationMs: number): Promise<void> {
  const end = Date.now() + durationMs;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, durationMs);
  const run = async (kind: ClientKind, index: number) => {
    const { url } = site.servers[index % site.servers.length]!;
    while (Date.now() < end) {
      try {
        await VISITS[kind](url, site, report, ended);
        report.visits[kind]++;
      } catch (error) {
        if (kind === "honest") report.faults.push(`${url}: ${(error as Error).message}`);
      }
    }
  };
  const kinds = Object.keys(VISITS) as ClientKind[];
  await Promise.all(
    kinds.flatMap((kind) => Array.from({ length: CLIENTS_PER_KIND }, (_, i) => run(kind, i))),
  );
}

async function waitForRelease({ servers }: Site, before: readonly number[]): Promise<number[]> {
  const end = Date.now() + MAX_RELEASE_MS;
  while (true) {
    const leaks = servers.map(({ pid }, i) => Math.max(0, countSockets(pid) - before[i]!));
    if (Date.now() > end || leaks.every((count) => count === 0)) return leaks;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Other descriptors are media files, which ams holds open. */
function countSockets(pid: number): number {
  let count = 0;
  for (const { name } of Deno.readDirSync(`/proc/${pid}/fd`)) {
    try {
      if (Deno.readLinkSync(`/proc/${pid}/fd/${name}`).startsWith("socket:")) count++;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return count;
}

function getPercentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}
