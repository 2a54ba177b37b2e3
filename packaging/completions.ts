/** Completions of bash, zsh and fish from option tables. */

import type { Command, CommandOption } from "../lib/cli/option_table.ts";

export const SHELLS = ["bash", "zsh", "fish"] as const;

export type Shell = typeof SHELLS[number];

type PathType = "FILE" | "DIRECTORY";

interface Flag {
  /** `-d`, `--docroot`. */
  readonly names: readonly string[];
  readonly help: string;
  /** Absent: takes no value. */
  readonly value?: { readonly placeholder: string; readonly choices?: readonly string[] };
  readonly repeats: boolean;
}

/**
 * Returns the script of one program.
 *
 * @param commands the program itself, then its subcommands
 */
export function formatCompletions(shell: Shell, commands: readonly Command[]): string {
  const format = { bash: formatBash, zsh: formatZsh, fish: formatFish }[shell];
  return `${format(commands[0]!, commands.slice(1)).join("\n")}\n`;
}

function readFlags({ options }: Command): Flag[] {
  return Object.entries(options).map(([name, option]) => ({
    names: [
      ...(option.short ? [`-${option.short}`] : []),
      `--${option.default === true ? "no-" : ""}${name}`,
    ],
    help: option.help,
    ...(option.placeholder !== undefined && { value: readValue(option) }),
    repeats: option.placeholder !== undefined && (option.repeats ?? option.follows !== undefined),
  }));
}

function readValue(option: CommandOption & { placeholder: string }): NonNullable<Flag["value"]> {
  const choices = "choices" in option ? option.choices as readonly string[] : undefined;
  return { placeholder: option.placeholder, ...(choices && { choices }) };
}

const subcommandOf = ({ name }: Command) => name.split(" ").slice(1).join(" ");

/** What an operand names; undefined if the command takes none. */
function findOperandType({ noOperands, operandType }: Command): PathType | undefined {
  return noOperands === undefined ? operandType ?? "FILE" : undefined;
}

function formatBash(program: Command, subcommands: readonly Command[]): string[] {
  const { name } = program;
  return [
    `_${name}() {`,
    '  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}"',
    '  case "${COMP_WORDS[1]}" in',
    ...subcommands.flatMap((command) => formatBashCase(subcommandOf(command), command, [])),
    ...formatBashCase("*", program, subcommands.map(subcommandOf)),
    "  esac",
    "}",
    `complete -F _${name} ${name}`,
  ];
}

function formatBashCase(pattern: string, command: Command, words: readonly string[]): string[] {
  const flags = readFlags(command);
  const complete = (list: readonly string[]) =>
    `mapfile -t COMPREPLY < <(compgen -W '${list.join(" ")}' -- "$current")`;
  const completePaths = (type: PathType, other: readonly string[] = []) =>
    `compopt -o filenames; mapfile -t COMPREPLY < <(${formatBashWords(other)}compgen ${
      BASH_PATHS[type]
    } -- "$current")`;
  const operandType = findOperandType(command);
  const act = ({ value }: Flag) =>
    value!.choices
      ? complete(value!.choices)
      : isPathType(value!.placeholder)
      ? completePaths(value!.placeholder)
      : "return";
  return [
    `  ${pattern})`,
    '    case "$previous" in',
    ...flags.filter(({ value }) => value).map((flag) =>
      `    ${flag.names.join("|")}) ${act(flag)} ;;`
    ),
    "    *)",
    `      if [[ "$current" == -* ]]; then ${complete(flags.flatMap(({ names }) => names))}`,
    ...(words.length
      ? [
        `      elif ((COMP_CWORD == 1)); then ${
          operandType ? completePaths(operandType, words) : complete(words)
        }`,
      ]
      : []),
    ...(operandType ? [`      else ${completePaths(operandType)}`] : []),
    "      fi ;;",
    "    esac ;;",
  ];
}

const BASH_PATHS = { FILE: "-f", DIRECTORY: "-d" } as const;

const isPathType = (placeholder: string): placeholder is PathType => placeholder in BASH_PATHS;

function formatBashWords(words: readonly string[]): string {
  return words.length ? `compgen -W '${words.join(" ")}' -- "$current"; ` : "";
}

