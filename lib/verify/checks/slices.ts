/** Compares the slices of large segments with the whole segment. */

import { readPlan } from "../../storage/read_plan.ts";
import type { SegmentPlan } from "../../storage/read_plan.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";

const MIN_SLICE_BYTES = 65536;

const NO_BUFFER = new Uint8Array(0);

export async function checkSlices(
  plan: SegmentPlan,
  whole: Uint8Array,
  report: Report,
): Promise<void> {
  const { type, header, ranges } = plan;
  if (!plan.slices) return;
  const samples = await readPlan({ type, header, ranges }, NO_BUFFER);
  let offset = 0;
  for (const slice of plan.slices(samples, MIN_SLICE_BYTES)) {
    const bytes = await readPlan(slice.plan, NO_BUFFER);
    if (bytes.length !== slice.size) {
      return report("slices", `got ${bytes.length} bytes, declared ${slice.size}`);
    }
    if (!bytesEqual(bytes, whole.subarray(offset, offset + slice.size))) {
      return report("slices", `the slice at byte ${offset} differs from the segment`);
    }
    offset += slice.size;
  }
  if (offset !== whole.length) {
    report("slices", `got ${offset} bytes in total, expected ${whole.length}`);
  }
}
