/**
 * Bit rates of a rendition over a broadcast. `block.json` has those of the blocks before, so that all servers declare the same,
 * whatever they have read. Runs of segments over two blocks are not measured.
 */

import {
  type Bandwidths,
  type BandwidthState,
  extendBandwidth,
  getBandwidths,
} from "../presentation/bandwidth.ts";
import type { SegmentSize } from "../presentation/segment_sizes.ts";
import type { SegmentRecord } from "./index_record.ts";

export interface StoredRates {
  /** Greatest rate so far, in bit/s. */
  readonly peak: number;
  /** Bytes of all segments. */
  readonly bytes: number;
  /** Duration of all segments, in µs. */
  readonly duration: number;
  /** Bandwidth when the rendition was first listed, which Smooth Streaming has in its URLs; absent before. */
  readonly listed?: number;
}

export const NO_RATES: StoredRates = { peak: 0, bytes: 0, duration: 0 };

const MICROSECONDS = 1e6;

export class SegmentRates {
  readonly #timescale: number;
  readonly #announced: number;
  readonly #before: StoredRates;
  #target: number | undefined;
  /** Segments before the target duration is fixed. */
  #waiting: SegmentSize[] = [];
  #state: BandwidthState | undefined;
  #bytes = 0;
  #duration = 0;
  #listed: number | undefined;

  /** @param bandwidth that the encoder announces, in bit/s */
  constructor(
    { timescale, bandwidth = 0, rates = NO_RATES }: {
      readonly timescale: number;
      readonly bandwidth?: number | undefined;
      readonly rates?: StoredRates | undefined;
    },
    target?: number,
  ) {
    this.#timescale = timescale;
    this.#announced = bandwidth;
    this.#before = rates;
    this.#listed = rates.listed;
    this.#target = target;
  }

  addSegment({ bytes, duration }: Pick<SegmentRecord, "bytes" | "duration">): void {
    const seconds = duration / this.#timescale;
    this.#bytes += bytes;
    this.#duration += Math.round(MICROSECONDS * seconds);
    this.#waiting.push({ bytes, seconds });
    this.#measure();
  }

  /** Fixes the target duration, in seconds. */
  setTarget(target: number): void {
    this.#target ??= target;
    this.#measure();
  }

  /** Notices that the rendition is listed, if the target duration is fixed. */
  list(): void {
    if (this.#target !== undefined) this.#listed ??= this.bandwidths.bandwidth;
  }

  /** Bandwidth is the peak, or what the encoder announces if that is greater. */
  get bandwidths(): Bandwidths {
    const { peak, bytes, duration } = this.stored;
    const averageBandwidth = duration > 0 ? Math.ceil(8 * MICROSECONDS * bytes / duration) : 0;
    return { bandwidth: Math.max(peak, this.#announced), averageBandwidth };
  }

  /** For the next block. */
  get stored(): StoredRates {
    const { peak, bytes, duration } = this.#before;
    return {
      peak: toSafe(Math.max(peak, this.#state ? getBandwidths(this.#state).bandwidth : 0)),
      bytes: toSafe(bytes + this.#bytes),
      duration: toSafe(duration + this.#duration),
      ...this.#listed !== undefined && { listed: this.#listed },
    };
  }

  #measure(): void {
    if (this.#target === undefined || this.#waiting.length === 0) return;
    this.#state = extendBandwidth(this.#state, this.#waiting, this.#target);
    this.#waiting = [];
  }
}

/** Records of a damaged archive may state anything. */
function toSafe(value: number): number {
  return Math.min(value, Number.MAX_SAFE_INTEGER);
}
