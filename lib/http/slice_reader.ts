import type { PlanSlice, SegmentPlan } from "../storage/read_plan.ts";
import type { HttpRange } from "./conditional.ts";
import { WorkPauses } from "../work_pauses.ts";
import type { Bytes } from "./resource.ts";

export interface SliceReaderOptions {
  readonly read: (plan: SegmentPlan, index: number) => Bytes | Promise<Bytes>;
  readonly maxChunk: number;
}

/**
 * Returns a function that returns the chunks of a range in turn. It reads a slice when it needs its first chunk, or the slice after
 * it does.
 */
export function createSliceReader(
  slices: readonly PlanSlice[],
  { start, end }: HttpRange,
  { read, maxChunk }: SliceReaderOptions,
): () => Promise<Bytes> {
  let [next, position] = [0, 0];
  let rest: Bytes = new Uint8Array(0);
  const pauses = new WorkPauses();
  const readNext = async () => {
    const { plan, size } = slices[next]!;
    const [from, to] = [Math.max(0, start - position), Math.min(size, end - position)];
    if (from < to) rest = (await read(plan, next)).subarray(from, to);
    else if (slices[next + 1]?.isChained) {
      await read(plan, next);
      await pauses.check();
    }
    next++;
    position += size;
  };
  return async () => {
    while (rest.length === 0) await readNext();
    const chunk = rest.subarray(0, maxChunk);
    rest = rest.subarray(maxChunk);
    return chunk;
  };
}
