/** Response bodies. Large ones are sent in slices, so that stalled clients use little memory. */

import { getBufferSize, getPlanSize, isSynchronous, slicePlan } from "../storage/read_plan.ts";
import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import { createLoadAhead, createSlicesAhead } from "../storage/load_ahead.ts";
import { SharedFlight } from "../shared_work.ts";
import { type BodyCallbacks, toBodyStream } from "./body_stream.ts";
import { isClientGone, readFor } from "./client_gone.ts";
import type { HttpRange } from "./conditional.ts";
import { type BodyLimits, type ConnectedRequest, FlowControl } from "./flow_control.ts";
import { PlanReader } from "./plan_reader.ts";
import type { Bytes, Resource } from "./resource.ts";
import type { Body } from "./response.ts";
import type { SendTimeouts } from "./send_timeouts.ts";
import { createSliceReader } from "./slice_reader.ts";
import { StreamClient } from "./stream_client.ts";

const LIMITS: BodyLimits = {
  maxWhole: 2 ** 20,
  maxBuffered: 8 * 2 ** 20,
  maxInFlight: 128 * 2 ** 20,
  sliceSize: 65536,
};

export interface BodyFactoryOptions {
  readonly limits?: BodyLimits;
  readonly now?: () => number;
  /** In `[0, 1)`; default: `Math.random`. */
  readonly random?: () => number;
  /** Default: clients may stall forever. */
  readonly timeouts?: SendTimeouts | undefined;
  /** Called with errors of streams: no response reports them. */
  readonly report?: (file: string, error: unknown) => void;
}

interface PlannedRange {
  /** Plans the bytes of the range. */
  readonly plan: SegmentPlan;
  readonly range: HttpRange;
  readonly sliceSize: number;
}

/** Reads a body whose sources were loaded, as `create()`. */
export type LateBody = () => Body | Promise<Body>;

/** Returns chunks in turn. */
interface Chunks {
  readonly next: () => Promise<Bytes>;
  readonly size: number;
  /** Bytes that a client that does not read occupies. */
  readonly heldBytes: number;
  /** The first chunk if it has been read. */
  readonly first?: Bytes | undefined;
  /** For whom they are read. */
  readonly client?: StreamClient;
}

/** Methods throw MediaError if a source cannot be read, and RequestError if too many responses are in progress. */
export class BodyFactory {
  readonly limits: BodyLimits;
  readonly #report: (file: string, error: unknown) => void;
  readonly #reader: PlanReader;
  readonly #flow: FlowControl;
  readonly #timeouts: SendTimeouts | undefined;
  readonly #slicing = new SharedFlight<readonly PlanSlice[]>();

  constructor(
    { limits = LIMITS, now = () => performance.now(), random, timeouts, report = () => {} }:
      BodyFactoryOptions = {},
  ) {
    this.limits = limits;
    this.#report = report;
    this.#reader = new PlanReader(limits.maxBuffered);
    this.#flow = new FlowControl(limits, this.#reader, now, random);
    this.#timeouts = timeouts;
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
  create(
    request: ConnectedRequest,
    resource: Resource,
    range: HttpRange,
  ): Body | Promise<Body | LateBody> {
    const { body } = resource;
    const { start, end, partial } = range;
    const sliceSize = this.#flow.getSliceSize(end - start, request);
    if (body instanceof Uint8Array) {
      if (sliceSize > 0) return this.#streamBytes(request, resource, body, { range, sliceSize });
      this.#flow.count(end - start, request);
      return body.subarray(start, end);
    }
    if (!("ranges" in body)) return this.#streamSlices(request, resource, body, range);
    const plan = partial ? slicePlan(body, start, end) : body;
    if (sliceSize > 0) return this.#streamPlan(request, resource, { plan, range, sliceSize });
    const bytes = this.#readNow(request, plan);
    if (bytes) return bytes;
    return plan.ranges.some(({ source }) => source.load)
      ? this.#load(request, resource, { plan, range })
      : this.#createAsync(request, resource, { plan, range });
  }

  #readNow(request: ConnectedRequest, plan: SegmentPlan): Bytes | undefined {
    const bytes = this.#reader.readNow(plan);
    if (bytes) this.#flow.count(bytes.length, request);
    return bytes;
  }

