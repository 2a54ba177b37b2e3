/** Faults planted into manifests. */

import type { Format } from "../../lib/verify/findings.ts";
import { findsIn } from "./mutations.ts";
import type { Rule } from "../../lib/verify/rules.ts";

export type Change = (text: string) => string;

/** A case: a change of the text, the rule that it breaks, and in which segment, from 1 on, where that is known. */
export type Case = [what: string, change: Change, rule: Rule, segment?: number];

/** Replaces the first match; a test that changes nothing is wrong. */
export function replace(pattern: RegExp | string, by: string): Change {
  return (text) => {
    const changed = text.replace(pattern, by);
    if (changed === text) throw new Error(`${pattern} is not in ${text}`);
    return changed;
  };
}

export function declare(
  format: Format,
  cases: readonly Case[],
  { files, change: plant }: {
    files: readonly string[];
    change: (change: Change) => Parameters<typeof findsIn>[1];
  },
): void {
  for (const [what, change, rule, segment] of cases) {
    Deno.test(`verify() finds ${what} in ${format}`, async () => {
      const expected = { format, rule, ...segment === undefined ? {} : { segment } };
      await findsIn(files, plant(change), expected);
    });
  }
}
