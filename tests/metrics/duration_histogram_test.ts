import { assertEquals } from "@std/assert";
import { DurationHistogram } from "../../lib/metrics/duration_histogram.ts";
import { DURATION_BOUNDS } from "../../lib/metrics/response_counts.ts";

Deno.test("DurationHistogram adds up, and its buckets are cumulative", () => {
  const histogram = new DurationHistogram("ams_http_request_duration_seconds");
  const durations = DURATION_BOUNDS.map(() => 1);
  const labels = { protocol: "hls", kind: "key" };
  histogram.add(labels, { durations: [...durations, 5], seconds: 3 });
  histogram.add(labels, { durations: [...durations, 0], seconds: 1 });
  const { values } = histogram.toJson() as { values: { labels: unknown; value: number }[] };
  const total = 2 * DURATION_BOUNDS.length + 5;
  assertEquals(values.map(({ value }) => value), [
    ...DURATION_BOUNDS.map((_, i) => 2 * (i + 1)),
    ...[total, 4, total],
  ]);
  assertEquals(values[0]!.labels, { ...labels, le: DURATION_BOUNDS[0] });
  assertEquals(values.at(-3)!.labels, { ...labels, le: "+Inf" });
  assertEquals(values.at(-1)!.labels, labels);
});
