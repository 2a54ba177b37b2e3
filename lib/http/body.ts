/** How bytes go out: small ones whole, large ones in slices, so that readers who stall hold little. */

import { getBufferSize, getPlanSize, isSynchronous, readPlan } from "../storage/read_plan.ts";
import type { ByteRange, PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import type { HttpRange } from "./conditional.ts";
import { InFlight } from "./in_flight.ts";
import { SingleFlight } from "../single_flight.ts";
import type { Body } from "./response.ts";
import { type BodyCallbacks, toBodyStream } from "./body_stream.ts";

/** In bytes. */
export interface BodyLimits {
  /** What is larger goes out in slices. */
  readonly maxWhole: number;
  /** So does, when as many bytes as this are on their way, what is larger than two slices. */
  readonly maxInFlight: number;
  readonly sliceSize: number;
}

const LIMITS: BodyLimits = { maxWhole: 8 * 2 ** 20, maxInFlight: 128 * 2 ** 20, sliceSize: 65536 };

/** The scratch buffer grows to this, so that those who want what is large leave no garbage. In bytes. */
const MAX_SCRATCH = 32 * 2 ** 20;

const NOTHING = new Uint8Array(0);

/** What names bytes: identical ones are read once at a moment. */
export interface ResourceKey {
  /** Relative to the root. */
  readonly file: string;
  readonly etag: string;
}

/** What comes on a connection; its name is asked for only where it is needed. */
export interface Connected {
  readonly connection?: string;
}

/** What is sent. */
export interface PlannedBody extends ResourceKey, BodyCallbacks {
  readonly plan: SegmentPlan;
  /** Where it starts in what the name means. */
  readonly start: number;
  /** Where it goes out; what can't be told is not counted. */
  readonly on: Connected;
}

type Bytes = Uint8Array<ArrayBuffer>;

export class BodyFactory {
  /** One for all answers: a fifth faster than new ones. Whoever fills it makes the Response before anything awaits. */
  #scratch: Bytes;
  readonly #reading = new SingleFlight<Bytes>();
  readonly #planning = new SingleFlight<readonly PlanSlice[]>();
  #beingRead = 0;
  readonly #given: InFlight;

  /** @param now in milliseconds, from any start */
  constructor(readonly limits: BodyLimits = LIMITS, now = () => performance.now()) {
    this.#scratch = new Uint8Array(limits.maxWhole);
    this.#given = new InFlight(now);
  }

  /** Bytes that are being read, or were given out whole and may not all have been sent. */
  get inFlight(): number {
    return this.#beingRead + this.#given.size;
  }

  /** Whether so many bytes are too many to be given out whole, now. */
  isLarge(size: number): boolean {
    const { maxWhole, maxInFlight } = this.limits;
    return size > maxWhole || this.#counts(size) && this.inFlight + size > maxInFlight;
  }

  /** What is no more than two slices is given out whole, and not worth counting. */
  #counts(size: number): boolean {
    return size > 2 * this.limits.sliceSize;
  }

  /**
   * The bytes of a plan without `finish`, in the scratch buffer where they fit.
   *
   * @throws MediaError of the source
   */
  create(content: PlannedBody): Body | Promise<Body> {
    const size = getPlanSize(content.plan);
    if (this.isLarge(size)) return this.#slices(content, size);
    if (!isSynchronous(content.plan)) return this.#wholeLater(content, size);
    try {
      const bytes = readPlan(content.plan, this.#scratch) as Bytes;
      this.count(size, content.on);
      return bytes;
    } finally {
      content.release();
    }
  }

  async #wholeLater(content: PlannedBody, size: number): Promise<Body> {
    let slices: Body | undefined;
    try {
      const bytes = await this.#read(content.plan, `${toKey(content)}-${content.start + size}`);
      if (this.isLarge(size)) return slices = this.#slices(content, size); // others took the room meanwhile
      this.count(size, content.on);
      return bytes;
    } finally {
      if (!slices) content.release();
    }
  }

  /** Reads a slice when the one before it has gone. */
  #slices(content: PlannedBody, size: number): Body {
    const { plan } = content;
    let at = 0;
    const next = async () => {
      const part = slicePlan(plan, at, at = Math.min(at + this.limits.sliceSize, size));
      return await (isSynchronous(part)
        ? readPlan(part, NOTHING)
        : this.#read(part, `${toKey(content)}+${at}`));
    };
    return toBodyStream(next, size, content);
  }

  /**
   * The bytes of a plan with `finish`, which are their own: what is read for them goes into the scratch buffer. They are
   * not counted until the caller does.
   *
   * @throws MediaError of a source
   */
  transformed(plan: SegmentPlan, { file, etag }: ResourceKey): Bytes | Promise<Bytes> {
    if (isSynchronous(plan)) return readPlan(plan, this.#scratch) as Bytes;
    return this.#read(plan, `${file} ${etag}`);
  }

  /**
   * The stretches of a plan that has them. It is read, as what they are depends on its samples, but nothing of that stays.
   *
   * @throws MediaError of a source
   */
  async slices(plan: SegmentPlan, { file, etag }: ResourceKey): Promise<readonly PlanSlice[]> {
    const { type, header, ranges } = plan;
    const samples = { type, header, ranges };
    if (isSynchronous(plan)) {
      const needed = getBufferSize(samples);
      if (needed > this.#scratch.length && needed <= MAX_SCRATCH) {
        this.#scratch = new Uint8Array(needed);
      }
      return plan.slices!(readPlan(samples, this.#scratch) as Bytes, this.limits.sliceSize);
    }
    return await this.#planning.run(
      `${file} ${etag}`,
      async () => plan.slices!(await this.#counted(samples), this.limits.sliceSize),
    );
  }

  /** The part of stretches that is asked for, each made when those before it have gone. */
  sliced(
    stretches: readonly PlanSlice[],
    { start, end }: HttpRange,
    content: ResourceKey & BodyCallbacks,
  ): Body {
    let [next, at] = [0, 0];
    let rest = NOTHING;
    const make = (plan: SegmentPlan) =>
      isSynchronous(plan)
        ? readPlan(plan, this.#scratch) as Bytes
        : this.#read(plan, `${content.file} ${content.etag} stretch ${next}`);
    return toBodyStream(
      async () => {
        while (rest.length === 0) {
          const { plan, size } = stretches[next++]!;
          const [from, to] = [Math.max(0, start - at), Math.min(size, end - at)];
          at += size;
          if (from < to) rest = (await make(plan)).subarray(from, to);
        }
        const slice = rest.subarray(0, this.limits.sliceSize);
        rest = rest.subarray(this.limits.sliceSize);
        return slice;
      },
      end - start,
      content,
    );
  }

  /** Bytes that are given out whole on a connection count for as long as they may not have been sent. */
  count(size: number, on: Connected): void {
    if (!this.#counts(size)) return;
    const { connection } = on;
    if (connection !== undefined) this.#given.add(connection, size);
  }

  /** What takes long is read once for all who ask for it at one moment. */
  #read(plan: SegmentPlan, key: string): Promise<Bytes> {
    return this.#reading.run(key, () => this.#counted(plan));
  }

  /** What is being read counts. */
  async #counted(plan: SegmentPlan): Promise<Bytes> {
    const size = getPlanSize(plan);
    this.#beingRead += size;
    try {
      return await readPlan(plan, NOTHING) as Bytes;
    } finally {
      this.#beingRead -= size;
    }
  }
}

function toKey({ file, etag, start }: PlannedBody): string {
  return `${file} ${etag} ${start}`;
}

/** What gives the bytes from `start` up to, not with, `end` of a plan without `finish`. */
export function slicePlan(plan: SegmentPlan, start: number, end: number): SegmentPlan {
  let at = plan.header.length;
  const ranges: ByteRange[] = [];
  for (const { source, offset, size } of plan.ranges) {
    const from = Math.max(start, at);
    const to = Math.min(end, at + size);
    if (from < to) ranges.push({ source, offset: offset + from - at, size: to - from });
    at += size;
  }
  return { type: plan.type, header: plan.header.subarray(start, end), ranges };
}
