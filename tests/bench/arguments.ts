/** Command line of the bench. */

import { parseArgs } from "@std/cli/parse-args";

export interface Options {
  readonly sections: readonly string[];
  readonly rounds: number;
  /** In whole seconds. */
  readonly seconds: number;
  /** Clone to compare with. */
  readonly before?: string;
}

/**
 * @param known names of all sections, which is the default
 * @returns a message when arguments are invalid, or the usage for `--help`
 */
export function parseOptions(args: readonly string[], known: readonly string[]): Options | string {
  const usage = `deno task bench [--rounds N] [--seconds N] [--before CLONE] [${
    known.join("] [")
  }]`;
  const unknown: string[] = [];
  const values = parseArgs(args[0] === "--" ? args.slice(1) : args, {
    string: ["rounds", "seconds", "before"],
    boolean: ["help"],
    default: { rounds: "5", seconds: "2" },
    unknown: (argument) => {
      if (!known.includes(argument)) unknown.push(argument);
      return true;
    },
  });
  if (values["help"]) return usage;
  if (unknown.length) return `Cannot use ${unknown[0]}: ${usage}`;
  const named = values._.map(String);
  const counts = [values["rounds"], values["seconds"]] as [string, string];
  const invalid = counts.find((it) => !/^[1-9]\d{0,3}$/.test(it));
  if (invalid !== undefined) return `Cannot use '${invalid}' as a number: ${usage}`;
  const [rounds, seconds] = counts.map(Number) as [number, number];
  const before = values["before"] as string | undefined;
  if (named.includes("before") && !before) return `Cannot use before without --before: ${usage}`;
  const sections = named.length ? named : known.filter((name) => name !== "before" || before);
  return { sections, rounds, seconds, ...(before ? { before } : {}) };
}
