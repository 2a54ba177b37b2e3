/** Options of a command as one table, for the parser and `--help`. */

import { parseArgs } from "@std/cli/parse-args";
import { findNearestWord } from "./nearest_word.ts";
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

export interface CommandLine {
  readonly uses: readonly OptionUse[];
  readonly operands: readonly string[];
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
 * Splits a command line. Values are not parsed yet, so that `--help` works alongside invalid ones.
 *
 * @returns "help" or "version" if that option is present
 * @throws UsageError for an unknown option, one that is given twice although it neither repeats nor follows another, a
 * missing or superfluous value, or a superfluous operand
 */
export function parseCommandLine(
  command: Command,
  args: readonly string[],
): CommandLine | "help" | "version" {
  const flags = indexFlags(command.options);
  const tokens = tokenize(args);
  const found = tokens.map(({ flag, attached }) => attached ? undefined : flags.get(flag)?.name);
  if (found.includes("help")) return "help";
  if (found.includes("version")) return "version";
  const line: { uses: OptionUse[]; operands: string[] } = { uses: [], operands: [] };
  tokens.forEach((token, i) => {
    const next = tokens[i + 1]?.flag;
    const dashed = next !== undefined && next !== "" && !flags.has(next);
    addToken(line, { ...token, dashed }, flags, command);
  });
  return line;
}

interface Token {
  /** As typed, without the value; "" for an operand. */
  readonly flag: string;
  readonly value?: string | undefined;
  /** True after `=`, so that the value cannot be an operand. */
  readonly attached?: boolean;
  /** True if what follows begins with `-` and is no option, so that it may be meant as the value. */
  readonly dashed?: boolean;
}

function tokenize(args: readonly string[]): Token[] {
  const tokens: Token[] = [];
  const { _: rest } = parseArgs(args, {
    unknown(typed, key, value) { // called for each flag, in order, since none is declared
      const text = typeof value === "string" ? value : undefined;
      if (key === undefined) tokens.push({ flag: "", value: typed });
      else {
        const flag = typed.startsWith("--") ? typed.split("=", 1)[0]! : `-${key}`;
        tokens.push({ flag, value: text, attached: typed.includes("=") });
      }
      return false;
    },
  });
  return [...tokens, ...rest.map((value) => ({ flag: "", value: String(value) }))];
}

interface Flag {
  readonly name: string;
  readonly option: CommandOption;
  readonly on: boolean;
}

/** Returns options by flag: `-d`, `--docroot`, `--no-listing`. */
function indexFlags(options: OptionTable): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [name, option] of Object.entries(options)) {
    flags.set(`--${name}`, { name, option, on: true });
    if (option.short) flags.set(`-${option.short}`, { name, option, on: true });
    if (option.default === true) flags.set(`--no-${name}`, { name, option, on: false });
  }
  return flags;
}

function addToken(
  { uses, operands }: { uses: OptionUse[]; operands: string[] },
  { flag, value, attached, dashed }: Token,
  flags: ReadonlyMap<string, Flag>,
  command: Command,
): void {
  if (flag === "") return addOperand({ uses, operands }, value!, command);
  const found = flags.get(flag);
  if (!found) throw createUnknownFlagError(flag, flags.keys(), command.name);
  const { name, option, on } = found;
  const previous = mayRepeat(option) ? undefined : uses.find((use) => use.name === name);
  if (previous) throw createRepeatedFlagError(flag, previous.flag);
  if (option.placeholder !== undefined) {
    if (!value && !option.allowEmpty) throw createMissingValueError(flag, option, dashed);
    uses.push({ name, flag, value: value ?? "" });
    return;
  }
  const isOperand = value !== undefined && !attached && !command.noOperands &&
    !isSwitchValue(value);
  uses.push({ name, flag, value: isOperand ? on : readSwitch(flag, value, found) });
  if (isOperand) addOperand({ uses, operands }, value, command);
}

function addOperand(
  { uses, operands }: { uses: OptionUse[]; operands: string[] },
  value: string,
  { noOperands, operandsOf }: Command,
): void {
  if (noOperands) throw new UsageError(`Cannot use ${quoteArgument(value)}: ${noOperands}`);
  if (operandsOf) uses.push({ name: operandsOf, flag: `--${operandsOf}`, value });
  else operands.push(value);
}

/** An option that follows another may be given for each of those. */
function mayRepeat({ follows, ...option }: CommandOption): boolean {
  return follows !== undefined || option.placeholder !== undefined && option.repeats === true;
}

function createUnknownFlagError(
  flag: string,
  known: Iterable<string>,
  command: string,
): UsageError {
  const nearest = findNearestWord(flag, known);
  const hint = nearest === undefined ? `see ${command} --help` : `did you mean ${nearest}?`;
  return new UsageError(`Cannot use ${quoteArgument(flag)}: unknown, ${hint}`);
}

function createRepeatedFlagError(flag: string, previous: string): UsageError {
  const reason = flag === previous ? "" : `: ${previous} is the same option`;
  return new UsageError(`Cannot use ${flag} twice${reason}`);
}

const isSwitchValue = (value: string) => value === "true" || value === "false";

export function createMissingValueError(
  flag: string,
  { expected }: ValueOption<unknown>,
  dashed = false,
): UsageError {
  const hint = dashed ? `; write ${flag}=VALUE if the value begins with "-"` : "";
  return new UsageError(`Cannot use ${flag} without a value: expected ${expected}${hint}`);
}

/** `--name=false` means `--no-name`. */
function readSwitch(flag: string, value: string | undefined, { name, on }: Flag): boolean {
  if (value === undefined) return on;
  const isSwitch = on && name !== "help" && name !== "version";
  if (isSwitch && isSwitchValue(value)) return value === "true";
  throw new UsageError(`Cannot use ${flag} with ${quoteArgument(value)}: expected no value`);
}

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
