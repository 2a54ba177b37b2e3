/** Metrics of the recorder, and of the disk with its archives. */

import type { LiveCounts } from "./live_counts.ts";
import type { MetricFactory } from "./metric_factory.ts";

const STATES = ["waiting", "live", "silent", "over"];
const PROTOCOLS = ["http"];
const RESULTS = ["stored", "repeated", "late", "refused"];
const REASONS = [
  ...["start", "init", "track", "hole", "clock", "restart", "publisher", "reordering", "disk"],
];

const NO_COUNTS: LiveCounts = {
  channels: {},
  publishers: {},
  receivedBytes: {},
  fragments: {},
  periods: {},
  lagSeconds: 0,
};

type Totals = Readonly<Record<string, number>>;

export class LiveMetrics {
  readonly #receivedBytes;
  readonly #fragments;
  readonly #periods;
  #recorder: object | undefined;
  /** What `#recorder` has counted. */
  #counts = NO_COUNTS;

  /** @param readFreeBytes of the disk with the archives; undefined: unknown */
  constructor(factory: MetricFactory, readFreeBytes: () => number | undefined) {
    this.#receivedBytes = factory.createCounter("ams_live_received_bytes_total");
    this.#fragments = factory.createCounter("ams_live_fragments_total");
    this.#periods = factory.createCounter("ams_live_periods_total");
    for (const protocol of PROTOCOLS) this.#receivedBytes.inc({ protocol }, 0);
    for (const result of RESULTS) this.#fragments.inc({ result }, 0);
    for (const reason of REASONS) this.#periods.inc({ reason }, 0);
    factory.addGauge("ams_live_channels", (gauge) => {
      for (const state of STATES) gauge.set({ state }, this.#counts.channels[state] ?? 0);
    });
    factory.addGauge("ams_live_publishers", (gauge) => {
      for (const protocol of PROTOCOLS) {
        gauge.set({ protocol }, this.#counts.publishers[protocol] ?? 0);
      }
    });
    factory.addGauge("ams_live_lag_seconds", (gauge) => gauge.set(this.#counts.lagSeconds));
    factory.addGauge("ams_live_disk_free_bytes", (gauge) => gauge.set(readFreeBytes() ?? NaN));
  }

  /** @param recorder identifies what has counted: another one starts at 0 */
  update(recorder: object, counts: LiveCounts): void {
    const previous = recorder === this.#recorder ? this.#counts : NO_COUNTS;
    for (const [protocol, increase] of subtract(counts.receivedBytes, previous.receivedBytes)) {
      this.#receivedBytes.inc({ protocol }, increase);
    }
    for (const [result, increase] of subtract(counts.fragments, previous.fragments)) {
      this.#fragments.inc({ result }, increase);
    }
    for (const [reason, increase] of subtract(counts.periods, previous.periods)) {
      this.#periods.inc({ reason }, increase);
    }
    this.#recorder = recorder;
    this.#counts = counts;
  }

  /** To be called when the recorder has failed: it has no channels any more. */
  clear(): void {
    this.#recorder = undefined;
    this.#counts = NO_COUNTS;
  }
}

function subtract(totals: Totals, previous: Totals): [name: string, increase: number][] {
  return Object.entries(totals)
    .map(([name, total]) => [name, total - (previous[name] ?? 0)] as [string, number])
    .filter(([, increase]) => increase > 0);
}
