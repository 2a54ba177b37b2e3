/** The command line of amspackager. */

import { parseCommandLine } from "../cli/command_line.ts";
import { formatHelp } from "../cli/help.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  type OptionUse,
  type OptionValues,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { secondsType } from "../cli/value_types.ts";
import type { InputOptions } from "../input/apply_options.ts";
import { SEGMENT_DURATION } from "../package/schema.ts";
import { addInputOption, INPUT_OPTIONS, isInputOption } from "./input_options.ts";
import { METADATA_OPTIONS, type MetadataOptions, readMetadataOptions } from "./metadata_options.ts";
import {
  PROTECTION_OPTIONS,
  type ProtectionOptions,
  readProtectionOptions,
} from "./protection_options.ts";
import { LOCAL_DIRECTORY } from "./local_path.ts";

/** Name of an output that is standard output. */
export const STANDARD_OUTPUT = "-";

interface PackagerSettings {
  readonly segmentSeconds: number;
  /** Writes digests of all files. */
  readonly exact: boolean;
  /** Prints the result as JSON instead of text. */
  readonly json: boolean;
  /** Prints warnings and errors only. */
  readonly quiet: boolean;
  /** Writes no file. */
  readonly dryRun: boolean;
}

/** One package of some files. */
export interface PackagerOptions extends PackagerSettings {
  readonly output: string;
  /** Adds the files that belong to an input by their names. */
  readonly sidecars: boolean;
  /** Absent for a clear package. */
  readonly protection?: ProtectionOptions;
  readonly metadata?: MetadataOptions;
  readonly inputs: readonly InputOptions[];
}

/** A package of each film below a directory. */
export interface EachOptions extends PackagerSettings {
  readonly each: string;
  /** Replaces packages that still describe their files. */
  readonly force: boolean;
}

const OPTIONS = {
  output: {
    short: "o",
    placeholder: "FILE",
    help:
      "Package file to write, such as video.json or s3://BUCKET/video.json, or - for standard output",
    expected: "a file",
    parse: (file: string) => file,
  },
  input: {
    short: "i",
    placeholder: "FILE",
    help: "MP4, MOV or M4A file, or subtitles (.vtt, .webvtt, .srt, .ttml, .dfxp, .itt, .xml); " +
      "also at http(s):// and s3://; repeat it for each file, or name files without -i",
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
  sidecars: {
    default: false,
    help: "Add the files next to an input that belong to it by their names: film.fr.vtt, " +
      "film-720p.mp4",
  },
  each: {
    placeholder: "DIRECTORY",
    help: "Package each film below a directory, with its sidecars, into a file next to it: " +
      "film.json for film.mp4; a package that is up to date stays",
    ...LOCAL_DIRECTORY,
  },
  force: {
    default: false,
    help: "With --each: package again what is up to date, too, and drop edits",
  },
  "dry-run": { default: false, help: "Read everything, but write nothing" },
  json: { default: false, help: "Print the result as JSON" },
  quiet: { short: "q", default: false, help: "Print warnings and errors only" },
  ...METADATA_OPTIONS,
  ...PROTECTION_OPTIONS,
  help: HELP_OPTION,
  version: VERSION_OPTION,
  ...INPUT_OPTIONS,
} as const satisfies OptionTable;

export const PACKAGER_COMMAND = {
  name: "amspackager",
  summary: "package MP4 and subtitle files for ams",
  usage: [
    "-o FILE [-d SECONDS] [--exact] FILE [options] [FILE [options]] …",
    "--each DIRECTORY [-d SECONDS] [--exact] [--force]",
    "verify [--keys FILE] [--allow-source URL] [--no-sidecars] [--json] FILE…",
    "seal --from SOURCE [--dry-run] FILE",
    "seal [--from SOURCE] [--dry-run] s3://BUCKET/FILE",
    "channel -o FILE [options]",
    "capture -i FILE [--from TIME] [--to TIME] -o DIRECTORY",
  ],
  example: "-o video.json -d 8 -i video.mp4 -i audio.mp4 -l eng -i sub.fr.vtt -l fra",
  options: OPTIONS,
  operandsOf: "input",
} as const satisfies Command;

export const PACKAGER_HELP = formatHelp(PACKAGER_COMMAND);

/**
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parsePackagerOptions(
  args: readonly string[],
): PackagerOptions | EachOptions | "help" | "version" {
  const line = parseCommandLine(PACKAGER_COMMAND, args);
  if (typeof line === "string") return line;
  const inputs = readInputs(line.uses);
  const values = readOptions(OPTIONS, line.uses);
  const { each, force, output, sidecars } = values;
  const protection = readProtectionOptions(values);
  const metadata = readMetadataOptions(values);
  if (each !== undefined) {
    refuseWithEach({ output, inputs, protection, metadata });
    return { each, force, ...readSettings(values) };
  }
  if (force) throw new UsageError("Cannot use --force without --each");
  if (output === undefined) throw createMissingOutputError(args[0]);
  if (inputs.length === 0) throw new UsageError("Cannot package without a file to read");
  if (output === STANDARD_OUTPUT && values.json) {
    throw new UsageError("Cannot use --json with -o -: both write to standard output");
  }
  return {
    output,
    sidecars,
    ...readSettings(values),
    ...metadata && { metadata },
    ...protection && { protection },
    inputs,
  };
}

function readInputs(uses: readonly OptionUse[]): InputOptions[] {
  const inputs: InputOptions[] = [];
  for (const use of uses) {
    if (use.name === "input") inputs.push({ file: readInput(use.value) });
    else if (isInputOption(use.name)) inputs.push(addInputOption(inputs.pop(), use.name, use));
  }
  return inputs;
}

/** The shell makes "" of a variable that is not set. */
function readInput(value: OptionUse["value"]): string {
  if (value !== "") return String(value);
  throw new UsageError('Cannot package "": expected a file');
}

function readSettings(
  { duration, exact, json, quiet, "dry-run": dryRun }: OptionValues<typeof OPTIONS>,
): PackagerSettings {
  return { segmentSeconds: duration, exact, json, quiet, dryRun };
}

interface Refused extends Pick<PackagerOptions, "inputs"> {
  readonly output: string | undefined;
  readonly protection: ProtectionOptions | undefined;
  readonly metadata: MetadataOptions | undefined;
}

/** Films have neither a title in common, nor a content ID, from which their keys are derived. */
function refuseWithEach(
  { output, inputs: [first], protection, metadata = {} }: Refused,
): void {
  if (output !== undefined) throw new UsageError("Cannot use -o with --each, which names packages");
  if (first) {
    const file = quoteArgument(first.file);
    throw new UsageError(`Cannot use ${file} with --each, which finds files`);
  }
  const name = protection ? "protect" : Object.keys(metadata)[0];
  if (name) throw new UsageError(`Cannot use --${name} with --each: expected a single asset`);
}

/** A word that is no file name may be a mistyped command. */
function createMissingOutputError(first: string | undefined): UsageError {
  if (first === undefined || !/^[a-z]+$/.test(first)) {
    return new UsageError("Cannot package without -o, the file to write, such as -o video.json");
  }
  const expected = "expected verify, seal, channel or capture, or -o FILE";
  return new UsageError(`Cannot use ${quoteArgument(first)}: ${expected}`);
}
