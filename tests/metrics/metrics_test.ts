import process from "node:process";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { METRICS } from "../../lib/metrics/metric_table.ts";
import { Metrics } from "../../lib/metrics/metrics.ts";
import { DURATION_BOUNDS } from "../../lib/metrics/response_counts.ts";
import { MountCounter } from "../../lib/metrics/source_counts.ts";
import type { WorkerCounts } from "../../lib/metrics/worker_counts.ts";
import { OTHER_RESPONSE } from "../../lib/response_category.ts";
import { CATEGORIES, getSegmentCategory } from "../../lib/server/category.ts";
import { parseMetrics, sumMetric } from "./parse_metrics.ts";

const NO_LOOKUPS = { hits: 0, misses: 0 };

const IDLE: WorkerCounts = {
  responses: [],
  tokens: {},
  servedKeys: {},
  lookups: { assets: NO_LOOKUPS, manifests: NO_LOOKUPS, segments: NO_LOOKUPS },
  inFlight: 0,
  openAssets: 0,
  cacheBytes: { assets: 0, segments: 0 },
};

const DURATIONS = [...DURATION_BOUNDS.map(() => 0), 2];

const createMetrics = () => new Metrics({ version: "1.2.3", countWorkers: () => 2 });

Deno.test("Metrics.format() contains every metric, of its type", async () => {
  const metrics = createMetrics();
  const response = { ...OTHER_RESPONSE, codes: [[200, 2]] as const, durations: DURATIONS };
  metrics.addCounts({}, { ...IDLE, responses: [{ ...response, bytes: 0, seconds: 99 }] });
  metrics.addKeySource("vendor");
  metrics.countKeyRequest("vendor", "success");
  metrics.addLive(() => 1);
  metrics.addSources().add({
    mounts: [new MountCounter().take("/vod", true)],
    cacheBytes: { blocks: 0, disk: 0 },
  });
  const text = await metrics.format();
  assertStringIncludes(text, 'ams_key_requests_total{source="vendor",result="success"} 1');
  assertStringIncludes(text, 'ams_key_requests_total{source="vendor",result="unavailable"} 0');
  for (const [name, { type, help }] of Object.entries(METRICS)) {
    assertStringIncludes(text, `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name}`);
  }
  assertEquals(text.match(/^# TYPE/gm)!.length, Object.keys(METRICS).length);
});

Deno.test("Metrics adds counters of all workers, and gauges of those that run", async () => {
  const metrics = createMetrics();
  const [first, second] = [{}, {}];
  const counts: WorkerCounts = {
    responses: [{
      ...CATEGORIES.cmaf,
      codes: [[200, 1], [206, 1]],
      durations: DURATIONS,
      seconds: 80,
      bytes: 1000,
    }],
    tokens: { expired: 1 },
    servedKeys: { served: 2 },
    lookups: {
      assets: { hits: 1, misses: 2 },
      manifests: { hits: 3, misses: 4 },
      segments: { hits: 5, misses: 6 },
    },
    inFlight: 7,
    openAssets: 8,
    cacheBytes: { assets: 9, segments: 10 },
  };
  metrics.addCounts(first, counts);
  metrics.addCounts(first, counts);
  metrics.addCounts(second, counts);
  metrics.countReload("error");
  const get = async () => {
    const samples = parseMetrics(await metrics.format());
    return (name: string, labels?: Record<string, string>) => sumMetric(samples, name, labels);
  };
  const both = await get();
  metrics.countRestart(first);
  const one = await get();
  for (const value of [both, one]) {
    assertEquals(value("ams_http_requests_total", { code: "206" }), 3);
    assertEquals(value("ams_http_requests_total", { protocol: "cmaf", kind: "segment" }), 6);
    assertEquals(value("ams_http_response_bytes_total"), 3000);
    assertEquals(value("ams_http_request_duration_seconds_count", { kind: "segment" }), 6);
    assertEquals(value("ams_http_request_duration_seconds_bucket", { le: "+Inf" }), 6);
    assertEquals(value("ams_http_request_duration_seconds_bucket", { le: "30" }), 0);
    assertEquals(value("ams_http_request_duration_seconds_sum"), 240);
    assertEquals(value("ams_cache_hits_total", { cache: "segments" }), 15);
    assertEquals(value("ams_cache_misses_total", { cache: "assets" }), 6);
    assertEquals(value("ams_tokens_total", { result: "expired" }), 3);
    assertEquals(value("ams_keys_served_total", { result: "served" }), 6);
    assertEquals(value("ams_config_reloads_total", { result: "error" }), 1);
    assertEquals(value("ams_config_reloads_total", { result: "success" }), 0);
    assertEquals(value("ams_build_info", { version: "1.2.3", deno: Deno.version.deno }), 1);
    assertEquals(value("ams_workers"), 2);
  }
  const gauges = ["ams_http_requests_in_flight", "ams_assets_open", "ams_cache_bytes"];
  assertEquals(gauges.map((name) => both(name)), [14, 16, 38]);
  assertEquals(gauges.map((name) => one(name)), [7, 8, 19]);
  assertEquals(["ams_worker_restarts_total"].map((name) => [both(name), one(name)]), [[0, 1]]);
});

Deno.test("Metrics has the start, the time and the memory of the process", async () => {
  const getSeconds = ({ user, system } = process.cpuUsage()) => (user + system) / 1e6;
  const metrics = createMetrics();
  await metrics.format();
  const before = getSeconds();
  const samples = parseMetrics(await metrics.format());
  const seconds = sumMetric(samples, "process_cpu_seconds_total");
  assertEquals(seconds >= before && seconds <= getSeconds(), true, `${before} <= ${seconds}`);
  const age = Date.now() / 1000 - sumMetric(samples, "process_start_time_seconds");
  assertEquals(age > 0 && Math.abs(age - process.uptime()) < 5, true, `started ${age} s ago`);
  const bytes = sumMetric(samples, "process_resident_memory_bytes");
  assertEquals(bytes > 2 ** 20 && bytes < 2 ** 36, true, `${bytes} bytes`);
});

Deno.test("Metrics has every label of caches, tokens and reloads from the start", async () => {
  const samples = parseMetrics(await createMetrics().format());
  const getLabels = (name: string) =>
    samples.filter((sample) => sample.name === name).flatMap(({ labels }) => Object.values(labels));
  const caches = ["assets", "manifests", "segments"];
  assertEquals(getLabels("ams_cache_hits_total"), caches);
  assertEquals(getLabels("ams_cache_misses_total"), caches);
  assertEquals(getLabels("ams_tokens_total").length, 7);
  assertEquals(getLabels("ams_config_reloads_total"), ["success", "error"]);
});

const ALL_CATEGORIES = new Set([
  ...Object.values(CATEGORIES),
  getSegmentCategory("fragment", "application/mp4"),
]);

/** Statuses of docs/errors.md, of successes and redirects. */
const CODES = [200, 204, 206, 302, 304, 400, 401, 403, 404, 405, 412, 416, 500, 502, 503, 504];

Deno.test("Metrics has at most 2,000 series", async () => {
  const metrics = createMetrics();
  const codes = CODES.map((code) => [code, 1] as const);
  for (const category of ALL_CATEGORIES) {
    const response = { ...category, codes, durations: DURATIONS, seconds: 1, bytes: 1 };
    metrics.addCounts({}, { ...IDLE, responses: [response] });
  }
  metrics.addLive(() => 1);
  const samples = parseMetrics(await metrics.format());
  assertEquals(samples.length > 500 && samples.length <= 2000, true, `${samples.length} series`);
});

Deno.test("docs/metrics.md describes every metric with its type and labels", () => {
  const document = Deno.readTextFileSync(new URL("../../docs/metrics.md", import.meta.url));
  const rows = [...document.matchAll(/^\| `((?:ams|process)_\w+)` +\| (\w+) +\| ([^|]*?) *\|/gm)];
  const documented = rows.map(([, name, type, labels]) => [name, type, labels]);
  assertEquals(
    documented,
    Object.entries(METRICS).map(([name, { type, labels }]) => [
      name,
      type,
      labels.map((label) => `\`${label}\``).join(", "),
    ]),
  );
});

Deno.test("docs/metrics.md describes the categories of all responses", () => {
  const document = Deno.readTextFileSync(new URL("../../docs/metrics.md", import.meta.url));
  const rows = [...document.matchAll(/^\| `(\w+)` +\| ((?:`\w+`(?:, )?)+) +\| \S/gm)];
  const documented = rows.flatMap(([, kind, protocols]) =>
    protocols!.split(", ").map((protocol) => `${protocol.slice(1, -1)} ${kind}`)
  );
  const found = [...ALL_CATEGORIES].map(({ protocol, kind }) => `${protocol} ${kind}`);
  assertEquals(documented.sort(), found.sort());
});
