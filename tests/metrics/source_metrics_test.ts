import { assertEquals } from "@std/assert";
import { Metrics } from "../../lib/metrics/metrics.ts";
import { MountCounter } from "../../lib/metrics/source_counts.ts";
import { parseMetrics, sumMetric } from "./parse_metrics.ts";

Deno.test("SourceMetrics add up what the thread has counted since its last message", async () => {
  const metrics = new Metrics({ version: "1.2.3", countWorkers: () => 2 });
  const sources = metrics.addSources();
  const counter = new MountCounter();
  const cacheBytes = { blocks: 5, disk: 6 };
  counter.add({ result: "success", durationMs: 20, bytes: 100 });
  counter.add({ result: "failed", durationMs: 60_000, bytes: 1 });
  sources.add({ mounts: [counter.take("/vod", false)], cacheBytes });
  counter.add({ result: "success", durationMs: 1, bytes: 10 });
  counter.countRetry();
  sources.add({ mounts: [counter.take("/vod", true)], cacheBytes });
  const samples = parseMetrics(await metrics.format());
  const sum = (name: string, labels: Record<string, string> = {}) =>
    sumMetric(samples, name, { mount: "/vod", ...labels });
  assertEquals(
    ["success", "failed", "aborted"].map((result) => sum("ams_source_requests_total", { result })),
    [2, 1, 0],
  );
  assertEquals(sum("ams_source_bytes_total"), 111);
  assertEquals([sum("ams_source_retries_total"), sum("ams_source_up")], [1, 1]);
  const name = "ams_source_request_duration_seconds";
  assertEquals([sum(`${name}_count`), sum(`${name}_sum`)], [3, 60.021]);
  assertEquals(
    ["0.001", "0.025", "30", "+Inf"].map((le) => sum(`${name}_bucket`, { le })),
    [1, 2, 2, 3],
  );
  assertEquals(
    ["blocks", "disk"].map((cache) => sumMetric(samples, "ams_cache_bytes", { cache })),
    [5, 6],
  );
});
