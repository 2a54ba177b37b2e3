/** Where amspackager prints messages for people, when standard output is for a script. */

import { type Console, createMessageConsole } from "../cli/console.ts";
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
  const messages = createMessageConsole(out);
  const { warn } = messages;
  if (quiet) return { line: DROP, warn };
  if (!dryRun && output !== STANDARD_OUTPUT) return messages;
  return { line: warn, warn, ...pickProgress(out) };
}

function pickProgress({ progress }: Console): Pick<Console, "progress"> {
  return progress ? { progress } : {};
}
