import { Counter, Gauge, type Registry } from "prom-client";
import { type MetricDefinition, type MetricName, METRICS } from "./metric_table.ts";

/** Creates metrics as the table defines them. */
export class MetricFactory {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** @param collect is called before each scrape */
  createCounter(name: MetricName, collect?: (counter: Counter) => void): Counter {
    return new Counter({
      ...this.#getConfiguration(name),
      ...collect && {
        collect() {
          collect(this);
        },
      },
    });
  }

  /** @param collect is called before each scrape */
  addGauge(name: MetricName, collect: (gauge: Gauge) => void): void {
    new Gauge({
      ...this.#getConfiguration(name),
      collect() {
        collect(this);
      },
    });
  }

  #getConfiguration(name: MetricName) {
    const { help, labels }: MetricDefinition = METRICS[name];
    return { name, help, labelNames: [...labels], registers: [this.#registry] };
  }
}
