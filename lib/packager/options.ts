/** The command line of amspackager. */

import { formatHelp } from "../cli/help.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  parseCommandLine,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { UsageError } from "../cli/usage_error.ts";
import { secondsType } from "../cli/value_types.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { SEGMENT_DURATION } from "../package/schema.ts";
import { addInputOption, INPUT_OPTIONS, isInputOption } from "./input_options.ts";
import {
  PROTECTION_OPTIONS,
  type ProtectionOptions,
  readProtectionOptions,
} from "./protection_options.ts";

export interface PackagerOptions {
  readonly output: string;
  readonly segmentSeconds: number;
  /** Writes digests of all files. */
  readonly exact: boolean;
  /** Absent for a clear package. */
  readonly protection?: ProtectionOptions;
  readonly inputs: readonly InputOptions[];
}

const OPTIONS = {
  output: {
    short: "o",
    placeholder: "FILE",
    help: "Package file to write, such as video.json",
    expected: "a file",
    parse: (file: string) => file,
  },
  input: {
    short: "i",
    placeholder: "FILE",
    help: "MP4, MOV or M4A file, or subtitles (.vtt, .webvtt, .srt, .ttml, .dfxp, .itt, .xml); " +
      "repeat it for each file",
    repeats: true,
    expected: "a file",
    parse: (file: string) => [file],
  },
  duration: {
    short: "d",
    placeholder: "SECONDS",
    default: "10",
    help: `Segment duration, from ${SEGMENT_DURATION.min} to ${SEGMENT_DURATION.max}`,
    ...secondsType(SEGMENT_DURATION),
  },
  exact: {
    default: false,
    help: "Read every file to its end, so that any change of it gives new media URLs",
  },
  ...PROTECTION_OPTIONS,
  help: HELP_OPTION,
  version: VERSION_OPTION,
  ...INPUT_OPTIONS,
} as const satisfies OptionTable;

export const PACKAGER_COMMAND = {
  name: "amspackager",
  summary: "package MP4 and subtitle files for ams",
  usage: [
    "-o FILE [-d SECONDS] [--exact] -i FILE [options] [-i FILE [options]] …",
    "verify [--keys FILE] [--json] FILE",
    "channel -o FILE [options]",
    "capture -i FILE [--from TIME] [--to TIME] -o DIRECTORY",
  ],
  example: "-o video.json -d 8 -i video.mp4 -i audio.mp4 -l eng -i sub.fr.vtt -l fra",
  options: OPTIONS,
  noOperands:
    "expected verify, channel or capture as the first argument, or -i before an input file",
  refuseRepeats: true,
} as const satisfies Command;

export const PACKAGER_HELP = formatHelp(PACKAGER_COMMAND);

/**
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parsePackagerOptions(
  args: readonly string[],
): PackagerOptions | "help" | "version" {
  const line = parseCommandLine(PACKAGER_COMMAND, args);
  if (typeof line === "string") return line;
  const inputs: InputOptions[] = [];
  for (const use of line.uses) {
    if (use.name === "input") inputs.push({ file: String(use.value) });
    else if (isInputOption(use.name)) inputs.push(addInputOption(inputs.pop(), use.name, use));
  }
  const values = readOptions(OPTIONS, line.uses);
  const { output, duration, exact } = values;
  if (output === undefined) throw new UsageError("Cannot package without -o, the file to write");
  if (inputs.length === 0) throw new UsageError("Cannot package without -i, a file to read");
  const protection = readProtectionOptions(values);
  return { output, segmentSeconds: duration, exact, ...protection && { protection }, inputs };
}
