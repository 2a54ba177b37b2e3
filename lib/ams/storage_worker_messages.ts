import type { LogMessage } from "../log/message_line.ts";
import type { SourceCounts } from "../metrics/source_counts.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import type { S3Credentials } from "../storage/remote/signer.ts";
import type { DiskCache } from "./source_options.ts";

export type StorageWorkerCommand =
  | { readonly kind: "start"; readonly config: StorageWorkerConfig }
  /** Gives the worker the end of a port from which another thread reads files. */
  | { readonly kind: "connect"; readonly client: number; readonly port: MessagePort }
  /** The thread has ended. */
  | { readonly kind: "disconnect"; readonly client: number }
  | {
    readonly kind: "credentials";
    readonly origins: readonly string[];
    readonly result: CredentialsResult;
  }
  /** Files that sources name were read again: they have the same names. */
  | { readonly kind: "secrets"; readonly origins: readonly ConfiguredOrigin[] }
  /** Requests a "pong". */
  | { readonly kind: "ping"; readonly id: number };

/** Contains secrets, which are not for logs. */
export interface StorageWorkerConfig {
  readonly origins: readonly ConfiguredOrigin[];
  readonly pages: SharedArrayBuffer;
  /** Absent: nothing is kept on disk. */
  readonly disk?: DiskCache;
  readonly freshSeconds: number;
  readonly timeoutSeconds: number;
}

export interface ConfiguredOrigin {
  /** By which other threads ask for its files. */
  readonly name: string;
  /** For the log and for metrics. */
  readonly label: string;
  readonly origin: RemoteOrigin;
  /** Packages alone name its files: it is not asked at the start. */
  readonly isAllowed: boolean;
  /** Value of the header `Authorization`. */
  readonly authorization?: string;
  /** PEM. */
  readonly caCert?: string;
}

export type CredentialsResult = S3Credentials | { readonly error: string };

export type StorageWorkerEvent =
  | { readonly kind: "counts"; readonly counts: SourceCounts }
  | { readonly kind: "pong"; readonly id: number }
  | { readonly kind: "message"; readonly message: LogMessage }
  | { readonly kind: "probed"; readonly probe: SourceProbe }
  | { readonly kind: "failed"; readonly reason: string };

/** Whether the origin of a mount can be used. */
export interface SourceProbe {
  readonly mount: string;
  readonly isUsable: boolean;
  /** A sentence for the log. */
  readonly message: string;
}
