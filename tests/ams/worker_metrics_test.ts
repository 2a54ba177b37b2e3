import { assertEquals } from "@std/assert";
import { WorkerMetrics } from "../../lib/ams/worker_metrics.ts";
import { LoggedResponse } from "../../lib/http/response.ts";
import type { WorkerCounts } from "../../lib/metrics/worker_counts.ts";
import { CATEGORIES } from "../../lib/server/category.ts";
import { testApp } from "../server/fixture.ts";

const REQUEST = { category: CATEGORIES.mpd, streamedBytes: 7 };

Deno.test("WorkerMetrics counts bytes of whole bodies, and those of streams that were taken", () => {
  using server = testApp();
  const posted: WorkerCounts[] = [];
  const metrics = new WorkerMetrics(server.app, (counts) => posted.push(counts));
  const whole = new LoggedResponse(new Uint8Array(100), { status: 200 }, 100);
  const stream = new LoggedResponse(new ReadableStream(), { status: 206 }, 1000);
  for (const response of [whole, stream]) {
    metrics.begin();
    metrics.end(REQUEST, response, 1);
  }
  metrics.begin();
  metrics.post();
  metrics.post();
  const [first, second] = posted;
  assertEquals(first!.responses.map(({ codes, bytes }) => [codes, bytes]), [
    [[[200, 1], [206, 1]], 107],
  ]);
  assertEquals([first!.inFlight, second!.inFlight, second!.responses], [1, 1, []]);
});
