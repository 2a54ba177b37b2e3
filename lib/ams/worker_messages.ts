/** Messages between the main thread and a worker. */

import type { LogFormat } from "../http/access_log.ts";
import type { Address, Certificate } from "../http/server.ts";
import type { AppOptions } from "../server/app.ts";

/** To a worker: first its configuration, then "stop". */
export type WorkerCommand = WorkerConfig | "stop";

export interface WorkerConfig {
  readonly address: Address;
  readonly certificate?: Certificate;
  readonly app: AppOptions;
  readonly log: LogFormat;
}

/** From a worker. */
export type WorkerEvent =
  | { readonly kind: "ready" | "stopped" }
  | { readonly kind: "log"; readonly lines: string }
  | { readonly kind: "failed"; readonly reason: string };
