import type { ChannelEvent } from "../segmenter/channel_events.ts";
import type { Instant } from "../segmenter/clock.ts";
import { IngestError } from "../ingest_error.ts";

/** Each has a directory. An encoder that starts again each second begins as many. */
const MAX_PERIODS = 60;

/** In µs. */
const MINUTE = 60e6;

/** Bounds how many periods of a channel begin within a minute. */
export class PeriodLimit {
  /** When periods began, on the monotonic clock. */
  #starts: number[] = [];

  /** Counts the periods that events begin. */
  count(events: readonly ChannelEvent[], { monotonic }: Instant): void {
    for (const { kind } of events) if (kind === "period began") this.#starts.push(monotonic);
  }

  /** @throws IngestError `OVERLOADED` after too many periods */
  check({ monotonic }: Instant): void {
    if (this.#starts.length < MAX_PERIODS) return;
    this.#starts = this.#starts.filter((start) => monotonic - start < MINUTE);
    if (this.#starts.length < MAX_PERIODS) return;
    const message = `Cannot begin more than ${MAX_PERIODS} periods of a channel within a minute`;
    throw new IngestError("OVERLOADED", message);
  }
}
