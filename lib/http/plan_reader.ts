/** Reads segment plans: into a scratch buffer if no source has to wait, otherwise once for concurrent requests. */

import {
  getPlanSize,
  loadRanges,
  readPlan,
  readPlanNow,
  type SegmentPlan,
} from "../storage/read_plan.ts";
import { SharedFlight } from "../shared_work.ts";
import { type Client, readFor } from "./client_gone.ts";
import type { Bytes } from "./resource.ts";

/** Reading plans up to this size leaves no garbage. */
const MAX_SCRATCH_BYTES = 32 * 2 ** 20;

/** Bytes that a buffer may have besides those that are retained, relative to these. */
const MAX_SLACK = 1 / 8;

const NO_BUFFER = new Uint8Array(0);

/** Methods throw MediaError if a source cannot be read, and RequestError `CLIENT_GONE` when the signal aborts. */
export class PlanReader {
  /** A fifth faster than new buffers; valid until the caller awaits. */
  #scratch: Bytes;
  readonly #reads = new SharedFlight<Bytes>();
  readonly #loads = new SharedFlight<void>();
  #pending = 0;

  /** @param scratchSize in bytes */
  constructor(scratchSize: number) {
    this.#scratch = new Uint8Array(scratchSize);
  }

  get pending(): number {
    return this.#pending;
  }

  /** @param size in bytes */
  growScratch(size: number): void {
    if (size > this.#scratch.length && size <= MAX_SCRATCH_BYTES) {
      this.#scratch = new Uint8Array(size);
    }
  }

  /** Requires synchronous sources. */
  readSync(plan: SegmentPlan): Bytes {
    return readPlan(plan, this.#scratch) as Bytes;
  }

  /** Reads into the scratch buffer; undefined if a source would have to wait. */
  readNow(plan: SegmentPlan): Bytes | undefined {
    return readPlanNow(plan, this.#scratch) as Bytes | undefined;
  }

  /** Reads into the scratch buffer if no source has to wait; otherwise calls with an equal key share a read. */
  read(plan: SegmentPlan, key: string, client?: Client): Bytes | Promise<Bytes> {
    return this.readNow(plan) ?? this.#readShared(plan, key, client);
  }

  /** Does not share the read; otherwise as `read`. */
  readAlone(plan: SegmentPlan, client?: Client): Bytes | Promise<Bytes> {
    return this.readNow(plan) ?? readFor(client, (signal) => this.readAsync(plan, signal));
  }

  /** Aborts the read when the clients of all calls have gone. */
  #readShared(plan: SegmentPlan, key: string, client?: Client): Promise<Bytes> {
    const read = (signal: AbortSignal) => this.readAsync(plan, signal);
    return readFor(client, (signal) => this.#reads.run(key, signal, read));
  }

  /** Loads what `readNow()` needs, unless it is too much; once for concurrent calls with an equal key, and into no memory of its own. */
  load(plan: SegmentPlan, key: string, client?: Client): Promise<void> {
    const load = (signal: AbortSignal) => loadRanges(plan.ranges, signal);
    return readFor(client, (signal) => this.#loads.run(key, signal, load));
  }

  /** Returns bytes that stay valid, unlike `read`. */
  readToKeep(plan: SegmentPlan, key: string, client?: Client): Bytes | Promise<Bytes> {
    const bytes = readPlanNow(plan, NO_BUFFER) as Bytes | undefined;
    return bytes ? trim(bytes) : this.#readShared(plan, key, client);
  }

  /** Uses the scratch buffer for what was loaded; undefined if that is gone. */
  async #makeLoaded(plan: SegmentPlan, signal?: AbortSignal): Promise<Bytes | undefined> {
    await loadRanges(plan.ranges, signal);
    return this.readNow(plan);
  }

  async readAsync(plan: SegmentPlan, signal?: AbortSignal): Promise<Bytes> {
    const size = getPlanSize(plan);
    this.#pending += size;
    try {
      const made = makesBytes(plan) ? await this.#makeLoaded(plan, signal) : undefined;
      return made ?? trim(await readPlan(plan, NO_BUFFER, signal) as Bytes);
    } finally {
      this.#pending -= size;
    }
  }
}

/** Returns whether what is read is not a part of what `readNow()` returns. */
function makesBytes({ transform, inPlace, ranges }: SegmentPlan): boolean {
  return transform !== undefined && !inPlace && ranges.some(({ source }) => source.load);
}

/** Copies bytes that would retain a much larger buffer: gaps between ranges are read, too. */
function trim(bytes: Bytes): Bytes {
  return bytes.buffer.byteLength > (1 + MAX_SLACK) * bytes.length ? bytes.slice() : bytes;
}
