/** Metrics and the admin endpoint. Loaded with `--admin` alone, since `prom-client` takes 0.1 s to load. */

import { startAdminServer } from "../admin/admin_server.ts";
import { statfsSync } from "node:fs";
import type { Address } from "../http/server.ts";
import type { LiveMetrics } from "../metrics/live_metrics.ts";
import type { SourceMetrics } from "../metrics/source_metrics.ts";
import { Metrics } from "../metrics/metrics.ts";
import { formatAddress } from "./address_format.ts";
import { describeListenError } from "./listen_address.ts";
import { findReadinessProblem } from "./readiness.ts";
import type { ServerState } from "./server_state.ts";
import { SetupError } from "./setup.ts";
import type { WorkerPool } from "./worker_pool.ts";

export interface MonitoredServer {
  readonly version: string;
  readonly pool: WorkerPool;
  readonly state: ServerState;
  /** Absent: encoders cannot publish. */
  readonly recorder?: MonitoredRecorder | undefined;
  /** Absent: nothing is read from other machines. */
  readonly storage?: MonitoredThread | undefined;
}

export interface MonitoredThread {
  /** Resolves with whether it responds within this time; it sends its counts before. */
  ping(timeoutMs: number): Promise<boolean>;
}

export interface MonitoredRecorder extends MonitoredThread {
  /** Directory with its archives. */
  readonly directory: string;
}

export interface Monitoring extends AsyncDisposable {
  readonly metrics: Metrics;
  readonly live: LiveMetrics | undefined;
  readonly sources: SourceMetrics | undefined;
  /** With the port that was chosen. */
  readonly address: Address;
}

/** @throws SetupError if the address cannot be used */
export function startMonitoring(
  address: Address,
  { version, pool, state, recorder, storage }: MonitoredServer,
): Monitoring {
  const metrics = new Metrics({ version, countWorkers: () => pool.listeningCount });
  const live = recorder && metrics.addLive(() => readFreeBytes(recorder.directory));
  const sources = storage && metrics.addSources();
  const services = {
    metrics,
    async ping(timeoutMs: number) {
      const threads = [pool, recorder, storage].filter((thread) => thread !== undefined);
      const responded = await Promise.all(threads.map((thread) => thread.ping(timeoutMs)));
      return responded.every(Boolean);
    },
    findProblem: () => findReadinessProblem(state, pool),
  };
  try {
    const server = startAdminServer(address, services);
    return {
      metrics,
      live,
      sources,
      address: server.address,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  } catch (error) {
    const reason = describeListenError(error, address.port);
    throw new SetupError(`Cannot listen on ${formatAddress(address)} (--admin): ${reason}`);
  }
}

function readFreeBytes(directory: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
