import type { AccessConfig } from "../access/access_config.ts";
import type { DescriptorSupply } from "./descriptor_reserve.ts";
import type { LogBatch } from "../log/access_log.ts";
import type { LogFormat } from "../log/log_format.ts";
import type { LogMessage } from "../log/message_line.ts";
import type { Certificate, ListenAddress } from "../http/server.ts";
import type { WorkerCounts } from "../metrics/worker_counts.ts";
import type { DirectorySource } from "../storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { AppOptions } from "../server/app.ts";

/** The first one starts the worker, the last one stops it. */
export type WorkerCommand =
  | {
    readonly kind: "start";
    readonly config: WorkerConfig;
    readonly keys?: MessagePort;
    readonly storage?: StorageConnection;
  }
  | { readonly kind: "supply"; readonly supply: DescriptorSupply }
  /** New connections get it. */
  | { readonly kind: "certificate"; readonly certificate: Certificate }
  /** Keys and policies; answers `refreshKeys`, too. */
  | { readonly kind: "access"; readonly access: AccessConfig }
  /** Replaces the port through which keys of protected packages are requested. */
  | { readonly kind: "keys"; readonly port: MessagePort }
  /** Replaces the connection through which files of origins are read. */
  | { readonly kind: "storage"; readonly storage: StorageConnection }
  /** Archives of these channel files have grown. */
  | { readonly kind: "appended"; readonly files: readonly string[] }
  /** Health reports that no further requests should be sent. */
  | { readonly kind: "drain" }
  /** Requests a "pong". */
  | { readonly kind: "ping"; readonly id: number }
  | { readonly kind: "stop" };

/** With the thread that reads files of origins. */
export interface StorageConnection {
  readonly port: MessagePort;
  readonly pages: SharedArrayBuffer;
}

/** A path below the document root, and the files that are there. */
export interface WorkerMount {
  /** Without slashes at its ends; "" is the document root. Of an origin, its name. */
  readonly path: string;
  /** The path of a directory has no links in it. */
  readonly source: DirectorySource | RemoteOrigin;
}

export interface WorkerConfig {
  readonly address: ListenAddress;
  readonly certificate?: Certificate;
  /** Document root, free of symbolic links; absent if a mount is the document root. */
  readonly root?: string;
  readonly mounts?: readonly WorkerMount[];
  /** Origins below which packages may name files. */
  readonly allowed?: readonly WorkerMount[];
  /** Number of the device that contained the root at startup. */
  readonly rootDevice?: number;
  readonly app: AppOptions;
  readonly log: LogFormat;
  /** Addresses and networks of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  /** Counts responses; absent: false. */
  readonly metrics?: boolean;
}

export type WorkerEvent =
  | { readonly kind: "ready" | "stopped" }
  | { readonly kind: "counts"; readonly counts: WorkerCounts }
  | { readonly kind: "pong"; readonly id: number }
  /** A request was rejected since the document root is gone. */
  | { readonly kind: "storageGone" }
  | { readonly kind: "message"; readonly timeMs: number; readonly message: LogMessage }
  | { readonly kind: "firstLine"; readonly timeMs: number }
  | { readonly kind: "log"; readonly batch: LogBatch }
  /** A token names a key that its set lacks. */
  | { readonly kind: "refreshKeys" }
  | { readonly kind: "warning"; readonly file: string; readonly message: string }
  | { readonly kind: "failed"; readonly reason: string };
