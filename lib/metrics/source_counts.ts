/** Messages about requests for origins, from the thread that sends them to the main thread. */

import { DURATION_BOUNDS } from "./response_counts.ts";

/** Counters since the previous message, and the present values of gauges. */
export interface SourceCounts {
  readonly mounts: readonly MountCounts[];
  /** Bytes that are cached. */
  readonly cacheBytes: { readonly blocks: number; readonly disk: number };
}

export interface MountCounts {
  readonly mount: string;
  readonly isUp: boolean;
  /** Requests that were sent, by result. */
  readonly requests: Readonly<Record<string, number>>;
  /** By the index in `DURATION_BOUNDS`; the last one is for longer ones. */
  readonly durations: readonly number[];
  /** Seconds of all requests. */
  readonly seconds: number;
  /** Bytes of bodies. */
  readonly bytes: number;
  readonly retries: number;
}

/** Counts the requests for an origin. */
export class MountCounter {
  #requests: Record<string, number> = {};
  #durations = createDurations();
  #seconds = 0;
  #bytes = 0;
  #retries = 0;

  add({ result, durationMs, bytes }: { result: string; durationMs: number; bytes: number }): void {
    this.#requests[result] = (this.#requests[result] ?? 0) + 1;
    const seconds = durationMs / 1000;
    const index = DURATION_BOUNDS.findIndex((bound) => seconds <= bound);
    this.#durations.splice(index, 1, this.#durations.at(index)! + 1);
    this.#seconds += seconds;
    this.#bytes += bytes;
  }

  countRetry(): void {
    this.#retries++;
  }

  /** Returns what was counted since the last call. */
  take(mount: string, isUp: boolean): MountCounts {
    const counts = {
      mount,
      isUp,
      requests: this.#requests,
      durations: this.#durations,
      seconds: this.#seconds,
      bytes: this.#bytes,
      retries: this.#retries,
    };
    this.#requests = {};
    this.#durations = createDurations();
    this.#seconds = this.#bytes = this.#retries = 0;
    return counts;
  }
}

function createDurations(): number[] {
  return Array.from({ length: DURATION_BOUNDS.length + 1 }, () => 0);
}
