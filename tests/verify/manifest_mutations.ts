/** Mutations of manifests. */

import type { Format } from "../../lib/verify/findings.ts";
import type { InputOptions } from "../open_presentation.ts";
import type { ProtectionOptions } from "../protected_presentations.ts";
import { assertFinds } from "./mutations.ts";
import type { Rule } from "../../lib/verify/rules.ts";

export type Change = (text: string) => string;

/** A change of the text, the rule that it breaks, and the number of the segment if it is known. */
export type Case = [what: string, change: Change, rule: Rule, segment?: number];

/** Replaces the first match. @throws Error without one */
export function replace(pattern: RegExp | string, by: string): Change {
  return (text) => {
    const changed = text.replace(pattern, by);
    if (changed === text) throw new Error(`Cannot find ${pattern} in ${text}`);
    return changed;
  };
}

export function testMutations(
  format: Format,
  cases: readonly Case[],
  { files, change: toGenerators, protection }: {
    files: readonly (string | InputOptions)[];
    change: (change: Change) => Parameters<typeof assertFinds>[1];
    protection?: ProtectionOptions;
  },
): void {
  for (const [what, change, rule, segment] of cases) {
    Deno.test(`verify() finds ${what} in ${format}`, async () => {
      const expected = { format, rule, ...segment === undefined ? {} : { segment } };
      await assertFinds(files, toGenerators(change), expected, protection);
    });
  }
}
