/**
 * Detects slow devices. Memory and SSDs respond within a millisecond, and blocking reads are the fastest way to use them.
 * Disks that seek and networks take 10 ms and more, in which a worker could send hundreds of other responses.
 */

/** Maximum latency of a fast response in milliseconds, without the time to transfer its bytes. */
const MAX_LATENCY_MS = 5;

/** Minimum transfer rate of a fast device: 200 MB/s, half that of slow SSDs. */
const BYTES_PER_MS = 200_000;

const HISTORY_LENGTH = 16;

/** Late responses in the history that make a device slow. One or two are the first read of a file, or a busy moment. */
const LATE_RESPONSES_TO_SLOW = 3;

/** Latency in milliseconds of a single response that makes a device slow: a disk in standby, a network that hangs. */
const VERY_LATE_MS = 250;

const HISTORY_MASK = 2 ** HISTORY_LENGTH - 1;

export class LatencyMonitor {
  /** One bit per response, the latest in bit 0: 1 if late. */
  #history = 0;
  /** Fast responses since the last late one. */
  #fastResponses = 0;
  #slow = false;

  get slow(): boolean {
    return this.#slow;
  }

  /**
   * Records a response. A slow device becomes fast again after HISTORY_LENGTH consecutive fast responses.
   *
   * @param bytes number of bytes read
   * @param isHung another operation hangs, so that the device stays slow
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