  async #load(
    request: ConnectedRequest,
    resource: Resource,
    planned: Omit<PlannedRange, "sliceSize">,
  ): Promise<LateBody> {
    const { plan, range: { start, end } } = planned;
    await this.#reader.load(plan, `${toKey(resource)} ${start}-${end}`, request);
    return () =>
      !this.isLarge(end - start) && this.#readNow(request, plan) ||
      this.#createAsync(request, resource, planned);
  }

  async #createAsync(
    request: ConnectedRequest,
    resource: Resource,
    { plan, range }: Omit<PlannedRange, "sliceSize">,
  ): Promise<Body> {
    const { start, end } = range;
    const { sliceSize } = this.limits;
    const key = `${toKey(resource)} ${start}-${end}`;
    const bytes = await this.#reader.read(plan, key, request);
    if (this.isLarge(end - start)) {
      const first = bytes.slice(0, sliceSize);
      return this.#streamPlan(request, resource, { plan, range, sliceSize }, first);
    }
    this.#flow.count(bytes.length, request);
    return bytes;
  }

  #streamBytes(
    request: ConnectedRequest,
    resource: Resource,
    bytes: Bytes,
    { range: { start, end }, sliceSize }: Omit<PlannedRange, "plan">,
  ): Promise<Body> {
    let position = start;
    const next = () => {
      const from = position;
      position = Math.min(position + sliceSize, end);
      return Promise.resolve(bytes.subarray(from, position));
    };
    return this.#stream(request, resource, { next, size: end - start, heldBytes: bytes.length });
  }

  /** @param first the first bytes if they have been read */
  #streamPlan(
    request: ConnectedRequest,
    resource: Resource,
    { plan, range: { start, end }, sliceSize }: PlannedRange,
    first?: Bytes,
  ): Promise<Body> {
    const key = `${toKey(resource)} ${start}`;
    const size = end - start;
    let position = first?.length ?? 0;
    const client = new StreamClient(request);
    const ahead = createLoadAhead(plan.ranges, () => client.signal);
    const next = async () => {
      const from = position;
      position = Math.min(position + sliceSize, size);
      await ahead?.prepare(position - plan.header.length);
      const slice = slicePlan(plan, from, position);
      return await this.#reader.readToKeep(slice, `${key}+${position}`, client);
    };
    const heldBytes = Math.min(size, 2 * sliceSize);
    return this.#stream(request, resource, { next, size, heldBytes, first, client });
  }

  /** Generates each slice when the previous one has been sent. */
  #streamSlices(
    request: ConnectedRequest,
    resource: Resource,
    slices: readonly PlanSlice[],
    range: HttpRange,
  ): Promise<Body> {
    const key = toKey(resource);
    const { sliceSize } = this.limits;
    const client = new StreamClient(request);
    const ahead = createSlicesAhead(slices, range, () => client.signal);
    const read = (plan: SegmentPlan, index: number) => {
      const sliceKey = `${key} slice ${index}`;
      if (isInChain(slices, index)) return this.#reader.readAlone(plan, client);
      return plan.inPlace
        ? this.#reader.readToKeep(plan, sliceKey, client)
        : this.#reader.read(plan, sliceKey, client);
    };
    const next = createSliceReader(slices, range, {
      read: (plan, index) => ahead ? ahead(index).then(() => read(plan, index)) : read(plan, index),
      maxChunk: sliceSize,
    });
    const size = range.end - range.start;
    const largest = slices.reduce((max, slice) => Math.max(max, slice.size), 0); // whole samples
    this.#flow.requireRoom(largest);
    const heldBytes = sliceSize + largest;
    return this.#stream(request, resource, { next, size, heldBytes, client });
  }

  /** Reads the first bytes before the status is sent, since a later error can only break the connection. */
  async #stream(
    request: ConnectedRequest,
    resource: Resource,
    { next, size, heldBytes, first, client }: Chunks,
  ): Promise<Body> {
    this.#flow.follow(heldBytes, request);
    const read = startWith(first ?? await next(), next);
    const callbacks = this.#getCallbacks(request, resource, client);
    return toBodyStream(read, size, callbacks, this.#timeouts);
  }

  #getCallbacks(
    request: ConnectedRequest,
    resource: Resource,
    client?: StreamClient,
  ): BodyCallbacks {
    const held = resource.hold?.();
    return {
      release: () => held?.[Symbol.dispose](),
      onLeave: () => client?.leave(),
      onError: (error) => {
        if (!isClientGone(error)) this.#report(resource.file, error);
      },
      onBytes: (count) => request.streamedBytes = (request.streamedBytes ?? 0) + count,
    };
  }

  /** Returns bytes that stay valid; the response counts them. */
  read(
    request: ConnectedRequest,
    resource: Resource<SegmentPlan>,
  ): Bytes | Promise<Bytes> {
    const { body: plan } = resource;
    if (plan.transform && !plan.inPlace) return this.#reader.read(plan, toKey(resource), request); // not in the scratch buffer
    return this.#reader.readToKeep(plan, `${toKey(resource)} 0-${getPlanSize(plan)}`, request);
  }

  /** Returns slices. Samples that they depend on are read and discarded. */
  async slice(
    request: ConnectedRequest,
    resource: Resource<SegmentPlan>,
  ): Promise<readonly PlanSlice[]> {
    const { body: plan } = resource;
    if (plan.size !== undefined) return plan.slices!(new Uint8Array(0), this.limits.sliceSize);
    const { type, header, ranges } = plan;
    const samples = { type, header, ranges };
    if (isSynchronous(plan)) {
      this.#reader.growScratch(getBufferSize(samples));
      return plan.slices!(this.#reader.readSync(samples), this.limits.sliceSize);
    }
    const read = async (signal: AbortSignal) =>
      plan.slices!(await this.#reader.readAsync(samples, signal), this.limits.sliceSize);
    const key = toKey(resource);
    return await readFor(request, (signal) => this.#slicing.run(key, signal, read));
  }
}

/** Slices of a chain belong to one client: to read one prepares the next. */
function isInChain(slices: readonly PlanSlice[], index: number): boolean {
  return slices[index]!.isChained === true || slices[index + 1]?.isChained === true;
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
