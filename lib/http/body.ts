/** Response bodies. Large ones are sent in slices, so that stalled clients use little memory. */

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

/** The bytes of a plan without `transform`. */
export interface PlannedBody extends ResourceKey, BodyCallbacks {
  readonly plan: SegmentPlan;
  readonly start: number;
  readonly request: ConnectedRequest;
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Methods throw MediaError if a source cannot be read. */
export class BodyFactory {
  readonly #reader: PlanReader;
  readonly #flow: FlowControl;
  readonly #slicing = new SingleFlight<readonly PlanSlice[]>();

  constructor(readonly limits: BodyLimits = LIMITS, now = () => performance.now()) {
    this.#reader = new PlanReader(limits.maxWhole);
    this.#flow = new FlowControl(limits, this.#reader, now);
  }

  get inFlight(): number {
    return this.#flow.inFlight;
  }

  isLarge(size: number): boolean {
    return this.#flow.isLarge(size);
  }

  count(size: number, request: ConnectedRequest): void {
    this.#flow.count(size, request);
  }

  /** Reads into the scratch buffer where possible: make the Response before anything awaits. */
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
      if (this.isLarge(size)) return stream = this.#stream(body, size);
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

  /** Returns the bytes of a plan with `transform`; the caller counts them. */
  transformed(plan: SegmentPlan, key: ResourceKey): Bytes | Promise<Bytes> {
    return this.#reader.read(plan, formatResourceKey(key));
  }

  /** The slices depend on the samples, which are read and discarded. */
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

  /** Generates each slice when the previous one has been sent. */
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
