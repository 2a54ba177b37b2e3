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
import { parseAllowedOrigin } from "../origins/remote_path.ts";
import type { ReadVariable } from "../storage/remote/mount_source.ts";
import type { RemoteOrigin } from "../storage/remote/origin.ts";
import { TEXT } from "../cli/value_types.ts";

export interface VerifyOptions {
  /** At least one. */
  readonly files: readonly string[];
  readonly json: boolean;
  /** Verifies media files with those that belong to them by name. */
  readonly sidecars: boolean;
  /** Path of the key file. */
  readonly keys?: string;
  /** URLs below which packages may name files. */
  readonly allowed?: readonly RemoteOrigin[];
}

const OPTIONS = {
  keys: {
    placeholder: "FILE",
    ...TEXT,
    help: "Key file of ams, for a protected package",
  },
  "allow-source": {
    placeholder: "URL",
    help:
      "Read files that packages name by URLs below this one (http(s):// or s3://), as ams does; " +
      "may be repeated",
    repeats: true,
    expected: "a URL such as https://origin.example/films/ or s3://media/films",
    parse: (url: string) => [url],
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
  usage: ["[--keys FILE] [--allow-source URL] [--no-sidecars] [--json] FILE…"],
  example: "video.json",
  description: [
    "Builds every init segment, media segment and manifest of every protocol for FILE, a package, a " +
    "channel or an MP4 or MOV file with those that belong to it by name, or for the packages and channels below a directory, parses them and compares them with the media files sample by sample. Media " +
    "of a protected package is decrypted with the keys of --keys.",
    "FILE may be at http(s):// or s3://, with the options of mounts in its query, and the files of a " +
    "package with it: size, digest and ETag are compared with what the package has of them.",
    "Of a live channel, everything that is recorded is verified, while it may go on.",
    "Exit status: 0 if everything matches, 1 if something differs or cannot be read, 2 if the " +
    "command line is invalid.",
  ],
  options: OPTIONS,
} as const satisfies Command;

export const VERIFY_HELP = formatHelp(VERIFY_COMMAND);

/**
 * @param readVariable reads the environment; default: that of the process
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parseVerifyOptions(
  args: readonly string[],
  readVariable?: ReadVariable,
): VerifyOptions | "help" | "version" {
  const line = parseCommandLine(VERIFY_COMMAND, args);
  if (typeof line === "string") return line;
  const files = line.operands;
  if (files.length === 0 || files.includes("")) {
    throw new UsageError("Cannot verify without FILE, a package or a media file");
  }
  const { json, sidecars, keys, "allow-source": urls } = readOptions(OPTIONS, line.uses);
  const allowed = urls.map((url) => parseAllowedOrigin(url, readVariable));
  return {
    ...{ files, json, sidecars },
    ...omitUndefined({ keys }),
    ...allowed.length > 0 && { allowed },
  };
}
