/** The command line of `amspackager verify`. */

import { parseArgs } from "@std/cli/parse-args";
import { UsageError } from "../cli/usage_error.ts";

export interface VerifyOptions {
  /** A package, or a bare MP4, as it was typed. */
  readonly file: string;
  readonly json: boolean;
}

export const VERIFY_HELP = `amspackager verify: hold all that ams would send against the files

  amspackager verify video.json

Builds every init, segment and manifest of every protocol, reads them back, and compares
them with the media files, sample by sample. FILE is a package, or an MP4 or MOV that none
names.

      --json  print what was found as JSON
  -h, --help  say this

Exit code 0: everything is as in the files. 1: something differs, or can't be read.`;

/**
 * @param args behind the word `verify`
 * @throws UsageError
 */
export function parseVerifyOptions(args: readonly string[]): VerifyOptions | "help" {
  const unknown: string[] = [];
  const parsed = parseArgs(args, {
    boolean: ["help", "json"],
    string: ["_"],
    alias: { help: "h" },
    unknown: (typed, key) => {
      if (key !== undefined) unknown.push(typed);
      return key === undefined;
    },
  });
  if (parsed["help"]) return "help";
  if (unknown.length > 0) {
    throw new UsageError(`Cannot understand ${JSON.stringify(unknown[0])}: see verify --help`);
  }
  const [file, more] = parsed._.map(String);
  if (file === undefined || file === "") {
    throw new UsageError("Cannot verify without a file: a package, or an MP4");
  }
  if (more !== undefined) {
    throw new UsageError(`Cannot verify ${JSON.stringify(more)} too: one file at a time`);
  }
  return { file, json: parsed["json"] === true };
}
