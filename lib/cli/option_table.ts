/**
 * Options of a command as one table: the parser and `--help` are made from it. Rows are data, so that other sources of
 * values (environment, configuration file) and other documents (man page, completions) can be made from them as well.
 */

import { parseArgs } from "@std/cli/parse-args";
import { quoteArgument, UsageError } from "./usage_error.ts";

interface OptionInfo {
  /** One letter, without the hyphen. */
  readonly short?: string;
  /** Shown by `--help`: a phrase without a full stop. */
  readonly help: string;
  /** Long name of the repeatable option that the option must follow, and whose last value it qualifies. */
  readonly follows?: string;
}

/** An option without a value. If `default` is true, its flag is `--no-NAME`. */
export interface SwitchOption extends OptionInfo {
  readonly default: boolean;
  readonly placeholder?: undefined;
}

/** An option with a value of type T. */
export interface ValueOption<T> extends OptionInfo {
  /** Name of the value in `--help`, such as `FILE`. */
  readonly placeholder: string;
  /** Noun phrase for error messages: "a number from 0 to 65535". */
  readonly expected: string;
  /** Text of a value, as on the command line. */
  readonly default?: string;
  /** Shown in place of `default`. */
  readonly defaultHelp?: string;
  /** Values are lists, and those of all uses are concatenated. */
  readonly repeats?: true;
  /** The empty string is a value. */
  readonly allowEmpty?: true;
  /** @returns undefined if the text is not what is `expected` */
  readonly parse: (text: string) => T | undefined;
}

export type CommandOption = SwitchOption | ValueOption<unknown>;

/** Options by long name, without hyphens, in the order of `--help`. */
export type OptionTable = Readonly<Record<string, CommandOption>>;

export interface Command<T extends OptionTable = OptionTable> {
  /** As typed: `amspackager verify`. */
  readonly name: string;
  /** Purpose of the command, in one line. */
  readonly summary: string;
  /** Arguments of each way to call the command. */
  readonly usage: readonly string[];
  /** Arguments of an example. */
  readonly example: string;
  /** Paragraphs, each on one line. */
  readonly description?: readonly string[];
  readonly options: T;
  /** Reason to refuse arguments that are not options; absent if the command takes some. */
  readonly noOperands?: string;
  /** Refuse options that are given twice, except those that repeat; otherwise the last one counts. */
  readonly refuseRepeats?: boolean;
}

/** Values by long name of those options that do not follow another; undefined without a value and a default. */
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T as T[K] extends { follows: string } ? never : K]: OptionValue<T[K]>;
};

type OptionValue<O> = O extends { parse: (text: string) => infer V }
  ? O extends { default: string } | { repeats: true } ? Exclude<V, undefined> : V
  : boolean;

/** One use of an option on a command line. */
export interface OptionUse {
  /** Long name. */
  readonly name: string;
  /** As typed, without the value: `-l`. */
  readonly flag: string;
  /** A boolean for a switch. */
  readonly value: string | boolean;
}

export interface CommandLine {
  /** In the order of the command line. */
  readonly uses: readonly OptionUse[];
  readonly operands: readonly string[];
}

export const HELP_OPTION = { short: "h", default: false, help: "Print help and exit" } as const;
export const VERSION_OPTION = { default: false, help: "Print the version and exit" } as const;

/**
 * Splits a command line into options and operands. Values are not parsed yet: `--help` works alongside invalid ones.
 *
 * @returns "help" or "version" if that option is present
 * @throws UsageError for an unknown option, a missing or superfluous value, or a superfluous operand
 */
export function parseCommandLine(
  command: Command,
  args: readonly string[],
): CommandLine | "help" | "version" {
  const flags = indexFlags(command.options);
  const tokens = tokenize(args);
  const found = tokens.map((token) => flags.get(token.flag)?.name);
  if (found.includes("help")) return "help";
  if (found.includes("version")) return "version";
  const line: { uses: OptionUse[]; operands: string[] } = { uses: [], operands: [] };
  for (const token of tokens) addToken(line, token, flags.get(token.flag), command);
  return line;
}

/** Part of a command line: an option, with its value if one follows, or an operand. */
interface Token {
  /** As typed, without `=` and the value; "" for an operand. */
  readonly flag: string;
  readonly value?: string | undefined;
  /** The value follows `=`, so that it cannot be an operand. */
  readonly attached?: boolean;
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
  /** Value of a switch. */
  readonly on: boolean;
}

/** Options by flag: `-d`, `--docroot`, `--no-listing`. */
function indexFlags(options: OptionTable): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [name, option] of Object.entries(options)) {
    flags.set(`--${name}`, { name, option, on: true });
    if (option.short) flags.set(`-${option.short}`, { name, option, on: true });
    if (option.default === true) flags.set(`--no-${name}`, { name, option, on: false });
  }
  return flags;
}

/** @throws UsageError */
function addToken(
  { uses, operands }: { uses: OptionUse[]; operands: string[] },
  { flag, value, attached }: Token,
  found: Flag | undefined,
  { name: command, noOperands, refuseRepeats }: Command,
): void {
  if (flag === "") {
    if (noOperands) throw new UsageError(`Cannot use ${quoteArgument(value!)}: ${noOperands}`);
    operands.push(value!);
    return;
  }
  if (!found) {
    throw new UsageError(`Cannot use ${quoteArgument(flag)}: unknown, see ${command} --help`);
  }
  const { name, option, on } = found;
  if (option.placeholder !== undefined) {
    if (!value && !option.allowEmpty) throw new UsageError(`Cannot use ${flag} without a value`);
    const isRepeated = uses.some((use) => use.name === name);
    if (refuseRepeats && isRepeated && !option.repeats && !option.follows) {
      throw new UsageError(`Cannot use ${flag} twice`);
    }
    uses.push({ name, flag, value: value ?? "" });
    return;
  }
  const isOperand = value !== undefined && !attached && !noOperands;
  uses.push({ name, flag, value: isOperand ? on : readSwitch(flag, value, on) });
  if (isOperand) operands.push(value);
}

/** `--name=false` means `--no-name`. */
function readSwitch(flag: string, value: string | undefined, on: boolean): boolean {
  if (value === undefined) return on;
  if (on && (value === "true" || value === "false")) return value === "true";
  throw new UsageError(`Cannot use ${flag} with ${quoteArgument(value)}: expected no value`);
}

/**
 * Reads the values of those options that do not follow another, and the defaults of absent ones.
 *
 * @throws UsageError for a value that is not what its option expects
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

/** @throws UsageError if the value is not what the option expects */
export function readValue<T>(option: ValueOption<T>, { flag, value }: OptionUse): T {
  const parsed = option.parse(String(value));
  if (parsed !== undefined) return parsed;
  throw new UsageError(
    `Cannot use ${flag} ${quoteArgument(String(value))}: expected ${option.expected}`,
  );
}
