/** Bounds the memory of responses: decides which bodies are sent in one buffer, and which in slices. */

import { InFlight } from "./in_flight.ts";
import type { PlanReader } from "./plan_reader.ts";
import type { HttpRequest } from "./request.ts";

/** In bytes. */
export interface BodyLimits {
  /** Larger bodies are always sent in slices. */
  readonly maxWhole: number;
  /** Above this many bytes in flight, bodies larger than two slices are sent in slices, too. */
  readonly maxInFlight: number;
  readonly sliceSize: number;
}

/** A request; its connection is read only where needed, since reading it is slow. */
export type ConnectedRequest = Pick<HttpRequest, "connection">;

export class FlowControl {
  readonly #sent: InFlight;
  readonly #reader: PlanReader;

  /** @param now a monotonic clock in milliseconds */
  constructor(readonly limits: BodyLimits, reader: PlanReader, now: () => number) {
    this.#sent = new InFlight(now);
    this.#reader = reader;
  }

  /** Bytes that are being read, or that clients may not have received yet. */
  get inFlight(): number {
    return this.#reader.pending + this.#sent.size;
  }

  /** Returns whether a body of this size has to be sent in slices now. */
  isLarge(size: number): boolean {
    const { maxWhole, maxInFlight } = this.limits;
    return size > maxWhole || this.#counts(size) && this.inFlight + size > maxInFlight;
  }

  /** Counts a body that is sent in one buffer, unless its connection is unknown. */
  count(size: number, request: ConnectedRequest): void {
    if (!this.#counts(size)) return;
    const { connection } = request;
    if (connection !== undefined) this.#sent.add(connection, size);
  }

  /** Slices would save nothing for bodies of one or two. */
  #counts(size: number): boolean {
    return size > 2 * this.limits.sliceSize;
  }
}
