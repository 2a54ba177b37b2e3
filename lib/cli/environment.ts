/** Options as environment variables: `AMS_PORT` for `--port`. */

import { createMissingValueError } from "./command_line.ts";
import { type CommandOption, isSetIn, type OptionTable, type OptionUse } from "./option_table.ts";
import { quoteArgument, UsageError } from "./usage_error.ts";

/** Returns undefined for a variable that is not set. */
export type GetVariable = (name: string) => string | undefined;

/** Value of `AMS_PORT` in a container of Kubernetes, where a service is named `ams`. */
const SERVICE_LINK = /^(tcp|udp|sctp):\/\//;

export function toVariableName(command: string, option: string): string {
  return `${command}_${option}`.replaceAll("-", "_").toUpperCase();
}

/**
 * Reads the variables of all options that have one. An option that repeats has a list, separated by commas.
 *
 * @param command prefix of the names
 * @throws UsageError for an empty value, and for a switch that is neither `true` nor `false`
 */
export function readEnvironment(
  command: string,
  options: OptionTable,
  getVariable: GetVariable,
): OptionUse[] {
  return Object.entries(options).flatMap(([name, option]) => {
    if (!isSetIn("environment", option)) return [];
    const { fallbackVariable } = option.placeholder === undefined ? {} : option;
    for (const variable of [toVariableName(command, name), fallbackVariable]) {
      const value = variable && getVariable(variable);
      if (variable === undefined || value === undefined || SERVICE_LINK.test(value)) continue;
      return toUses(option, variable, value).map((use) => ({ name, flag: variable, ...use }));
    }
    return [];
  });
}

function toUses(
  option: CommandOption,
  variable: string,
  value: string,
): Pick<OptionUse, "value">[] {
  if (option.placeholder === undefined) {
    if (value === "true" || value === "false") return [{ value: value === "true" }];
    const text = quoteArgument(value);
    throw new UsageError(`Cannot use ${variable} ${text}: expected true or false`);
  }
  if (value === "" && !option.allowEmpty) throw createMissingValueError(variable, option);
  return option.repeats ? value.split(",").map((item) => ({ value: item.trim() })) : [{ value }];
}
