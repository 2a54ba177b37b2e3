/** Response bodies. Large ones are sent in slices, so that stalled clients use little memory. */

import { getBufferSize, getPlanSize, isSynchronous } from "../storage/read_plan.ts";
import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import { SingleFlight } from "../single_flight.ts";
import { type BodyCallbacks, toBodyStream } from "./body_stream.ts";
import type { HttpRange } from "./conditional.ts";
import { type BodyLimits, type ConnectedRequest, FlowControl } from "./flow_control.ts";
import { PlanReader } from "./plan_reader.ts";
import type { Bytes, Resource } from "./resource.ts";
import type { Body } from "./response.ts";
import { slicePlan } from "./slice_plan.ts";
import { createSliceReader } from "./slice_reader.ts";

const LIMITS: BodyLimits = { maxWhole: 8 * 2 ** 20, maxInFlight: 128 * 2 ** 20, sliceSize: 65536 };

export interface BodyFactoryOptions {
  readonly limits?: BodyLimits;
  readonly now?: () => number;
  /** Called with errors of streams: no response reports them. */
  readonly report?: (file: string, error: unknown) => void;
}

interface PlannedRange {
  /** Plans the bytes of the range. */
  readonly plan: SegmentPlan;
  readonly range: HttpRange;
}

/** Methods throw MediaError if a source cannot be read. */
export class BodyFactory {
  readonly limits: BodyLimits;
  readonly #report: (file: string, error: unknown) => void;
  readonly #reader: PlanReader;
  readonly #flow: FlowControl;
  readonly #slicing = new SingleFlight<readonly PlanSlice[]>();

  constructor({ limits = LIMITS, now, report = () => {} }: BodyFactoryOptions = {}) {
    this.limits = limits;
    this.#report = report;
    this.#reader = new PlanReader(limits.maxWhole);
    this.#flow = new FlowControl(limits, this.#reader, now ?? (() => performance.now()));
  }

  get inFlight(): number {
    return this.#flow.inFlight;
  }

  isLarge(size: number): boolean {
    return this.#flow.isLarge(size);
  }

  /**
   * Returns the bytes of the range. Reads into the scratch buffer where possible: make the Response before anything awaits.
   * A plan with `transform` must have been read.
   */
  create(request: ConnectedRequest, resource: Resource, range: HttpRange): Body | Promise<Body> {
    const { body } = resource;
    const { start, end, partial } = range;
    if (body instanceof Uint8Array) {
      this.#flow.count(end - start, request);
      return body.subarray(start, end);
    }
    if (!("ranges" in body)) return this.#streamSlices(resource, body, range);
    const plan = partial ? slicePlan(body, start, end) : body;
    if (this.isLarge(end - start)) return this.#streamPlan(resource, { plan, range });
    if (!isSynchronous(plan)) return this.#createAsync(request, resource, { plan, range });
    const bytes = this.#reader.readSync(plan);
    this.#flow.count(bytes.length, request);
    return bytes;
  }

  async #createAsync(
    request: ConnectedRequest,
    resource: Resource,
    { plan, range }: PlannedRange,
  ): Promise<Body> {
    const { start, end } = range;
    const bytes = await this.#reader.read(plan, `${toKey(resource)} ${start}-${end}`);
    if (this.isLarge(end - start)) {
      return this.#streamPlan(resource, { plan, range }, bytes.slice(0, this.limits.sliceSize));
    }
    this.#flow.count(bytes.length, request);
    return bytes;
  }

  /** @param first the first bytes if they have been read */
  #streamPlan(
    resource: Resource,
    { plan, range: { start, end } }: PlannedRange,
    first?: Bytes,
  ): Promise<Body> {
    const key = `${toKey(resource)} ${start}`;
    const size = end - start;
    let position = first?.length ?? 0;
    const next = async () => {
      const from = position;
      position = Math.min(position + this.limits.sliceSize, size);
      return await this.#reader.readToKeep(slicePlan(plan, from, position), `${key}+${position}`);
    };
    return this.#stream(resource, { next, size, first });
  }

  /** Generates each slice when the previous one has been sent. */
  #streamSlices(
    resource: Resource,
    slices: readonly PlanSlice[],
    range: HttpRange,
  ): Promise<Body> {
    const key = toKey(resource);
    const next = createSliceReader(slices, range, {
      read: (plan, index) => this.#reader.read(plan, `${key} slice ${index}`),
      maxChunk: this.limits.sliceSize,
    });
    return this.#stream(resource, { next, size: range.end - range.start });
  }

  /** Reads the first bytes before the status is sent, since a later error can only break the connection. */
  async #stream(
    resource: Resource,
    { next, size, first }: { next: () => Promise<Bytes>; size: number; first?: Bytes | undefined },
  ): Promise<Body> {
    const read = startWith(first ?? await next(), next);
    return toBodyStream(read, size, this.#hold(resource));
  }

  #hold(resource: Resource): BodyCallbacks {
    const held = resource.hold?.();
    return {
      release: () => held?.[Symbol.dispose](),
      onError: (error) => this.#report(resource.file, error),
    };
  }

  /** Returns bytes that stay valid; the response counts them. */
  read(resource: Resource<SegmentPlan>): Bytes | Promise<Bytes> {
    const { body: plan } = resource;
    if (plan.transform) return this.#reader.read(plan, toKey(resource)); // not in the scratch buffer
    return this.#reader.readToKeep(plan, `${toKey(resource)} 0-${getPlanSize(plan)}`);
  }

  /** Returns slices that depend on the samples, which are read and discarded. */
  async slice(resource: Resource<SegmentPlan>): Promise<readonly PlanSlice[]> {
    const { body: plan } = resource;
    const { type, header, ranges } = plan;
    const samples = { type, header, ranges };
    if (isSynchronous(plan)) {
      this.#reader.growScratch(getBufferSize(samples));
      return plan.slices!(this.#reader.readSync(samples), this.limits.sliceSize);
    }
    return await this.#slicing.run(
      toKey(resource),
      async () => plan.slices!(await this.#reader.readAsync(samples), this.limits.sliceSize),
    );
  }
}

/** Returns a function that returns `first`, and then what `next` returns. */
function startWith(first: Bytes, next: () => Promise<Bytes>): () => Promise<Bytes> {
  let pending: Bytes | undefined = first;
  return async () => {
    const bytes = pending;
    pending = undefined; // to free it
    return bytes ?? await next();
  };
}

function toKey({ file, etag }: Resource): string {
  return `${file} ${etag}`;
}
