import type { Address, Certificate } from "../http/server.ts";
import type { LogMessage } from "../log/message_line.ts";
import type { LiveCounts } from "../metrics/live_counts.ts";

export type RecorderCommand =
  | { readonly kind: "start"; readonly config: RecorderConfig }
  /** New connections get it. */
  | { readonly kind: "certificate"; readonly certificate: Certificate }
  /** Publishers that are not publishing are rejected. */
  | { readonly kind: "drain" }
  /** Requests a "pong". */
  | { readonly kind: "ping"; readonly id: number }
  /** Connections end after the fragment under way, or after this time. */
  | { readonly kind: "stop"; readonly graceMs: number };

export interface RecorderConfig {
  /** Directory of channel files and archives, free of symbolic links. */
  readonly directory: string;
  /** The directory's path in the document root. */
  readonly path: string;
  /** Where publishers connect. */
  readonly address?: Address;
  /** Where they connect over TLS, with the certificate. */
  readonly tlsAddress?: Address;
  readonly certificate?: Certificate;
  /** Memory for fragments that are not on disk. */
  readonly maxIngestBytes: number;
}

export type RecorderEvent =
  /** All addresses accept connections. */
  | { readonly kind: "ready" }
  /** Everything is on disk, and the locks are released. */
  | { readonly kind: "stopped" }
  /** Archives of these channel files have grown, for viewers to see. */
  | { readonly kind: "appended"; readonly files: readonly string[] }
  /** Totals since the recorder started; precedes "pong". */
  | { readonly kind: "counts"; readonly counts: LiveCounts }
  | { readonly kind: "pong"; readonly id: number }
  | { readonly kind: "message"; readonly timeMs: number; readonly message: LogMessage }
  | { readonly kind: "failed"; readonly reason: string };
