import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import { type BodyCallbacks, toBodyStream } from "./body_stream.ts";
import type { HttpRange } from "./conditional.ts";
import type { Bytes } from "./resource.ts";

export interface SliceStreamOptions extends BodyCallbacks {
  readonly read: (plan: SegmentPlan, index: number) => Bytes | Promise<Bytes>;
  readonly maxChunk: number;
}

/** Reads each slice when the previous one has been sent. */
export function toSliceStream(
  slices: readonly PlanSlice[],
  { start, end }: HttpRange,
  options: SliceStreamOptions,
): ReadableStream<Uint8Array> {
  const { read, maxChunk } = options;
  let [next, position] = [0, 0];
  let rest: Bytes = new Uint8Array(0);
  const readNext = async () => {
    const { plan, size } = slices[next]!;
    const [from, to] = [Math.max(0, start - position), Math.min(size, end - position)];
    if (from < to) rest = (await read(plan, next)).subarray(from, to);
    next++;
    position += size;
  };
  return toBodyStream(
    async () => {
      while (rest.length === 0) await readNext();
      const chunk = rest.subarray(0, maxChunk);
      rest = rest.subarray(maxChunk);
      return chunk;
    },
    end - start,
    options,
  );
}
