/** The command line of `amspackager verify`. */

import { parseCommandLine } from "../cli/command_line.ts";
import { formatHelp } from "../cli/help.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { UsageError } from "../cli/usage_error.ts";
import { omitUndefined } from "../omit_undefined.ts";
import { TEXT } from "../cli/value_types.ts";

export interface VerifyOptions {
  /** At least one. */
  readonly files: readonly string[];
  readonly json: boolean;
  /** Verifies media files with those that belong to them by name. */
  readonly sidecars: boolean;
  /** Path of the key file. */
  readonly keys?: string;
}

const OPTIONS = {
  keys: {
    placeholder: "FILE",
    ...TEXT,
    help: "Key file of ams, for a protected package",
  },
  sidecars: {
    default: true,
    help: "Verify media files without the files that belong to them by name",
  },
  json: { default: false, help: "Print the result as JSON" },
  help: HELP_OPTION,
  version: VERSION_OPTION,
} as const satisfies OptionTable;

export const VERIFY_COMMAND = {
  name: "amspackager verify",
  summary: "compare everything that ams serves with the media files",
  usage: ["[--keys FILE] [--no-sidecars] [--json] FILE…"],
  example: "video.json",
  description: [
    "Builds every init segment, media segment and manifest of every protocol for FILE, a package, a " +
    "channel or an MP4 or MOV file with those that belong to it by name, or for the packages and channels below a directory, parses them and compares them with the media files sample by sample. Media " +
    "of a protected package is decrypted with the keys of --keys.",
    "Of a live channel, everything that is recorded is verified, while it may go on.",
    "Exit status: 0 if everything matches, 1 if something differs or cannot be read, 2 if the " +
    "command line is invalid.",
  ],
  options: OPTIONS,
} as const satisfies Command;

export const VERIFY_HELP = formatHelp(VERIFY_COMMAND);

/**
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parseVerifyOptions(args: readonly string[]): VerifyOptions | "help" | "version" {
  const line = parseCommandLine(VERIFY_COMMAND, args);
  if (typeof line === "string") return line;
  const files = line.operands;
  if (files.length === 0 || files.includes("")) {
    throw new UsageError("Cannot verify without FILE, a package or a media file");
  }
  const { json, sidecars, keys } = readOptions(OPTIONS, line.uses);
  return { files, json, sidecars, ...omitUndefined({ keys }) };
}
