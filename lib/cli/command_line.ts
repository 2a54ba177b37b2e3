/** Splits command lines into options and operands. */

import { parseArgs } from "@std/cli/parse-args";
import { findNearestWord } from "./nearest_word.ts";
import type {
  Command,
  CommandOption,
  OptionTable,
  OptionUse,
  ValueOption,
} from "./option_table.ts";
import { quoteArgument, UsageError } from "./usage_error.ts";

export interface CommandLine {
  readonly uses: readonly OptionUse[];
  readonly operands: readonly string[];
}

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
