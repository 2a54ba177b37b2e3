/** Options of a command as one table: for the parser, the environment, the configuration file and `--help`. */

import { quoteArgument, UsageError } from "./usage_error.ts";
import type { ValueSchema } from "./value_types.ts";

/** Where an option can be set, in order of precedence. */
export type OptionLayer = "flag" | "environment" | "file";

interface OptionInfo {
  readonly short?: string;
  /** A phrase without a full stop. */
  readonly help: string;
  /** Default: all. */
  readonly layers?: readonly OptionLayer[];
  /** Long name of the repeatable option whose last value this one qualifies. */
  readonly follows?: string;
}

/** An option without a value, or with the flag `--no-NAME` if `default` is true. */
export interface SwitchOption extends OptionInfo {
  readonly default: boolean;
  readonly placeholder?: undefined;
}

export interface ValueOption<T> extends OptionInfo {
  /** In `--help`: `FILE`. */
  readonly placeholder: string;
  /** Noun phrase: "a number from 0 to 65535". */
  readonly expected: string;
  /** As on the command line. */
  readonly default?: string;
  readonly defaultHelp?: string;
  /** May be given more than once: values are lists, which are concatenated. */
  readonly repeats?: true;
  /** The value is a list, separated by commas: an array in a configuration file. */
  readonly list?: true;
  readonly allowEmpty?: true;
  /** Environment variable that counts if the option's own one is not set. */
  readonly fallbackVariable?: string;
  /** Type in a configuration file, of an item if the option is a list; default: any string. */
  readonly schema?: ValueSchema;
  /** Returns undefined for another value than `expected`. */
  readonly parse: (text: string) => T | undefined;
}

export type CommandOption = SwitchOption | ValueOption<unknown>;

/** By long name, in the order of `--help`. */
export type OptionTable = Readonly<Record<string, CommandOption>>;

export interface Command<T extends OptionTable = OptionTable> {
  /** As typed: `amspackager verify`. */
  readonly name: string;
  readonly summary: string;
  /** Arguments of each way to call the command. */
  readonly usage: readonly string[];
  readonly example: string;
  /** Paragraphs, each on one line. */
  readonly description?: readonly string[];
  readonly options: T;
  /** Reason to reject operands; absent if the command takes some. */
  readonly noOperands?: string;
  /** What operands name, for completions; default: files. */
  readonly operandType?: "DIRECTORY";
  /** Long name of the option of which each operand is a value, so that options can follow it. */
  readonly operandsOf?: string;
}

/** Values by long name, without options that follow another. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T as T[K] extends { follows: string } ? never : K]: OptionValue<T[K]>;
};

type OptionValue<O> = O extends { parse: (text: string) => infer V }
  ? O extends { default: string } | { repeats: true } ? Exclude<V, undefined> : V
  : boolean;

export interface OptionUse {
  readonly name: string;
  /** As typed, without the value: `-l`. The name of an environment variable, or the key in a file. */
  readonly flag: string;
  /** A boolean for a switch. */
  readonly value: string | boolean;
  /** Configuration file that contains it. */
  readonly file?: string;
}

export const HELP_OPTION = {
  short: "h",
  default: false,
  help: "Print help and exit",
  layers: ["flag"],
} as const;

export const VERSION_OPTION = {
  default: false,
  help: "Print the version and exit",
  layers: ["flag"],
} as const;

/**
 * Reads the values of options that do not follow another, or their defaults.
 *
 * @throws UsageError as `readValue()`
 */
export function readOptions<T extends OptionTable>(
  table: T,
  uses: readonly OptionUse[],
): OptionValues<T> {
  const rows = Object.entries(table).filter(([, { follows }]) => !follows);
  const values = rows.map(([name, option]) => [
    name,
    readOption(option, uses.filter((use) => use.name === name)),
  ]);
  return Object.fromEntries(values);
}

function readOption(option: CommandOption, uses: readonly OptionUse[]): unknown {
  if (option.placeholder === undefined) return uses.at(-1)?.value ?? option.default;
  if (option.repeats) return uses.flatMap((use) => readValue(option, use));
  const last = uses.at(-1);
  if (last) return readValue(option, last);
  return option.default === undefined ? undefined : option.parse(option.default);
}

/**
 * Reads the value of an option.
 *
 * @throws UsageError if it is not what the option expects
 */
export function readValue<T>(option: ValueOption<T>, { flag, value, file }: OptionUse): T {
  const parsed = option.parse(String(value));
  if (parsed !== undefined) return parsed;
  const text = quoteArgument(String(value));
  const place = file === undefined ? "" : `${file}: `;
  throw new UsageError(`${place}Cannot use ${flag} ${text}: expected ${option.expected}`);
}

export function isSetIn(layer: OptionLayer, { layers }: CommandOption): boolean {
  return layers === undefined || layers.includes(layer);
}
