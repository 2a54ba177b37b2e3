/** How bytes go out: small ones whole, large ones in slices, so that readers who stall hold little. */

import { execute, planSize } from "../segment/plan.ts";
import type { ByteRange, SegmentPlan } from "../segment/plan.ts";
import type { Body } from "./response.ts";

/** What is larger goes out in slices. In bytes. */
const WHOLE = 8 * 2 ** 20;

/** So does, when as many bytes as this are on their way, what is larger than a few slices. */
const IN_FLIGHT = 64 * 2 ** 20;
const SLICE = 65536;
const FEW_SLICES = 2 * SLICE;

const NOTHING = new Uint8Array(0);

/** What is sent. */
export interface Content {
  readonly plan: SegmentPlan;
  /** Called once: the sources are not needed any more. */
  readonly release: () => void;
  /** Is told why an answer was cut off after it had begun. */
  readonly failed: (error: unknown) => void;
  /** Kept when the answer is over; what can't say so is not counted. */
  readonly completed?: Promise<unknown> | undefined;
}

export class Bodies {
  /** One for all answers: a fifth faster than new ones. Whoever fills it makes the Response before anything awaits. */
  readonly #scratch = new Uint8Array(WHOLE);
  #inFlight = 0;

  /** Bytes that were given out whole, and have not all been sent. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /**
   * The bytes of a plan without `finish`, in the scratch buffer where they fit.
   *
   * @throws MediaError of the source
   */
  of(content: Content): Body | Promise<Body> {
    const size = planSize(content.plan);
    const tight = this.#inFlight + size > IN_FLIGHT && size > FEW_SLICES;
    return size > WHOLE || tight ? slices(content, size) : this.#whole(content, size);
  }

  /**
   * The bytes of a plan with `finish`, which are their own: what is read for them goes into the scratch buffer.
   *
   * @param completed kept when the answer is over; what can't say so is not counted
   * @throws MediaError of a source
   */
  finished(
    plan: SegmentPlan,
    completed: Promise<unknown> | undefined,
  ): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
    const counted = (bytes: Uint8Array) => {
      if (completed) this.#count(bytes.length, completed);
      return bytes as Uint8Array<ArrayBuffer>;
    };
    const made = execute(plan, this.#scratch);
    return made instanceof Promise ? made.then(counted) : counted(made);
  }

  #whole({ plan, release, completed }: Content, size: number): Body | Promise<Body> {
    let later = false;
    try {
      const bytes = execute(plan, this.#scratch);
      if (completed) this.#count(size, completed);
      if (!(bytes instanceof Promise)) return bytes as Body;
      later = true;
      return bytes.finally(release) as Promise<Body>;
    } finally {
      if (!later) release();
    }
  }

  #count(size: number, completed: Promise<unknown>): void {
    this.#inFlight += size;
    const over = () => void (this.#inFlight -= size);
    completed.then(over, over);
  }
}

/** Reads a slice when the one before it has gone. */
function slices(
  { plan, release, failed }: Content,
  size: number,
): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const end = Math.min(at + SLICE, size);
        const bytes = await execute(partOf(plan, at, end), NOTHING);
        at = end;
        controller.enqueue(bytes);
        if (at < size) return;
        controller.close();
      } catch (error) {
        failed(error);
        controller.error(error); // the client sees that it was cut off: the length was said
      }
      release();
    },
    cancel: release,
  }, { highWaterMark: 0 });
}

/** What gives the bytes from `start` up to, not with, `end` of a plan without `finish`. */
export function partOf(plan: SegmentPlan, start: number, end: number): SegmentPlan {
  let at = plan.head.length;
  const ranges: ByteRange[] = [];
  for (const { source, offset, size } of plan.ranges) {
    const from = Math.max(start, at);
    const to = Math.min(end, at + size);
    if (from < to) ranges.push({ source, offset: offset + from - at, size: to - from });
    at += size;
  }
  return { type: plan.type, head: plan.head.subarray(start, end), ranges };
}
