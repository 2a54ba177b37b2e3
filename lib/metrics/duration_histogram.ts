import { METRICS } from "./metric_table.ts";
import { type CategoryDelta, DURATION_BOUNDS } from "./response_counts.ts";

const NAME = "ams_http_request_duration_seconds";

interface Series {
  readonly labels: { readonly protocol: string; readonly kind: string };
  readonly counts: number[];
  seconds: number;
}

/** Sums of histograms, which `prom-client` cannot add to one of its own. */
export class DurationHistogram {
  readonly #series = new Map<string, Series>();

  add({ protocol, kind, durations, seconds }: CategoryDelta): void {
    const key = `${protocol} ${kind}`;
    const series = this.#series.get(key) ??
      { labels: { protocol, kind }, counts: durations.map(() => 0), seconds: 0 };
    durations.forEach((count, i) => series.counts[i]! += count);
    series.seconds += seconds;
    this.#series.set(key, series);
  }

  /** Returns a metric in the format of `Registry.getMetricsAsJSON()`. */
  toJson(): object {
    const { help, type } = METRICS[NAME];
    const values = [...this.#series.values()].flatMap(toValues);
    return { name: NAME, help, type, values, aggregator: "sum" };
  }
}

function toValues({ labels, counts, seconds }: Series) {
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    const le = DURATION_BOUNDS[i] ?? "+Inf";
    return { metricName: `${NAME}_bucket`, labels: { ...labels, le }, value: total };
  });
  return [
    ...buckets,
    { metricName: `${NAME}_sum`, labels, value: seconds },
    { metricName: `${NAME}_count`, labels, value: total },
  ];
}
