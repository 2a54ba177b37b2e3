import type { ByteRange, SegmentPlan } from "../storage/read_plan.ts";

/** Plans the bytes `[start, end)` of a plan without `transform`. */
export function slicePlan(plan: SegmentPlan, start: number, end: number): SegmentPlan {
  let position = plan.header.length;
  const ranges: ByteRange[] = [];
  for (const { source, offset, size } of plan.ranges) {
    const from = Math.max(start, position);
    const to = Math.min(end, position + size);
    if (from < to) ranges.push({ source, offset: offset + from - position, size: to - from });
    position += size;
  }
  return { type: plan.type, header: plan.header.subarray(start, end), ranges };
}
