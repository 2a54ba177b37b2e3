/** Mutations of what the generators build: each breaks one rule, which verify must report. */

import { assert } from "@std/assert";
import { omitUndefined } from "../../lib/omit_undefined.ts";
import type { MediaRendition, Presentation } from "../../lib/presentation/presentation.ts";
import type { SegmentPlan } from "../../lib/storage/read_plan.ts";
import type { Finding, Format } from "../../lib/verify/findings.ts";
import { verify } from "../../lib/verify/verification.ts";
import { GENERATORS, type Generators } from "../../lib/verify/generators.ts";
import type { Rule } from "../../lib/verify/rules.ts";
import type { InputOptions, OpenPresentation } from "../open_presentation.ts";
import { openProtected, type ProtectionOptions } from "../protected_presentations.ts";
import { openTestdata } from "../sample_presentations.ts";

/** Expected properties of a finding. */
export type Expected = Partial<Finding> & Pick<Finding, "format" | "rule">;

/** Index of the segment that is mutated: neither the first nor the last. */
export const MUTATED = 1;

/** Returns a function that builds the expected finding in the mutated segment of a format. */
export function inMutatedSegment(format: Format): (rule: Rule, sample?: number) => Expected {
  return (rule, sample) => omitUndefined({ format, segment: MUTATED + 1, rule, sample });
}

/**
 * Asserts that verify finds a difference.
 *
 * @param change returns the mutated generators
 * @param protection of the presentation; default: none
 */
export async function assertFinds(
  files: readonly (string | InputOptions)[],
  change: (presentation: Presentation) => Partial<Generators>,
  expected: Expected,
  protection?: ProtectionOptions,
): Promise<readonly Finding[]> {
  const presentation = await (protection ? openProtected(files, protection) : openTestdata(files));
  return await assertFindsIn(presentation, change, expected);
}

/** Asserts that verify finds a difference in a presentation, and closes it. */
export async function assertFindsIn(
  presentation: OpenPresentation,
  change: (presentation: Presentation) => Partial<Generators>,
  expected: Expected,
): Promise<readonly Finding[]> {
  try {
    const generators = { ...GENERATORS, ...change(presentation) };
    const { differences, differenceCount } = await verify(presentation, { generators });
    const found = differences.filter((finding) =>
      Object.entries(expected).every(([key, value]) => finding[key as keyof Finding] === value)
    );
    const all = JSON.stringify(differences, null, 1);
    assert(found.length > 0, `${JSON.stringify(expected)} is not among ${all}`);
    assert(differenceCount >= differences.length - 1, all);
    return differences;
  } finally {
    presentation.close();
  }
}

/** Plan of a segment whose bytes are changed after they are read. */
export function mutatePlan(
  plan: SegmentPlan,
  change: (bytes: Uint8Array) => Uint8Array,
): SegmentPlan {
  const transform = (bytes: Uint8Array) => {
    const built = plan.transform ? plan.transform(bytes) : bytes;
    return change(built.slice());
  };
  return { type: plan.type, header: plan.header, ranges: plan.ranges, transform };
}

export function findRendition(presentation: Presentation, type: string): MediaRendition {
  const found = [...presentation.renditions.values()].find((one) => one.type === type);
  return found as MediaRendition;
}

/** Offset of the first box of a type. */
export function findBox(bytes: Uint8Array, type: string): number {
  const letters = [...type].map((letter) => letter.charCodeAt(0));
  const at = bytes.findIndex((_, i) => letters.every((letter, j) => bytes[i + j] === letter));
  assert(at >= 4, `there is no ${type}`);
  return at - 4;
}
