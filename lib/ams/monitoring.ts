/** Metrics and the admin endpoint. Loaded with `--admin` alone, since `prom-client` takes 0.1 s to load. */

import { startAdminServer } from "../admin/admin_server.ts";
import { describeSystemError } from "../cli/system_error.ts";
import type { Address } from "../http/server.ts";
import { Metrics } from "../metrics/metrics.ts";
import { findReadinessProblem } from "./readiness.ts";
import type { ServerState } from "./server_state.ts";
import { SetupError } from "./setup.ts";
import type { WorkerPool } from "./worker_pool.ts";

export interface MonitoredServer {
  readonly version: string;
  readonly pool: WorkerPool;
  readonly state: ServerState;
}

export interface Monitoring extends AsyncDisposable {
  readonly metrics: Metrics;
  /** With the port that was chosen. */
  readonly address: Address;
}

/** @throws SetupError if the address cannot be used */
export function startMonitoring(
  address: Address,
  { version, pool, state }: MonitoredServer,
): Monitoring {
  const metrics = new Metrics({ version, countWorkers: () => pool.listeningCount });
  const services = {
    metrics,
    ping: (timeoutMs: number) => pool.ping(timeoutMs),
    findProblem: () => findReadinessProblem(state, pool),
  };
  try {
    const server = startAdminServer(address, services);
    return {
      metrics,
      address: server.address,
      [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
    };
  } catch (error) {
    const { host, port } = address;
    const reason = describeSystemError(error);
    throw new SetupError(`Cannot listen on ${host}:${port} (--admin): ${reason}`);
  }
}
