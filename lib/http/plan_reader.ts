/** Reads segment plans: synchronous sources into a scratch buffer, others once for all concurrent requests. */

import { getPlanSize, isSynchronous, readPlan, type SegmentPlan } from "../storage/read_plan.ts";
import { SingleFlight } from "../single_flight.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The scratch buffer grows to at most this size, so that reading large plans leaves no garbage. In bytes. */
const MAX_SCRATCH_BYTES = 32 * 2 ** 20;

const NO_BUFFER = new Uint8Array(0);

export class PlanReader {
  /** One for all responses: a fifth faster than new buffers. Its bytes are valid until the caller awaits. */
  #scratch: Bytes;
  readonly #reads = new SingleFlight<Bytes>();
  #pending = 0;

  /** @param scratchSize in bytes */
  constructor(scratchSize: number) {
    this.#scratch = new Uint8Array(scratchSize);
  }

  /** Bytes of reads in progress. */
  get pending(): number {
    return this.#pending;
  }

  /** Makes room in the scratch buffer for a read, unless that is too large. In bytes. */
  growScratch(size: number): void {
    if (size > this.#scratch.length && size <= MAX_SCRATCH_BYTES) {
      this.#scratch = new Uint8Array(size);
    }
  }

  /**
   * Reads into the scratch buffer. All sources are synchronous.
   *
   * @throws MediaError if a source cannot be read
   */
  readSync(plan: SegmentPlan): Bytes {
    return readPlan(plan, this.#scratch) as Bytes;
  }

  /**
   * Reads into the scratch buffer if all sources are synchronous, otherwise into a shared buffer.
   *
   * @param key identifies the bytes
   * @throws MediaError if a source cannot be read
   */
  read(plan: SegmentPlan, key: string): Bytes | Promise<Bytes> {
    return isSynchronous(plan)
      ? this.readSync(plan)
      : this.#reads.run(key, () => this.readAsync(plan));
  }

  /** Reads like `read`, but not into the scratch buffer: the bytes stay valid. */
  readToKeep(plan: SegmentPlan, key: string): Bytes | Promise<Bytes> {
    return isSynchronous(plan) ? readPlan(plan, NO_BUFFER) as Bytes : this.read(plan, key);
  }

  /** Reads without coalescing. */
  async readAsync(plan: SegmentPlan): Promise<Bytes> {
    const size = getPlanSize(plan);
    this.#pending += size;
    try {
      return await readPlan(plan, NO_BUFFER) as Bytes;
    } finally {
      this.#pending -= size;
    }
  }
}
