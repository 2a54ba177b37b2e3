/** Where amspackager prints messages for people, when standard output is for a script. */

import type { Console } from "../cli/console.ts";
import { type PackagerOptions, STANDARD_OUTPUT } from "./options.ts";

type Outputs =
  & Pick<PackagerOptions, "json" | "quiet" | "dryRun">
  & Partial<Pick<PackagerOptions, "output">>;

const DROP = () => {};

/**
 * Returns a console for messages. Standard output then holds the package of `-o -`, the JSON of `--json`, or nothing with `--quiet`
 * and `--dry-run`. JSON contains the warnings.
 */
export function createMessages(out: Console, { json, quiet, dryRun, output }: Outputs): Console {
  if (json) return { line: DROP, warn: DROP, ...quiet ? {} : pickProgress(out) };
  if (quiet) return { line: DROP, warn: (text) => out.warn(text) };
  if (!dryRun && output !== STANDARD_OUTPUT) return out;
  const warn = (text: string) => out.warn(text);
  return { line: warn, warn, ...pickProgress(out) };
}

function pickProgress({ progress }: Console): Pick<Console, "progress"> {
  return progress ? { progress } : {};
}
