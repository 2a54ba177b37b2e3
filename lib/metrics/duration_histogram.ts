import { METRICS } from "./metric_table.ts";
import { DURATION_BOUNDS } from "./response_counts.ts";

type Labels = Readonly<Record<string, string>>;

export interface Durations {
  /** One number for each bound, then those that took longer; not cumulative. */
  readonly durations: readonly number[];
  readonly seconds: number;
}

interface Series {
  readonly labels: Labels;
  readonly counts: number[];
  seconds: number;
}

type HistogramName = "ams_http_request_duration_seconds" | "ams_source_request_duration_seconds";

/** Sums of histograms, which `prom-client` cannot add to one of its own. */
export class DurationHistogram {
  readonly #name: HistogramName;
  readonly #series = new Map<string, Series>();

  constructor(name: HistogramName) {
    this.#name = name;
  }

  add(labels: Labels, { durations, seconds }: Durations): void {
    const key = Object.values(labels).join(" ");
    const series = this.#series.get(key) ??
      { labels, counts: durations.map(() => 0), seconds: 0 };
    durations.forEach((count, i) => series.counts[i]! += count);
    series.seconds += seconds;
    this.#series.set(key, series);
  }

  /** Returns a metric in the format of `Registry.getMetricsAsJSON()`. */
  toJson(): object {
    const { help, type } = METRICS[this.#name];
    const values = [...this.#series.values()].flatMap((series) => toValues(this.#name, series));
    return { name: this.#name, help, type, values, aggregator: "sum" };
  }
}

function toValues(name: string, { labels, counts, seconds }: Series) {
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    const le = DURATION_BOUNDS[i] ?? "+Inf";
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: seconds },
    { metricName: `${name}_count`, labels, value: total },
  ];
}
