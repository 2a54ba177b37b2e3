/** Metrics of the requests for origins, and of what is cached of their files. */

import type { RequestResult } from "../storage/remote/attempt.ts";
import { DurationHistogram } from "./duration_histogram.ts";
import type { MetricFactory } from "./metric_factory.ts";
import type { MountCounts, SourceCounts } from "./source_counts.ts";

const RESULTS: readonly RequestResult[] = [
  ...["success", "unchanged", "missing", "changed", "redirected"] as const,
  ...["denied", "invalid", "failed", "aborted"] as const,
];

export class SourceMetrics {
  readonly durations = new DurationHistogram("ams_source_request_duration_seconds");
  readonly #requests;
  readonly #bytes;
  readonly #retries;
  #counts: SourceCounts | undefined;

  constructor(factory: MetricFactory) {
    this.#requests = factory.createCounter("ams_source_requests_total");
    this.#bytes = factory.createCounter("ams_source_bytes_total");
    this.#retries = factory.createCounter("ams_source_retries_total");
    factory.addGauge("ams_source_up", (gauge) => {
      for (const { mount, isUp } of this.#counts?.mounts ?? []) gauge.set({ mount }, Number(isUp));
    });
  }

  /** Bytes of caches of files. */
  get cacheBytes(): SourceCounts["cacheBytes"] {
    return this.#counts?.cacheBytes ?? { blocks: 0, disk: 0 };
  }

  add(counts: SourceCounts): void {
    this.#counts = counts;
    for (const mount of counts.mounts) this.#addMount(mount);
  }

  /** Makes all series of a mount start at 0. */
  #addMount({ mount, requests, durations, seconds, bytes, retries }: MountCounts): void {
    for (const result of RESULTS) {
      this.#requests.inc({ mount, result }, requests[result] ?? 0);
    }
    this.#bytes.inc({ mount }, bytes);
    this.#retries.inc({ mount }, retries);
    this.durations.add({ mount }, { durations, seconds });
  }
}
