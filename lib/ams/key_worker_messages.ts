import type { LogMessage } from "../log/message_line.ts";

export type KeyWorkerCommand =
  | { readonly kind: "start"; readonly config: KeyWorkerConfig }
  /** Gives the worker the end of a port from which another thread requests keys. */
  | { readonly kind: "connect"; readonly port: MessagePort };

/** Contains secrets, which are not for logs. */
export interface KeyWorkerConfig {
  /** Content of the key file. */
  readonly text: string;
  /** Paths in the key file start here. */
  readonly directory: string;
  /** Document root, which contains no documents of keys. */
  readonly root: string;
  /** Contents of certificate files by the path in the key file. */
  readonly certificates: ReadonlyMap<string, string>;
}

export type KeyWorkerEvent =
  | { readonly kind: "ready" }
  | { readonly kind: "message"; readonly message: LogMessage }
  | { readonly kind: "failed"; readonly reason: string };