function formatZsh(program: Command, subcommands: readonly Command[]): string[] {
  const words = subcommands.map(subcommandOf);
  return [
    `#compdef ${program.name}`,
    ...subcommands.flatMap((command) => [
      `if [[ $words[2] == ${subcommandOf(command)} ]]; then`,
      "  shift words",
      "  (( CURRENT-- ))",
      ...formatZshArguments(command, formatZshOperands(command)),
      "  return",
      "fi",
    ]),
    ...formatZshArguments(program, formatZshOperands(program, words)),
  ];
}

/** @param words that may be the first one instead */
function formatZshOperands(command: Command, words: readonly string[] = []): string[] {
  const type = findOperandType(command);
  const rest = type ? [`'*:${type.toLowerCase()}:${ZSH_PATHS[type]}'`] : [];
  if (!words.length) return rest;
  const list = `(${words.join(" ")})`;
  if (!type) return [`'1:command:${list}'`];
  const paths = `"paths:${type.toLowerCase()}:${ZSH_PATHS[type]}"`;
  return [`'1:argument:{_alternative "commands:command:${list}" ${paths}}'`, ...rest];
}

const ZSH_PATHS = { FILE: "_files", DIRECTORY: "_files -/" } as const;

function formatZshArguments(command: Command, operands: readonly string[]): string[] {
  const specs = readFlags(command).flatMap((flag) => {
    const star = flag.repeats ? "*" : "";
    return flag.names.map((name) => `'${star}${name}[${zshText(flag.help)}]${zshAction(flag)}'`);
  });
  return ["  _arguments -s \\", [...specs, ...operands].map((it) => `    ${it}`).join(" \\\n")];
}

const zshText = (text: string) => text.replace(/[\[\]:\\]/g, "\\$&").replaceAll("'", "'\\''");

function zshAction({ value }: Flag): string {
  if (!value) return "";
  const { placeholder, choices } = value;
  if (choices) return `:${placeholder}:(${choices.join(" ")})`;
  return `:${placeholder}:${isPathType(placeholder) ? ZSH_PATHS[placeholder] : " "}`;
}

function formatFish(program: Command, subcommands: readonly Command[]): string[] {
  const words = subcommands.map(subcommandOf);
  const { name } = program;
  const isOwn = words.length ? ` -n 'not __fish_seen_subcommand_from ${words.join(" ")}'` : "";
  return [
    `complete -c ${name} -f`,
    ...subcommands.map((command) =>
      `complete -c ${name} -n __fish_use_subcommand -a ${subcommandOf(command)} -d ${
        fishText(command.summary)
      }`
    ),
    ...formatFishOperands(name, program, isOwn),
    ...formatFishFlags(name, program, isOwn),
    ...subcommands.flatMap((command) => {
      const condition = ` -n '__fish_seen_subcommand_from ${subcommandOf(command)}'`;
      return [
        ...formatFishOperands(name, command, condition),
        ...formatFishFlags(name, command, condition),
      ];
    }),
  ];
}

function formatFishOperands(name: string, command: Command, condition: string): string[] {
  const type = findOperandType(command);
  return type ? [`complete -c ${name}${condition} ${FISH_PATHS[type]}`] : [];
}

const FISH_PATHS = { FILE: "-F", DIRECTORY: "-a '(__fish_complete_directories)'" } as const;

function formatFishFlags(name: string, command: Command, condition: string): string[] {
  return readFlags(command).map(({ names, help, value }) => {
    const flags = names.map((it) =>
      it.startsWith("--") ? `-l ${it.slice(2)}` : `-s ${it.slice(1)}`
    );
    return `complete -c ${name}${condition} ${flags.join(" ")}${fishValue(value)} -d ${
      fishText(help)
    }`;
  });
}

function fishValue(value: Flag["value"]): string {
  if (!value) return "";
  if (value.choices) return ` -x -a '${value.choices.join(" ")}'`;
  return isPathType(value.placeholder) ? " -r -F" : " -x";
}

const fishText = (text: string) => `'${text.replace(/[\\']/g, "\\$&")}'`;
