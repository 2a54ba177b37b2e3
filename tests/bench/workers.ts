/** Compares one worker with two, for segments of 3 MB. Nothing is pinned, so the client takes its share of the cores. */

import { Client } from "./client.ts";
import { compare, type Comparison, type Measurement } from "./comparison.ts";
import { readRenditions } from "./rows.ts";
import type { Section } from "./section.ts";
import { startAms } from "./servers.ts";
import { formatAtLeast, formatFigure, formatTable } from "./table.ts";

/** Enough for the system to distribute them evenly. */
const CONNECTIONS = 32;

/** Minimum rate of two workers relative to one. */
const TARGET = 1.75;

export const workers: Section = {
  name: "workers",
  heading: `One worker and two: segments of 3 MB, ${CONNECTIONS} connections`,
  required: ["proc", "wrk", "ffmpeg"],
  optional: [],
  assets: ["film"],
  async run(bench) {
    await using one = await startAms(bench, { name: "one", workers: 1 });
    await using two = await startAms(bench, { name: "two", workers: 2 });
    using client = await Client.connect(one.port);
    const [video] = await readRenditions(client, "film");
    const row = { label: "3 MB", paths: video!.cmaf.slice(0, 8) };
    const concurrency = { connections: CONNECTIONS, threads: 2 };
    const [comparison] = await compare(bench, [one, two], [row], concurrency);
    bench.print(buildWorkersTable(comparison!));
  },
};

/**
 * Table of one worker and two. The client competes for the same cores, so the last row derives the ratio from processor
 * time: what two workers would serve with a core each, if nothing else delays them.
 */
function buildWorkersTable({ measurements }: Comparison): string {
  const [one, two] = [measurements.get("one")!, measurements.get("two")!];
  const cells = (name: string, { rate, throughput, processor, p99 }: Measurement) => [
    name,
    ...[rate, throughput / 1e6, processor, p99].map(formatFigure),
  ];
  const ratios = [two.rate / one.rate, two.throughput / one.throughput];
  return formatTable([
    ["", "requests/s", "MB/s", "processor time per request, µs", "p99, ms"],
    cells("one worker", one),
    cells("two workers", two),
    ["two relative to one", formatAtLeast(ratios[0], TARGET), formatFigure(ratios[1]), "", ""],
    ["the same, with a core each", formatFigure(2 * one.processor / two.processor), "", "", ""],
  ]);
}
