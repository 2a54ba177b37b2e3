import { IngestError } from "../ingest_error.ts";
import type { Instant } from "../segmenter/clock.ts";

/** Each is a directory. An encoder that starts again each second begins as many: a period has a block of its own. */
const MAX_BLOCKS = 60;

/** In µs. */
const MINUTE = 60e6;

/** Bounds how many blocks of the archive of a channel begin within a minute. */
export class BlockLimit {
  /** When blocks began, on the monotonic clock. */
  #starts: number[] = [];

  count(blocks: number, { monotonic }: Instant): void {
    for (let i = 0; i < blocks; i++) this.#starts.push(monotonic);
  }

  /** @throws IngestError `OVERLOADED` after too many blocks */
  check({ monotonic }: Instant): void {
    if (this.#starts.length < MAX_BLOCKS) return;
    this.#starts = this.#starts.filter((start) => monotonic - start < MINUTE);
    if (this.#starts.length < MAX_BLOCKS) return;
    const message =
      `Cannot begin more than ${MAX_BLOCKS} periods, or blocks of ten minutes, of a channel within a minute`;
    throw new IngestError("OVERLOADED", message);
  }
}
