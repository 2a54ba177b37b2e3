/** Metrics of all workers and of the process, for Prometheus. */

import process from "node:process";
import { AggregatorRegistry, Registry } from "prom-client";
import { DurationHistogram } from "./duration_histogram.ts";
import { LiveMetrics } from "./live_metrics.ts";
import { MetricFactory } from "./metric_factory.ts";
import type { KeyResult, ReloadResult, ServedKeyResult, TokenResult } from "./result_counts.ts";
import { SourceMetrics } from "./source_metrics.ts";
import type { CacheName, WorkerCounts } from "./worker_counts.ts";

const CACHES: readonly CacheName[] = ["assets", "manifests", "segments"];
const TOKEN_RESULTS: readonly TokenResult[] = [
  ...["accepted", "missing", "invalid", "expired", "not_yet", "path", "address"] as const,
];
const SERVED_KEY_RESULTS: readonly ServedKeyResult[] = [
  ...["served", "denied", "missing", "invalid", "failed"] as const,
];
const KEY_RESULTS: readonly KeyResult[] = ["success", "missing", "invalid", "unavailable"];
const RELOAD_RESULTS: readonly ReloadResult[] = ["success", "error"];

type Gauges = Pick<WorkerCounts, "inFlight" | "openAssets" | "cacheBytes">;

export interface MetricsOptions {
  /** The version of AMS. */
  readonly version: string;
  /** Returns how many workers listen. */
  readonly countWorkers: () => number;
}

export class Metrics {
  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #registry = new Registry();
  readonly #factory = new MetricFactory(this.#registry);
  readonly #durations = new DurationHistogram("ams_http_request_duration_seconds");
  readonly #gauges = new Map<object, Gauges>();
  #sources: SourceMetrics | undefined;
  readonly #requests = this.#factory.createCounter("ams_http_requests_total");
  readonly #bytes = this.#factory.createCounter("ams_http_response_bytes_total");
  readonly #hits = this.#factory.createCounter("ams_cache_hits_total");
  readonly #misses = this.#factory.createCounter("ams_cache_misses_total");
  readonly #tokens = this.#factory.createCounter("ams_tokens_total");
  readonly #servedKeys = this.#factory.createCounter("ams_keys_served_total");
  readonly #restarts = this.#factory.createCounter("ams_worker_restarts_total");
  readonly #keyRequests = this.#factory.createCounter("ams_key_requests_total");
  readonly #reloads = this.#factory.createCounter("ams_config_reloads_total");

  constructor({ version, countWorkers }: MetricsOptions) {
    for (const cache of CACHES) {
      this.#hits.inc({ cache }, 0);
      this.#misses.inc({ cache }, 0);
    }
    for (const result of TOKEN_RESULTS) this.#tokens.inc({ result }, 0);
    for (const result of SERVED_KEY_RESULTS) this.#servedKeys.inc({ result }, 0);
    for (const result of RELOAD_RESULTS) this.#reloads.inc({ result }, 0);
    this.#factory.addGauge("ams_build_info", (gauge) => {
      gauge.set({ version, deno: Deno.version.deno }, 1);
    });
    this.#factory.addGauge("ams_workers", (gauge) => gauge.set(countWorkers()));
    this.#addWorkerGauges();
    this.#addProcessMetrics();
  }

  /** Adds the counts of a worker; `worker` identifies it. */
  addCounts(worker: object, counts: WorkerCounts): void {
    this.#gauges.set(worker, counts);
    for (const response of counts.responses) {
      const { protocol, kind, codes, bytes } = response;
      for (const [code, count] of codes) this.#requests.inc({ protocol, kind, code }, count);
      this.#bytes.inc({ protocol, kind }, bytes);
      this.#durations.add({ protocol, kind }, response);
    }
    for (const cache of CACHES) {
      this.#hits.inc({ cache }, counts.lookups[cache].hits);
      this.#misses.inc({ cache }, counts.lookups[cache].misses);
    }
    for (const [result, count] of Object.entries(counts.tokens)) {
      this.#tokens.inc({ result }, count);
    }
    for (const [result, count] of Object.entries(counts.servedKeys)) {
      this.#servedKeys.inc({ result }, count);
    }
  }

  /** Keeps what a worker counted, which has failed. */
  countRestart(worker: object): void {
    this.#gauges.delete(worker);
    this.#restarts.inc();
  }

  /** Makes the series of a source start at 0. */
  addKeySource(source: string): void {
    for (const result of KEY_RESULTS) this.#keyRequests.inc({ source, result }, 0);
  }

  countKeyRequest(source: string, result: KeyResult): void {
    this.#keyRequests.inc({ source, result });
  }

  countReload(result: ReloadResult): void {
    this.#reloads.inc({ result });
  }

  /**
   * Adds the series of a recorder.
   *
   * @param readFreeBytes of the disk with the archives; undefined: unknown
   */
  addLive(readFreeBytes: () => number | undefined): LiveMetrics {
    return new LiveMetrics(this.#factory, readFreeBytes);
  }

  /** Adds the series of origins. */
  addSources(): SourceMetrics {
    return this.#sources = new SourceMetrics(this.#factory);
  }

  /** Returns the text format of Prometheus. */
  async format(): Promise<string> {
    const histograms = [this.#durations, this.#sources?.durations].filter((it) => it !== undefined);
    const registries = [
      await this.#registry.getMetricsAsJSON(),
      histograms.map((histogram) => histogram.toJson()),
    ];
    return await AggregatorRegistry.aggregate(registries).metrics();
  }

  #addWorkerGauges(): void {
    const sum = (get: (gauges: Gauges) => number) =>
      [...this.#gauges.values()].reduce((total, gauges) => total + get(gauges), 0);
    this.#factory.addGauge("ams_http_requests_in_flight", (gauge) => {
      gauge.set(sum(({ inFlight }) => inFlight));
    });
    this.#factory.addGauge(
      "ams_assets_open",
      (gauge) => gauge.set(sum(({ openAssets }) => openAssets)),
    );
    this.#factory.addGauge("ams_cache_bytes", (gauge) => {
      for (const cache of ["assets", "segments"] as const) {
        gauge.set({ cache }, sum(({ cacheBytes }) => cacheBytes[cache]));
      }
      for (const cache of ["blocks", "disk"] as const) {
        if (this.#sources) gauge.set({ cache }, this.#sources.cacheBytes[cache]);
      }
    });
  }

  /** The system's own numbers of the process are in /proc, which Deno lets no program with limited permissions read. */
  #addProcessMetrics(): void {
    const startedAt = Date.now() / 1000 - process.uptime();
    this.#factory.addGauge("process_start_time_seconds", (gauge) => gauge.set(startedAt));
    this.#factory.addGauge(
      "process_resident_memory_bytes",
      (gauge) => gauge.set(Deno.memoryUsage().rss),
    );
    this.#factory.createCounter("process_cpu_seconds_total", (counter) => {
      const { user, system } = process.cpuUsage();
      counter.reset();
      counter.inc((user + system) / 1e6);
    });
  }
}
