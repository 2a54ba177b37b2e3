import type { DescriptorSupply } from "./descriptor_reserve.ts";
import type { LogFormat } from "../http/access_log.ts";
import type { Address, Certificate } from "../http/server.ts";
import type { AppOptions } from "../server/app.ts";

/** The first one starts the worker, the last one stops it. */
export type WorkerCommand =
  | { readonly kind: "start"; readonly config: WorkerConfig }
  | { readonly kind: "supply"; readonly supply: DescriptorSupply }
  /** New connections get it. */
  | { readonly kind: "certificate"; readonly certificate: Certificate }
  /** Health reports that no further requests should be sent. */
  | { readonly kind: "drain" }
  | { readonly kind: "stop" };

export interface WorkerConfig {
  readonly address: Address;
  readonly certificate?: Certificate;
  /** Document root, free of symbolic links. */
  readonly root: string;
  /** Number of the device that contained the root at startup. */
  readonly rootDevice?: number;
  readonly app: AppOptions;
  readonly log: LogFormat;
}

export type WorkerEvent =
  | { readonly kind: "ready" | "stopped" }
  /** A request was rejected since the document root is gone. */
  | { readonly kind: "storageGone" }
  | { readonly kind: "message"; readonly message: string }
  | { readonly kind: "log"; readonly lines: string }
  | { readonly kind: "warning"; readonly file: string; readonly message: string }
  | { readonly kind: "failed"; readonly reason: string };
