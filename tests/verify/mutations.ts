/** Faults, planted into what the generators make: each breaks one rule, and verify has to name it. */

import { assert } from "@std/assert";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Finding } from "../../lib/verify/findings.ts";
import { verify } from "../../lib/verify/verification.ts";
import { GENERATORS, type Generators } from "../../lib/verify/generators.ts";
import { openTestdata } from "../sample_presentations.ts";

/** Part of a finding: what a test says of it. */
export type Expected = Partial<Finding> & Pick<Finding, "format" | "rule">;

/** The index of the segment that faults are planted into: neither the first nor the last. */
export const PLANTED = 1;

/**
 * The title without a fault has no difference; with it, the one that is expected, and no other format is blamed.
 *
 * @param change of the generators
 */
export async function findsIn(
  files: readonly string[],
  change: (presentation: Presentation) => Partial<Generators>,
  expected: Expected,
): Promise<readonly Finding[]> {
  const presentation = await openTestdata(files);
  try {
    const generators = { ...GENERATORS, ...change(presentation) };
    const { differences, count } = await verify(presentation, { generators });
    const found = differences.filter((finding) =>
      Object.entries(expected).every(([key, value]) => finding[key as keyof Finding] === value)
    );
    const all = JSON.stringify(differences, null, 1);
    assert(found.length > 0, `${JSON.stringify(expected)} is not among ${all}`);
    assert(count >= differences.length - 1, all);
    return differences;
  } finally {
    presentation.close();
  }
}

/** The plan of a segment whose bytes are changed when they are there. */
export function altered(plan: SegmentPlan, change: (bytes: Uint8Array) => Uint8Array): SegmentPlan {
  const finish = (bytes: Uint8Array) => {
    const made = plan.transform ? plan.transform(bytes) : bytes;
    return change(made.slice());
  };
  return { type: plan.type, header: plan.header, ranges: plan.ranges, transform: finish };
}

export function renditionOf(presentation: Presentation, type: string): MediaRendition {
  const found = [...presentation.renditions.values()].find((one) => one.type === type);
  return found as MediaRendition;
}

/** Where the box of a type starts; it must be there once at least. */
export function boxAt(bytes: Uint8Array, type: string): number {
  const letters = [...type].map((letter) => letter.charCodeAt(0));
  const at = bytes.findIndex((_, i) => letters.every((letter, j) => bytes[i + j] === letter));
  assert(at >= 4, `there is no ${type}`);
  return at - 4;
}
