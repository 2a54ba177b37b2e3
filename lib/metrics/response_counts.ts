/** Counts of responses in a worker: plain numbers, of which the main thread receives the differences. */

import type { ResponseCategory, ResponseKind, ResponseProtocol } from "../response_category.ts";

/** Upper bounds of response times in seconds, from cached manifests to clients that read slowly. */
export const DURATION_BOUNDS: readonly number[] = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30],
];

/** Responses of one category since the last message. */
export interface CategoryDelta {
  readonly protocol: ResponseProtocol;
  readonly kind: ResponseKind;
  /** Pairs of an HTTP status and a number of responses. */
  readonly codes: readonly (readonly [code: number, count: number])[];
  /** Responses by duration: one number for each bound, then those that took longer; not cumulative. */
  readonly durations: readonly number[];
  readonly seconds: number;
  readonly bytes: number;
}

export class ResponseCounts {
  readonly #categories = new Map<ResponseCategory, CategoryCounts>();
  #inFlight = 0;

  /** Requests whose responses have not ended. */
  get inFlight(): number {
    return this.#inFlight;
  }

  begin(): void {
    this.#inFlight++;
  }

  end(category: ResponseCategory, status: number, bytes: number, durationMs: number): void {
    this.#inFlight--;
    let counts = this.#categories.get(category);
    if (!counts) this.#categories.set(category, counts = new CategoryCounts(category));
    counts.add(status, bytes, durationMs / 1000);
  }

  /** Returns what was counted since the last call. */
  take(): CategoryDelta[] {
    return [...this.#categories.values()].flatMap((counts) => counts.take() ?? []);
  }
}

class CategoryCounts {
  readonly #codes = new Map<number, number>();
  readonly #durations = new Uint32Array(DURATION_BOUNDS.length + 1);
  #seconds = 0;
  #bytes = 0;

  constructor(readonly category: ResponseCategory) {}

  add(status: number, bytes: number, seconds: number): void {
    this.#codes.set(status, (this.#codes.get(status) ?? 0) + 1);
    let bound = 0;
    while (seconds > (DURATION_BOUNDS[bound] ?? Infinity)) bound++;
    this.#durations[bound]!++;
    this.#seconds += seconds;
    this.#bytes += bytes;
  }

  take(): CategoryDelta | undefined {
    if (this.#codes.size === 0) return undefined;
    const delta = {
      ...this.category,
      codes: [...this.#codes],
      durations: [...this.#durations],
      seconds: this.#seconds,
      bytes: this.#bytes,
    };
    this.#codes.clear();
    this.#durations.fill(0);
    this.#seconds = this.#bytes = 0;
    return delta;
  }
}
