/** What the recorder counts, in a message to the main thread. */

/** Totals since the recorder started, and the present values of gauges. */
export interface LiveCounts {
  /** Channels that are published to, or were, by state. */
  readonly channels: Readonly<Record<string, number>>;
  /** Encoders that are publishing, by protocol. */
  readonly publishers: Readonly<Record<string, number>>;
  /** By protocol. */
  readonly receivedBytes: Readonly<Record<string, number>>;
  /** By result. */
  readonly fragments: Readonly<Record<string, number>>;
  /** By reason. */
  readonly periods: Readonly<Record<string, number>>;
  readonly lagSeconds: number;
}
