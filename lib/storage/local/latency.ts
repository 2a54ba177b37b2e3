/**
 * How quickly a storage answers: whether a thread may wait for it. What is in memory, or on an SSD, answers within a
 * millisecond, and waiting is the fastest way to read it; a disk that has to move its head, or a network, takes 10 ms and
 * more, in which a worker could send hundreds of other answers.
 */

/** A quick answer takes no longer, in milliseconds, beside what its bytes take. Disks and networks do. */
const LATENCY = 5;

/** Bytes a millisecond that a quick storage gives: 200 MB/s, half of what the slower SSDs do. */
const RATE = 200_000;

/** Among so many answers, as many bits as the history has … */
const HISTORY = 16;

/** … so many late ones prove a storage slow: the first read of a file on an SSD, or a busy moment, is one of them. */
const LATE = 3;

/** One that takes so long does so alone, in milliseconds beside what its bytes take: a disk that slept, a network that hangs. */
const TOO_LATE = 250;

const HISTORY_MASK = 2 ** HISTORY - 1;

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
   * @param took in milliseconds
   * @param bytes that were read
   * @param hung others have been waiting for too long: it can't be quick again
   */
  record(took: number, bytes: number, hung = false): void {
    const over = took - bytes / RATE;
    if (over > LATENCY) return this.#late(over);
    this.#history = this.#history << 1 & HISTORY_MASK;
    if (this.#slow && ++this.#quick >= HISTORY && !hung) this.#slow = false;
  }

  #late(over: number): void {
    this.#history = (this.#history << 1 | 1) & HISTORY_MASK;
    this.#quick = 0;
    if (over > TOO_LATE || ones(this.#history) >= LATE) this.#slow = true;
  }
}

function ones(bits: number): number {
  let count = 0;
  for (let left = bits; left > 0; left >>= 1) count += left & 1;
  return count;
}
