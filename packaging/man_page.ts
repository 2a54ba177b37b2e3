/** Manual pages from option tables, in the macros of man(7). */

import { toVariableName } from "../lib/cli/environment.ts";
import { type Command, type CommandOption, isSetIn } from "../lib/cli/option_table.ts";
import { toPageName } from "./commands.ts";

export interface ManPageInfo {
  readonly version: string;
  /** `2026-11-29`. */
  readonly date: string;
  /** Pages that SEE ALSO names. */
  readonly others: readonly string[];
}

/** Paragraphs of the page of a program that its table does not contain. */
const DESCRIPTIONS: Readonly<Record<string, readonly string[]>> = {
  ams: [
    "Serves packages, which amspackager writes, and plain MP4 and MOV files below the document root as MPEG-DASH, HLS and Smooth Streaming.",
    "SIGTERM and SIGINT stop it after the responses in progress.",
  ],
  amspackager: [
    "Inspects media and subtitle files once, and writes a package, a small file that ams serves. Media is not copied.",
  ],
};

/** Returns the source of the page in section 1. */
export function formatManPage(command: Command, { version, date, others }: ManPageInfo): string {
  const options = Object.entries(command.options);
  const following = options.filter(([, { follows }]) => follows);
  const leader = following[0]?.[1].follows;
  const name = toPageName(command);
  const description = command.description ?? DESCRIPTIONS[command.name] ?? [];
  return [
    `.TH ${name.toUpperCase()} 1 "${date}" "AMS ${version}" "AMS manual"`,
    ".SH NAME",
    `${escape(name)} \\- ${escape(command.summary)}`,
    ".SH SYNOPSIS",
    ...command.usage.flatMap((line, i) => [...(i ? [".br"] : []), ...formatUsage(command, line)]),
    ...(description.length ? [".SH DESCRIPTION"] : []),
    ...description.flatMap((paragraph, i) => [...(i ? [".PP"] : []), escape(paragraph)]),
    ".SH OPTIONS",
    ...options.filter(([, { follows }]) => !follows).flatMap(formatOption),
    ...(leader ? [`.SS Options for the preceding \\-\\-${escape(leader)}`] : []),
    ...following.flatMap(formatOption),
    ...formatEnvironment(command),
    ".SH EXAMPLES",
    ".EX",
    escape(`${command.name} ${command.example}`),
    ".EE",
    ".SH SEE ALSO",
    others.filter((other) => other !== name).map((other) => `\\fB${escape(other)}\\fR(1)`)
      .join(",\n"),
  ].join("\n") + "\n";
}

function formatUsage({ name }: Command, line: string): string[] {
  return [`.B ${escape(name)}`, escape(line)];
}

/** Variables of commands that also read their options from the environment: those with `--config`. */
function formatEnvironment({ name, options }: Command): string[] {
  if (!("config" in options)) return [];
  const [program] = name.split(" ", 1);
  const variables = Object.entries(options).filter(([, option]) => isSetIn("environment", option))
    .map(([option]) => `\\fB${escape(toVariableName(program!, option))}\\fR`);
  return [
    ".SH ENVIRONMENT",
    "Options of the same names, unless a flag sets them:",
    `${variables.join(",\n")}.`,
  ];
}

function formatOption([name, option]: [string, CommandOption]): string[] {
  const flag = `--${option.default === true ? "no-" : ""}${name}`;
  const flags = [...(option.short ? [`-${option.short}`] : []), flag]
    .map((it) => `\\fB${escape(it)}\\fR`).join(", ");
  const value = option.placeholder === undefined ? "" : ` \\fI${escape(option.placeholder)}\\fR`;
  return [".TP", `${flags}${value}`, escape(describe(option))];
}

function describe(option: CommandOption): string {
  const value = option.placeholder === undefined ? undefined : option.defaultHelp ?? option.default;
  return `${option.help}${value === undefined ? "" : ` (default: ${value})`}.`;
}

/** Hyphens that can be copied, no escape sequences, and no line that begins with a control character. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("…", "\\&...")
    .replace(/^(?=[.'])/gm, "\\&");
}
