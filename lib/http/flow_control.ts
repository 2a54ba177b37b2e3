import { InFlight } from "./in_flight.ts";
import type { PlanReader } from "./plan_reader.ts";
import type { HttpRequest } from "./request.ts";

/** In bytes. */
export interface BodyLimits {
  /** Larger bodies are always sent in slices. */
  readonly maxWhole: number;
  /** Above this, bodies larger than two slices are sent in slices, too. */
  readonly maxInFlight: number;
  readonly sliceSize: number;
}

/** Reading the connection is slow. */
export type ConnectedRequest = Pick<HttpRequest, "connection">;

export class FlowControl {
  readonly #sent: InFlight;
  readonly #reader: PlanReader;

  constructor(readonly limits: BodyLimits, reader: PlanReader, now: () => number) {
    this.#sent = new InFlight(now);
    this.#reader = reader;
  }

  /** Bytes that are being read, or that clients may not have received. */
  get inFlight(): number {
    return this.#reader.pending + this.#sent.size;
  }

  /** Returns whether a body has to be sent in slices now. */
  isLarge(size: number): boolean {
    const { maxWhole, maxInFlight } = this.limits;
    return size > maxWhole || this.#counts(size) && this.inFlight + size > maxInFlight;
  }

  count(size: number, request: ConnectedRequest): void {
    if (!this.#counts(size)) return;
    const { connection } = request;
    if (connection !== undefined) this.#sent.add(connection, size);
  }

  #counts(size: number): boolean {
    return size > 2 * this.limits.sliceSize;
  }
}
