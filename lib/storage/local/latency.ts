/**
 * How quickly a storage answers: whether a thread may wait for it. What is in memory, or on an SSD, answers within a
 * millisecond, and waiting is the fastest way to read it; a disk that has to move its head, or a network, takes 10 ms and
 * more, in which a worker could send hundreds of other answers.
 */

/** A quick answer takes no longer, in milliseconds, beside what its bytes take. Disks and networks do. */
const MAX_LATENCY_MS = 5;

/** Bytes a millisecond that a quick storage gives: 200 MB/s, half of what the slower SSDs do. */
const BYTES_PER_MS = 200_000;

/** Among so many answers, as many bits as the history has … */
const HISTORY_LENGTH = 16;

/** … so many late ones prove a storage slow: the first read of a file on an SSD, or a busy moment, is one of them. */
const LATE_RESPONSES_TO_SLOW = 3;

/** One that takes so long does so alone, in milliseconds beside what its bytes take: a disk that slept, a network that hangs. */
const VERY_LATE_MS = 250;

const HISTORY_MASK = 2 ** HISTORY_LENGTH - 1;

export class LatencyMonitor {
  /** A bit for each of the last answers, the latest lowest: 1 for a late one. */
  #history = 0;
  /** Quick answers since the last late one. */
  #quick = 0;
  #slow = false;

  /** It has proved slow: nobody should wait for it. */
  get slow(): boolean {
    return this.#slow;
  }

  /**
   * Told of an answer. What is slow is quick again after 16 quick answers in a row.
   *
   * @param elapsedMs in milliseconds
   * @param bytes that were read
   * @param hung others have been waiting for too long: it can't be quick again
   */
  record(elapsedMs: number, bytes: number, hung = false): void {
    const over = elapsedMs - bytes / BYTES_PER_MS;
    if (over > MAX_LATENCY_MS) return this.#recordLate(over);
    this.#history = this.#history << 1 & HISTORY_MASK;
    if (this.#slow && ++this.#quick >= HISTORY_LENGTH && !hung) this.#slow = false;
  }

  #recordLate(over: number): void {
    this.#history = (this.#history << 1 | 1) & HISTORY_MASK;
    this.#quick = 0;
    if (over > VERY_LATE_MS || countOnes(this.#history) >= LATE_RESPONSES_TO_SLOW) {
      this.#slow = true;
    }
  }
}

function countOnes(bits: number): number {
  let count = 0;
  for (let left = bits; left > 0; left >>= 1) count += left & 1;
  return count;
}
