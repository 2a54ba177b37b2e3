import { assertEquals, assertStringIncludes } from "@std/assert";
import type { LiveCounts } from "../../lib/metrics/live_counts.ts";
import { Metrics } from "../../lib/metrics/metrics.ts";

const COUNTS: LiveCounts = {
  channels: { waiting: 1, live: 2, silent: 3, over: 4 },
  publishers: { http: 5 },
  receivedBytes: { http: 1000 },
  fragments: { stored: 6, repeated: 7, late: 8, refused: 9 },
  periods: { start: 2, hole: 1 },
  lagSeconds: 1.5,
};

function createLive(readFreeBytes: () => number | undefined = () => 99) {
  const metrics = new Metrics({ version: "1.2.3", countWorkers: () => 2 });
  const live = metrics.addLive(readFreeBytes);
  const read = async () => {
    const lines = (await metrics.format()).split("\n").filter((line) => /^ams_live/.test(line));
    return new Map(lines.map((line) => line.split(" ") as [string, string]));
  };
  return { metrics, live, read };
}

Deno.test("LiveMetrics has every series from the start", async () => {
  const { read } = createLive();
  const series = await read();
  assertEquals(series.size, 4 + 1 + 1 + 4 + 9 + 1 + 1);
  assertEquals(series.get("ams_live_disk_free_bytes"), "99");
  series.delete("ams_live_disk_free_bytes");
  assertEquals([...series.values()].filter((value) => value !== "0"), []);
});

Deno.test("LiveMetrics adds up what recorders count", async () => {
  const { live, read } = createLive();
  const [first, second] = [{}, {}];
  live.update(first, COUNTS);
  live.update(first, { ...COUNTS, receivedBytes: { http: 1200 }, lagSeconds: 2 });
  let series = await read();
  assertEquals(series.get('ams_live_received_bytes_total{protocol="http"}'), "1200");
  assertEquals(series.get('ams_live_fragments_total{result="late"}'), "8");
  assertEquals(series.get('ams_live_periods_total{reason="start"}'), "2");
  assertEquals(series.get('ams_live_channels{state="silent"}'), "3");
  assertEquals(series.get('ams_live_publishers{protocol="http"}'), "5");
  assertEquals(series.get("ams_live_lag_seconds"), "2");
  live.clear();
  series = await read();
  assertEquals(series.get('ams_live_channels{state="silent"}'), "0");
  assertEquals(series.get('ams_live_fragments_total{result="late"}'), "8");
  live.update(second, COUNTS); // starts at 0
  series = await read();
  assertEquals(series.get('ams_live_received_bytes_total{protocol="http"}'), "2200");
  assertEquals(series.get('ams_live_fragments_total{result="late"}'), "16");
});

Deno.test("LiveMetrics has no number of free bytes that it cannot read", async () => {
  const { metrics } = createLive(() => undefined);
  assertStringIncludes(await metrics.format(), "\nams_live_disk_free_bytes Nan\n");
});
