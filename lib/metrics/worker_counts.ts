/** Messages about metrics from a worker to the main thread. */

import type { LookupDelta } from "./lookup_counts.ts";
import type { CategoryDelta } from "./response_counts.ts";
import type { ResultDelta, ServedKeyResult, TokenResult } from "./result_counts.ts";

/** Members of a worker's `App`. */
export type CacheName = "assets" | "manifests" | "segments";

/** Counters since the previous message, and the present values of gauges. */
export interface WorkerCounts {
  readonly responses: readonly CategoryDelta[];
  readonly tokens: ResultDelta<TokenResult>;
  readonly servedKeys: ResultDelta<ServedKeyResult>;
  readonly lookups: Readonly<Record<CacheName, LookupDelta>>;
  readonly inFlight: number;
  readonly openAssets: number;
  /** Bytes of caches that are counted. */
  readonly cacheBytes: Readonly<Record<Exclude<CacheName, "manifests">, number>>;
}
