/** Segments in stretches, as `ams` sends those that are large: the same bytes, each stretch made of its own samples. */

import { readPlan } from "../../storage/read_plan.ts";
import type { SegmentPlan } from "../../storage/read_plan.ts";
import { bytesEqual } from "../bytes_equal.ts";
import type { Report } from "../findings.ts";

/** A stretch has at least so many bytes, but the last. */
const LEAST = 65536;

const NO_BUFFER = new Uint8Array(0);

/** @param whole what the plan gives in one piece */
export async function checkSlices(
  plan: SegmentPlan,
  whole: Uint8Array,
  report: Report,
): Promise<void> {
  const { type, header, ranges } = plan;
  if (!plan.slices) return;
  const samples = await readPlan({ type, header, ranges }, NO_BUFFER);
  let at = 0;
  for (const stretch of plan.slices(samples, LEAST)) {
    const bytes = await readPlan(stretch.plan, NO_BUFFER);
    if (bytes.length !== stretch.size) {
      return report("slices", `one has ${bytes.length} bytes, and says ${stretch.size}`);
    }
    if (!bytesEqual(bytes, whole.subarray(at, at + stretch.size))) {
      return report("slices", `the one from byte ${at + 1} on is not as in the whole`);
    }
    at += stretch.size;
  }
  if (at !== whole.length) {
    report("slices", `they have ${at} bytes together, not ${whole.length}`);
  }
}
