/** Tests of consecutive seeds; `deno task fuzz` runs any number of them. */

import { assert } from "@std/assert";
import { runFuzzCase } from "./fuzz_kinds.ts";

const CHUNK = 1000;

/** An index that does not fit is ignored with a warning. */
const NEVER_REJECTED = "index";

/** Defines a test for each thousand seeds of `[first, end)`. A failure names seed and damage. */
export function testFuzzCases(first: number, end: number): void {
  for (let start = first; start < end; start += CHUNK) {
    Deno.test(`runFuzzCase() serves or rejects seeds ${start} to ${start + CHUNK - 1} at proportional cost`, async () => {
      const outcomes: Record<string, { played: number; rejected: number }> = {};
      for (let seed = start; seed < start + CHUNK; seed++) {
        const { kind, error } = await runFuzzCase(seed);
        const counts = outcomes[kind] ??= { played: 0, rejected: 0 };
        counts[error ? "rejected" : "played"]++;
      }
      for (const [kind, { played, rejected }] of Object.entries(outcomes)) {
        const wasDamaged = rejected > 0 || kind === NEVER_REJECTED;
        assert(played > 0 && wasDamaged, `${kind}: ${played} played, ${rejected} rejected`);
      }
    });
  }
}
