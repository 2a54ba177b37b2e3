/** A command whose options are of all kinds. */

import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  VERSION_OPTION,
} from "../../lib/cli/option_table.ts";
import { integerType, TEXT } from "../../lib/cli/value_types.ts";

export const OPTIONS = {
  root: { short: "r", placeholder: "DIRECTORY", default: ".", help: "Root", ...TEXT },
  port: { short: "p", placeholder: "NUMBER", help: "Port", ...integerType({ min: 1, max: 9 }) },
  names: {
    placeholder: "LIST",
    help: "Names",
    repeats: true,
    allowEmpty: true,
    expected: "names",
    parse: (list: string) => list.split(","),
  },
  label: { placeholder: "TEXT", help: "Label", follows: "names", ...TEXT },
  quiet: { short: "q", default: false, help: "Quiet" },
  pages: { default: true, help: "No pages" },
  help: HELP_OPTION,
  version: VERSION_OPTION,
} as const satisfies OptionTable;

export const COMMAND = {
  name: "serve",
  summary: "serve",
  usage: ["FILE"],
  example: "a",
  options: OPTIONS,
} satisfies Command;
