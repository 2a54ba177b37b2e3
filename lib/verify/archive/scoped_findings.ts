import { type FindingLocation, Findings } from "../findings.ts";
import type { Rule } from "../rules.ts";

/** Adds findings about one period of a channel to those of the whole channel. */
export class PeriodFindings extends Findings {
  readonly #all: Findings;
  readonly #period: number;

  constructor(all: Findings, period: number) {
    super();
    this.#all = all;
    this.#period = period;
  }

  override add(location: FindingLocation, rule: Rule, message: string, sampleIndex?: number): void {
    this.#all.add({ ...location, period: this.#period }, rule, message, sampleIndex);
  }
}
