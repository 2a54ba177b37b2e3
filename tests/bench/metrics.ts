/** Measures what metrics cost for each response, in this process: differences of 1 µs vanish among those of a server. */

import { WorkerMetrics } from "../../lib/ams/worker_metrics.ts";
import { LoggedResponse } from "../../lib/http/response.ts";
import type { WorkerCounts } from "../../lib/metrics/worker_counts.ts";
import { Metrics } from "../../lib/metrics/metrics.ts";
import { createApp } from "../../lib/server/app.ts";
import { CATEGORIES } from "../../lib/server/category.ts";
import { MemoryStorage } from "../memory_storage.ts";
import type { Section } from "./section.ts";
import { formatAtMost, formatFigure, formatTable } from "./table.ts";

const RESPONSES = 20_000;
const ROUNDS = 20;

/** A worker that is busy sends its counts with a batch of log lines ten times a second, or at 32 KB. */
const RESPONSES_PER_MESSAGE = 300;

const MAX_MICROSECONDS = 1;

const STATUSES = [200, 200, 200, 206, 304, 404];

const categories = Object.values(CATEGORIES);
const responses = STATUSES.map((status) => new LoggedResponse(null, { status }, 397_162));

/** Counts responses of all categories, as a worker does. */
function countResponses(post: (counts: WorkerCounts) => void): void {
  const options = { capacity: 2 ** 20, maxOpenFiles: 1, allowedOrigins: [] };
  const app = createApp(new MemoryStorage(), options, { onMessage() {} });
  const metrics = new WorkerMetrics(app, post);
  for (let i = 0; i < RESPONSES; i++) {
    metrics.begin();
    app.library.lookups.add(true);
    app.hot.lookups.add(i % 3 > 0);
    const category = categories[i % categories.length]!;
    metrics.end({ category }, responses[i % responses.length]!, (i % 2000) / 100);
    if (i % RESPONSES_PER_MESSAGE === 0) metrics.post();
  }
}

/** Returns the least time for a response, in microseconds: more is due to other processes. */
function measure(run: () => void): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return (performance.now() - start) * 1000 / RESPONSES;
  });
  return Math.min(...times);
}

export const metrics: Section = {
  name: "metrics",
  heading: "Metrics: time for each response",
  required: [],
  optional: [],
  assets: [],
  run(bench) {
    const main = new Metrics({ version: "", countWorkers: () => 1 });
    const worker = {};
    const counted = measure(() => countResponses(() => {}));
    const sent = measure(() => countResponses((counts) => void structuredClone(counts)));
    const added = measure(() =>
      countResponses((counts) => main.addCounts(worker, structuredClone(counts)))
    );
    bench.print(formatTable([
      ["", "µs"],
      ["counted in a worker", formatFigure(counted)],
      ["and sent to the main thread", formatFigure(sent)],
      ["and added up there", formatAtMost(added, MAX_MICROSECONDS)],
    ]));
    return Promise.resolve();
  },
};
