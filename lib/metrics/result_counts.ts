/** Counters of events by their result. */

import type { TokenFault } from "../errors.ts";

/** Outcome of a check of an access token. */
export type TokenResult = "accepted" | TokenFault;

/** Outcome of a request for keys: no policy or token allows it, the package has no such key, or the request is malformed. */
export type ServedKeyResult = "served" | "denied" | "missing" | "invalid" | "failed";

/** Outcome of a reload. */
export type ReloadResult = "success" | "error";

/** Outcome of a request for keys: `success`, or that of a code `KEYS_`. */
export type KeyResult = "success" | "missing" | "invalid" | "unavailable";

export type ResultDelta<Result extends string> = Readonly<Partial<Record<Result, number>>>;

/** Counts events by their result. */
export class ResultCounts<Result extends string> {
  #counts: Partial<Record<Result, number>> = {};

  add(result: Result): void {
    this.#counts[result] = (this.#counts[result] ?? 0) + 1;
  }

  /** Returns what was counted since the last call. */
  take(): ResultDelta<Result> {
    const counts = this.#counts;
    this.#counts = {};
    return counts;
  }
}
