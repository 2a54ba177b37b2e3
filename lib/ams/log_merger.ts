import { findMin } from "../extremes.ts";
import { SYSTEM_CLOCK, type TimeoutClock } from "../timeout_clock.ts";
import type { LogBatch } from "../log/access_log.ts";

/** Longer than a message takes from a worker. */
const MIN_HOLD_MS = 50;

/** A worker that is busy for so long has its lines out of order. */
const MAX_HOLD_MS = 2000;

const TICK_MS = 50;

/** Above it, the first half is written at once. */
const MAX_HELD_CHARS = 2 ** 19;

/** A batch, and how much of it is written. */
interface HeldBatch extends LogBatch {
  index: number;
  offset: number;
}

/**
 * Merges batches of lines from several threads in order of time. A thread announces a batch when it has the first line of it,
 * and later lines wait for that batch.
 */
export class LogMerger {
  #batches: HeldBatch[] = [];
  /** Times of the first lines of batches that are announced, by thread. */
  readonly #announced = new Map<object, number>();
  #heldChars = 0;
  #isTicking = false;
  #lastTickMs = -Infinity;

  /** @param getTimeMs returns the current time, since 1970 */
  constructor(
    readonly write: (lines: string) => void,
    readonly getTimeMs = Date.now,
    readonly clock: TimeoutClock = SYSTEM_CLOCK,
  ) {}

  announce(timeMs: number, thread: object): void {
    this.#announced.set(thread, timeMs);
  }

  /** @param thread the one that announced the batch; absent for a batch that was not announced */
  add(batch: LogBatch, thread?: object): void {
    if (thread) this.#announced.delete(thread);
    this.#batches.push({ ...this.#clamp(batch), index: 0, offset: 0 });
    this.#heldChars += batch.lines.length;
    if (this.#heldChars > MAX_HELD_CHARS) this.#release(Infinity, MAX_HELD_CHARS / 2);
    this.#startTick();
  }

  /** Writes everything. */
  flush(): void {
    this.#release(Infinity, 0);
  }

  #startTick(): void {
    if (this.#isTicking || this.#batches.length === 0) return;
    this.#isTicking = true;
    this.clock.start(() => {
      this.#isTicking = false;
      this.#release(this.#getLimitMs(), 0);
      this.#startTick();
    }, TICK_MS);
  }

  /** Limits times to now, or lines that precede a step back of the clock would wait until it gets there again. */
  #clamp(batch: LogBatch): LogBatch {
    const nowMs = this.getTimeMs();
    if (batch.timesMs.at(-1)! <= nowMs) return batch;
    return { ...batch, timesMs: batch.timesMs.map((timeMs) => Math.min(timeMs, nowMs)) };
  }

  /** Returns the time until which all lines have arrived; all times if the clock was set back. */
  #getLimitMs(): number {
    const nowMs = this.getTimeMs();
    const wasSetBack = nowMs < this.#lastTickMs;
    this.#lastTickMs = nowMs;
    if (wasSetBack) return Infinity;
    for (const [thread, timeMs] of this.#announced) { // a worker that failed sends no batch
      if (timeMs < nowMs - MAX_HOLD_MS) this.#announced.delete(thread);
    }
    return findMin([nowMs - MIN_HOLD_MS, ...this.#announced.values()]);
  }

  /** Writes the first lines, none later than `untilMs`, until only so many characters are held. */
  #release(untilMs: number, maxHeldChars: number): void {
    let text = "";
    while (this.#heldChars - text.length > maxHeldChars) {
      let first: HeldBatch | undefined;
      let [firstMs, limitMs] = [Infinity, untilMs];
      for (const batch of this.#batches) {
        const timeMs = batch.timesMs[batch.index] ?? Infinity;
        if (timeMs >= firstMs) limitMs = Math.min(limitMs, timeMs);
        else {
          limitMs = Math.min(limitMs, firstMs);
          [first, firstMs] = [batch, timeMs];
        }
      }
      if (!first || firstMs > untilMs) break;
      text += takeLines(first, limitMs);
    }
    this.#heldChars -= text.length;
    this.#batches = this.#batches.filter(({ index, timesMs }) => index < timesMs.length);
    if (text) this.write(text);
  }
}

/** Takes the first line, and those after it that are not later than `untilMs`. */
function takeLines(batch: HeldBatch, untilMs: number): string {
  const { lines, timesMs, offset } = batch;
  if (timesMs.at(-1)! <= untilMs) { // not quite, if the clock was set back
    batch.index = timesMs.length;
    return lines.slice(offset);
  }
  do {
    batch.offset = lines.indexOf("\n", batch.offset) + 1;
    batch.index++;
  } while (batch.index < timesMs.length && timesMs[batch.index]! <= untilMs);
  return lines.slice(offset, batch.offset);
}
