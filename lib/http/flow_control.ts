import { RequestError } from "../errors.ts";
import { FollowedResponses } from "./followed_responses.ts";
import { InFlight } from "./in_flight.ts";
import type { PlanReader } from "./plan_reader.ts";
import type { HttpRequest } from "./request.ts";

/** In bytes. */
export interface BodyLimits {
  /** Larger bodies are streams, of slices of this size. */
  readonly maxWhole: number;
  /** Larger bodies are streams of small slices. */
  readonly maxBuffered: number;
  /** Above this, bodies larger than two small slices are streams of small slices. */
  readonly maxInFlight: number;
  /** Size of a small slice. */
  readonly sliceSize: number;
}

/** Reading the members is slow. */
export type ConnectedRequest = Pick<
  HttpRequest,
  "connection" | "completed" | "signal" | "streamedBytes"
>;

/** Smaller bodies are always sent whole: 200 of them, as many as HTTP/2 allows, take 3 MB. */
const MIN_FOLLOWED_BYTES = 16384;

/** One body in so many bytes is followed, at random, so that no client can tell which; more while a connection multiplexes. */
const BYTES_PER_PROBE = 16 * 2 ** 20;
const BYTES_PER_PROBE_UNDER_ATTACK = 2 ** 20;

/** HTTP/1.1 has one at a time; a second one may end a moment after the next request. */
const MIN_MULTIPLEXED = 2;

const MAX_PER_CONNECTION = 64;

/** For slices that cannot be smaller, multiples of `maxInFlight`. */
const MAX_IN_FLIGHT_LIMITS = 4;

/**
 * Bounds the bytes that clients have not received. Nothing tells HTTP/2 from HTTP/1.1, nor when the client has received
 * a whole body. Some bodies are therefore followed, as streams (docs/design/memory-and-speed.md): a connection that
 * requests while two of its streams have not ended multiplexes, and from then on all its bodies are streams.
 */
export class FlowControl {
  readonly #sent: InFlight;
  readonly #followed = new FollowedResponses(MIN_MULTIPLEXED);
  readonly #reader: PlanReader;
  readonly #random: () => number;

  constructor(
    readonly limits: BodyLimits,
    reader: PlanReader,
    now: () => number,
    random: () => number = Math.random,
  ) {
    this.#sent = new InFlight(now);
    this.#reader = reader;
    this.#random = random;
  }

  /** Bytes that are being read, or that clients may not have received. */
  get inFlight(): number {
    return this.#reader.pending + this.#sent.size + this.#followed.bytes;
  }

  /** Returns whether a body has to be read in small slices now. */
  isLarge(size: number): boolean {
    const { maxBuffered, maxInFlight } = this.limits;
    return size > maxBuffered || this.#counts(size) && this.inFlight + size > maxInFlight;
  }

  /**
   * Returns the size of the slices of a body; 0 if it is sent whole.
   *
   * @throws RequestError `OVERLOADED` if too many responses are in progress on the connection
   */
  getSliceSize(size: number, request: ConnectedRequest): number {
    if (size <= MIN_FOLLOWED_BYTES && size <= this.limits.maxWhole) return 0;
    if (this.#isMultiplexed(request) || this.isLarge(size)) return this.limits.sliceSize;
    const bytesPerProbe = this.#followed.hasMultiplexed
      ? BYTES_PER_PROBE_UNDER_ATTACK
      : BYTES_PER_PROBE;
    const isStream = size > this.limits.maxWhole ||
      this.#random() * bytesPerProbe < size && request.completed !== undefined;
    return isStream ? this.limits.maxWhole : 0;
  }

  /**
   * Requires memory for a slice that is larger than bodies which are sent whole.
   *
   * @throws RequestError `OVERLOADED` if clients hold too many bytes
   */
  requireRoom(size: number): void {
    const { maxBuffered, maxInFlight } = this.limits;
    if (size <= maxBuffered || this.inFlight + size <= MAX_IN_FLIGHT_LIMITS * maxInFlight) return;
    const message = `Cannot send another response with slices of ${size} bytes now`;
    throw new RequestError("OVERLOADED", message);
  }

  /** Counts a body that is sent whole. */
  count(size: number, { connection }: ConnectedRequest): void {
    if (this.#counts(size) && connection !== undefined) this.#sent.add(connection, size);
  }

  /** Counts a stream until the response has ended. */
  follow(size: number, { connection, completed }: ConnectedRequest): void {
    if (connection === undefined || completed === undefined) return;
    const end = this.#followed.add(connection, size);
    completed.then(end, end);
  }

  #isMultiplexed(request: ConnectedRequest): boolean {
    if (!this.#followed.hasMultiplexed || request.connection === undefined) return false;
    const count = this.#followed.getCount(request.connection);
    if (count < MAX_PER_CONNECTION) return count >= MIN_MULTIPLEXED;
    const message =
      `Cannot send more than ${MAX_PER_CONNECTION} responses at a time on a connection`;
    throw new RequestError("OVERLOADED", message);
  }

  #counts(size: number): boolean {
    return size > 2 * this.limits.sliceSize;
  }
}
