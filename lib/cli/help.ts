import { findMax } from "../extremes.ts";
import type { Command, CommandOption } from "./option_table.ts";

const WIDTH = 80;

type Row = [flags: string, help: string];

/** Returns the text of `--help`, without a newline at the end. */
export function formatHelp({ name, summary, usage, example, ...command }: Command): string {
  const options = Object.entries(command.options);
  const independent = options.filter(([, { follows }]) => !follows);
  const following = options.filter(([, { follows }]) => follows);
  const column = findMax(options.map(([name, option]) => describeFlags(name, option).length)) + 2;
  const sections = [
    [`${name}: ${summary}`],
    ["Usage:", ...usage.map((line) => `  ${name} ${line}`)],
    ["Example:", `  ${name} ${example}`],
    ...(command.description ?? []).map((paragraph) => wrap(paragraph, WIDTH)),
    ["Options:", ...formatRows(independent.map(toRow), column)],
  ];
  const leader = following[0]?.[1].follows;
  if (leader) {
    const rows = formatRows(following.map(toRow), column);
    sections.push([`Options for the preceding --${leader}:`, ...rows]);
  }
  return sections.map((lines) => lines.join("\n")).join("\n\n");
}

function toRow([name, option]: [string, CommandOption]): Row {
  return [describeFlags(name, option), describeOption(option)];
}

/** `  -d, --docroot DIRECTORY`. */
function describeFlags(name: string, { short, default: isOn, placeholder }: CommandOption): string {
  const flag = isOn === true ? `--no-${name}` : `--${name}`;
  return `  ${short ? `-${short},` : "   "} ${flag}${placeholder ? ` ${placeholder}` : ""}`;
}

function describeOption(option: CommandOption): string {
  if (option.placeholder === undefined) return option.help;
  const value = option.defaultHelp ?? option.default;
  return value === undefined ? option.help : `${option.help} (default: ${value})`;
}

function formatRows(rows: readonly Row[], column: number): string[] {
  return rows.flatMap(([flags, help]) =>
    wrap(help, WIDTH - column).map((line, i) => (i === 0 ? flags : "").padEnd(column) + line)
  );
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= width) {
      lines[lines.length - 1] = `${line} ${word}`;
    } else lines.push(word);
  }
  return lines;
}
