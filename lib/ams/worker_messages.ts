import type { DescriptorSupply } from "./descriptor_reserve.ts";
import type { LogFormat } from "../http/access_log.ts";
import type { Address, Certificate } from "../http/server.ts";
import type { AppOptions } from "../server/app.ts";

/** The first one starts the worker, the last one stops it. */
export type WorkerCommand =
  | { readonly kind: "start"; readonly config: WorkerConfig }
  | { readonly kind: "supply"; readonly supply: DescriptorSupply }
  | { readonly kind: "stop" };

export interface WorkerConfig {
  readonly address: Address;
  readonly certificate?: Certificate;
  /** Document root, free of symbolic links. */
  readonly root: string;
  readonly app: AppOptions;
  readonly log: LogFormat;
}

export type WorkerEvent =
  | { readonly kind: "ready" | "stopped" }
  | { readonly kind: "message"; readonly message: string }
  | { readonly kind: "log"; readonly lines: string }
  | { readonly kind: "warning"; readonly file: string; readonly message: string }
  | { readonly kind: "failed"; readonly reason: string };
