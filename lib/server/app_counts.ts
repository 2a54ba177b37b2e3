import type { ResponseCounts } from "../metrics/response_counts.ts";
import type { WorkerCounts } from "../metrics/worker_counts.ts";
import type { App } from "./app.ts";

/** Returns what was counted since the last call, and the present values of gauges. */
export function takeCounts(
  { library, hot, manifestLookups, tokenResults, keyResults }: App,
  responses: ResponseCounts,
): WorkerCounts {
  return {
    responses: responses.take(),
    tokens: tokenResults.take(),
    servedKeys: keyResults.take(),
    lookups: {
      assets: library.lookups.take(),
      manifests: manifestLookups.take(),
      segments: hot.lookups.take(),
    },
    inFlight: responses.inFlight,
    openAssets: library.openCount,
    cacheBytes: { assets: library.size, segments: hot.cache.size },
  };
}
