/** Detects slow devices (docs/design/memory-and-speed.md). */

const MAX_LATENCY_MS = 5;

/** Half the rate of slow SSDs. */
const BYTES_PER_MS = 200_000;

const HISTORY_LENGTH = 16;

/** One or two are the first read of a file, or a busy moment. */
const LATE_RESPONSES_TO_SLOW = 3;

/** A disk in standby, a network that hangs. */
const VERY_LATE_MS = 250;

const HISTORY_MASK = 2 ** HISTORY_LENGTH - 1;

export class LatencyMonitor {
  /** One bit per response, the latest in bit 0: 1 if late. */
  #history = 0;
  #fastResponses = 0;
  #slow = false;

  get slow(): boolean {
    return this.#slow;
  }

  /**
   * Records a response. A slow device becomes fast after HISTORY_LENGTH consecutive fast responses, unless another
   * operation hangs.
   */
  record(elapsedMs: number, bytes: number, isHung = false): void {
    const latency = elapsedMs - bytes / BYTES_PER_MS;
    if (latency > MAX_LATENCY_MS) return this.#recordLate(latency);
    this.#history = this.#history << 1 & HISTORY_MASK;
    if (this.#slow && ++this.#fastResponses >= HISTORY_LENGTH && !isHung) this.#slow = false;
  }

  #recordLate(latency: number): void {
    this.#history = (this.#history << 1 | 1) & HISTORY_MASK;
    this.#fastResponses = 0;
    if (latency > VERY_LATE_MS || countOnes(this.#history) >= LATE_RESPONSES_TO_SLOW) {
      this.#slow = true;
    }
  }
}

function countOnes(bits: number): number {
  let count = 0;
  for (let left = bits; left > 0; left >>= 1) count += left & 1;
  return count;
}
