/** Options from the command line, the environment and a configuration file. */

import { findMax } from "../extremes.ts";
import { parseConfigFile } from "./config_file.ts";
import { type GetVariable, readEnvironment } from "./environment.ts";
import type { CommandOption, OptionTable, OptionUse } from "./option_table.ts";
import { TEXT } from "./value_types.ts";

export interface OptionSources {
  readonly getVariable: GetVariable;
  /** @throws an error that names the file */
  readonly readTextFile: (path: string) => string;
}

export const CONFIG_OPTION = {
  placeholder: "FILE",
  help: "Configuration file (JSON), with the options by their long names",
  layers: ["flag", "environment"],
  ...TEXT,
} as const;

/**
 * Adds the options that the environment and the file of `--config` set, unless they are set in a layer above: flags
 * precede the environment, which precedes the file. A list is replaced as a whole.
 *
 * @param command prefix of environment variables
 * @throws UsageError
 */
export function addLayers(
  command: string,
  options: OptionTable,
  flags: readonly OptionUse[],
  { getVariable, readTextFile }: OptionSources,
): OptionUse[] {
  const uses = addMissing(flags, readEnvironment(command, options, getVariable));
  const path = uses.findLast(({ name }) => name === "config")?.value;
  if (typeof path !== "string") return uses;
  return addMissing(uses, parseConfigFile(options, path, readTextFile(path)));
}

function addMissing(uses: readonly OptionUse[], lower: readonly OptionUse[]): OptionUse[] {
  const names = new Set(uses.map(({ name }) => name));
  return [...uses, ...lower.filter(({ name }) => !names.has(name))];
}

/** Returns a line for each option: its name, its value, and the flag, variable or file that sets it. */
export function formatLayers(options: OptionTable, uses: readonly OptionUse[]): string[] {
  const rows = Object.entries(options)
    .filter(([, { layers }]) => layers?.length !== 1) // --help
    .map(([name, option]) => toRow(name, option, uses.filter((use) => use.name === name)));
  const widths = [0, 1].map((column) => findMax(rows.map((row) => row[column]!.length)));
  return rows.map(([name, value, source]) =>
    `${name.padEnd(widths[0]!)}  ${value.padEnd(Math.min(widths[1]!, MAX_COLUMN))}  ${source}`
  );
}

/** Longer values move what follows. */
const MAX_COLUMN = 40;

function toRow(
  name: string,
  option: CommandOption,
  uses: readonly OptionUse[],
): [name: string, value: string, source: string] {
  const counting = option.placeholder !== undefined && option.repeats ? uses : uses.slice(-1);
  if (counting.length === 0) return [name, describeDefault(option), "default"];
  const value = counting.map((use) => formatValue(String(use.value))).join(",");
  const sources = counting.map(({ file, flag }) => file === undefined ? flag : formatValue(file));
  return [name, value, [...new Set(sources)].join(", ")];
}

function describeDefault(option: CommandOption): string {
  const value = option.default ??
    (option.placeholder === undefined ? undefined : option.defaultHelp);
  return value === undefined ? "none" : String(value);
}

/** Quotes spaces, control characters and what is empty. */
function formatValue(value: string): string {
  return /^[!#-~]+$/.test(value) ? value : JSON.stringify(value);
}
