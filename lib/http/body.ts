/** Response bodies: small ones in one buffer, large ones in slices, so that stalled clients hold little memory. */

import { getBufferSize, getPlanSize, isSynchronous } from "../storage/read_plan.ts";
import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import { SingleFlight } from "../single_flight.ts";
import { type BodyCallbacks, toBodyStream } from "./body_stream.ts";
import type { HttpRange } from "./conditional.ts";
import { type BodyLimits, type ConnectedRequest, FlowControl } from "./flow_control.ts";
import { PlanReader } from "./plan_reader.ts";
import { formatResourceKey, type ResourceKey } from "./resource_key.ts";
import type { Body } from "./response.ts";
import { slicePlan } from "./slice_plan.ts";
import { toSliceStream } from "./slice_stream.ts";

const LIMITS: BodyLimits = { maxWhole: 8 * 2 ** 20, maxInFlight: 128 * 2 ** 20, sliceSize: 65536 };

/** A body whose bytes are those of a plan without `transform`. */
export interface PlannedBody extends ResourceKey, BodyCallbacks {
  readonly plan: SegmentPlan;
  /** Offset of the plan's first byte in the resource. */
  readonly start: number;
  readonly request: ConnectedRequest;
}

type Bytes = Uint8Array<ArrayBuffer>;

export class BodyFactory {
  readonly #reader: PlanReader;
  readonly #flow: FlowControl;
  readonly #slicing = new SingleFlight<readonly PlanSlice[]>();

  /** @param now a monotonic clock in milliseconds */
  constructor(readonly limits: BodyLimits = LIMITS, now = () => performance.now()) {
    this.#reader = new PlanReader(limits.maxWhole);
    this.#flow = new FlowControl(limits, this.#reader, now);
  }

  /** Bytes that are being read, or that clients may not have received yet. */
  get inFlight(): number {
    return this.#flow.inFlight;
  }

  /** Returns whether a body of this size has to be sent in slices now. */
  isLarge(size: number): boolean {
    return this.#flow.isLarge(size);
  }

  /** Counts a body that is sent in one buffer. */
  count(size: number, request: ConnectedRequest): void {
    this.#flow.count(size, request);
  }

  /**
   * Reads a body, into the scratch buffer where possible: make the Response of it before anything awaits.
   *
   * @throws MediaError if a source cannot be read
   */
  create(body: PlannedBody): Body | Promise<Body> {
    const size = getPlanSize(body.plan);
    if (this.isLarge(size)) return this.#stream(body, size);
    if (!isSynchronous(body.plan)) return this.#createAsync(body, size);
    try {
      const bytes = this.#reader.readSync(body.plan);
      this.count(size, body.request);
      return bytes;
    } finally {
      body.release();
    }
  }

  async #createAsync(body: PlannedBody, size: number): Promise<Body> {
    let stream: Body | undefined;
    try {
      const bytes = await this.#reader.read(body.plan, `${toKey(body)}-${body.start + size}`);
      if (this.isLarge(size)) return stream = this.#stream(body, size); // other responses took the memory meanwhile
      this.count(size, body.request);
      return bytes;
    } finally {
      if (!stream) body.release();
    }
  }

  #stream(body: PlannedBody, size: number): Body {
    let position = 0;
    const next = async () => {
      const start = position;
      position = Math.min(position + this.limits.sliceSize, size);
      const plan = slicePlan(body.plan, start, position);
      return await this.#reader.readToKeep(plan, `${toKey(body)}+${position}`);
    };
    return toBodyStream(next, size, body);
  }

  /**
   * Returns the bytes of a plan with `transform`. Its samples are read into the scratch buffer. The caller counts them.
   *
   * @throws MediaError if a source cannot be read
   */
  transformed(plan: SegmentPlan, key: ResourceKey): Bytes | Promise<Bytes> {
    return this.#reader.read(plan, formatResourceKey(key));
  }

  /**
   * Returns the slices of a plan that has some. They depend on the samples, which are read and discarded.
   *
   * @throws MediaError if a source cannot be read
   */
  async slices(plan: SegmentPlan, key: ResourceKey): Promise<readonly PlanSlice[]> {
    const { type, header, ranges } = plan;
    const samples = { type, header, ranges };
    if (isSynchronous(plan)) {
      this.#reader.growScratch(getBufferSize(samples));
      return plan.slices!(this.#reader.readSync(samples), this.limits.sliceSize);
    }
    return await this.#slicing.run(
      formatResourceKey(key),
      async () => plan.slices!(await this.#reader.readAsync(samples), this.limits.sliceSize),
    );
  }

  /** Returns a range of the slices, each made when the previous one has been sent. */
  sliced(slices: readonly PlanSlice[], range: HttpRange, body: ResourceKey & BodyCallbacks): Body {
    const key = formatResourceKey(body);
    return toSliceStream(slices, range, {
      read: (plan, index) => this.#reader.read(plan, `${key} slice ${index}`),
      maxChunk: this.limits.sliceSize,
      release: body.release,
      onError: body.onError,
    });
  }
}

function toKey(body: PlannedBody): string {
  return `${formatResourceKey(body)} ${body.start}`;
}
