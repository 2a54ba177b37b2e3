import type { LogMessage } from "../log/message_line.ts";
import type { KeyResult } from "../metrics/result_counts.ts";

export type KeyWorkerCommand =
  /** `previous` receives a `KeyStoreState` of the worker that is replaced. */
  | {
    readonly kind: "start";
    readonly config: KeyWorkerConfig;
    readonly previous?: MessagePort | undefined;
  }
  /** Replaces the key file by one whose sources need the same permissions. */
  | { readonly kind: "update"; readonly config: KeyWorkerConfig }
  /** Gives the worker the end of a port from which another thread requests keys. */
  | { readonly kind: "connect"; readonly port: MessagePort }
  /** Requests a `KeyStoreState`. */
  | { readonly kind: "handOver"; readonly port: MessagePort };

/** Contains secrets, which are not for logs. */
export interface KeyWorkerConfig {
  /** Content of the key file. */
  readonly text: string;
  /** Paths in the key file start here. */
  readonly directory: string;
  /** Document root, which contains no documents of keys; absent: there is none. */
  readonly root?: string;
  /** Contents of certificate files by the path in the key file. */
  readonly certificates: ReadonlyMap<string, string>;
}

export type KeyWorkerEvent =
  /** The worker has the keys that open assets use. */
  | { readonly kind: "ready" }
  | { readonly kind: "result"; readonly source: string; readonly result: KeyResult }
  | { readonly kind: "message"; readonly message: LogMessage }
  | { readonly kind: "failed"; readonly reason: string };
