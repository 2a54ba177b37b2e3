/** The command line of amspackager. */

import { parseArgs } from "@std/cli/parse-args";
import { SEGMENT_DURATION } from "../package/schema.ts";
import { applyFlag, type InputOption, isTrackFlag, type TrackFlag } from "./input_options.ts";
import { quote, UsageError } from "../cli/usage_error.ts";

/** What was asked for on the command line. Paths as they were typed. */
export interface PackagerOptions {
  readonly output: string;
  /** In seconds. */
  readonly segmentDuration: number;
  readonly inputs: readonly InputOption[];
}

export const PACKAGER_HELP = `amspackager: package MP4 and subtitle files for ams

  amspackager -o video.json -d 8 -i video.mp4 -i audio.mp4 -l eng -i sub.fr.vtt -l fra
  amspackager verify video.json   (see amspackager verify --help)

  -o, --output FILE       the package file to write, as video.json
  -i, --input FILE        an MP4, MOV or M4A file, or subtitles (.vtt, .srt,
                          .ttml); once for each
  -l, --language CODE     ISO 639-2 code of the input before it, as fra
                          (default: the file's own, else eng)
      --label TEXT        what players call the input before it
      --role ROLE         what the input before it is for: main, alternate,
                          commentary, dub, description, caption, subtitle,
                          forced, easyreader and others of the README
      --default           the input before it plays unless the viewer chooses
      --captions LIST     closed captions inside of the pictures of the input
                          before it: CC1=eng,CC3=spa,SERVICE1=eng
  -d, --duration SECONDS  segment duration, from 0.5 to 3600 (default: 10)
  -h, --help              say this
      --version           say the version`;

const DEFAULT_DURATION = 10;

type Flag = "output" | "input" | "duration" | TrackFlag;

/** A flag as it was typed, with its value. */
interface Use {
  readonly flag: Flag;
  readonly typed: string;
  readonly value: string;
}

const FLAGS: Record<string, Flag> = {
  o: "output",
  output: "output",
  i: "input",
  input: "input",
  l: "language",
  language: "language",
  label: "label",
  role: "role",
  default: "default",
  captions: "captions",
  d: "duration",
  duration: "duration",
};

/**
 * @returns what to package, or which of the two texts to print
 * @throws UsageError
 */
export function parsePackagerOptions(
  args: readonly string[],
): PackagerOptions | "help" | "version" {
  const uses: Use[] = [];
  const faults: string[] = [];
  const switches = parseArgs(args, {
    boolean: ["help", "version"],
    alias: { help: "h" },
    unknown: (typed, key, value) => { // the one hook that is told every flag in its order
      const use = readUse(typed, key, value);
      if (typeof use === "string") faults.push(use);
      else uses.push(use);
      return false;
    },
  });
  if (switches["help"]) return "help";
  if (switches["version"]) return "version";
  const fault = faults[0] ?? strayArgument(switches._);
  if (fault) throw new UsageError(fault);
  return collect(uses);
}

function readUse(typed: string, key: string | undefined, value: unknown): Use | string {
  if (key === undefined) return `Cannot use ${quote(typed)}: files are named with -i`;
  const flag = Object.hasOwn(FLAGS, key) ? FLAGS[key] : undefined;
  if (!flag) return `Cannot understand ${quote(typed)}: see --help`;
  if (flag === "default") {
    if (value === true) return { flag, typed, value: "" };
    return `Cannot use ${typed.split("=")[0]} with ${quote(String(value))}: it has no value`;
  }
  if (typeof value !== "string" || value === "") return `Cannot use ${typed} without a value`;
  return { flag, typed, value };
}

/** What stands after `--`. */
function strayArgument([stray]: readonly (string | number)[]): string | undefined {
  return stray === undefined ? undefined : `Cannot use ${quote(stray)}: files are named with -i`;
}

function collect(uses: readonly Use[]): PackagerOptions {
  const once: { output?: string; duration?: string } = {};
  const inputs: InputOption[] = [];
  for (const { flag, typed, value } of uses) {
    if (flag === "input") inputs.push({ file: value });
    else if (isTrackFlag(flag)) inputs.push(applyFlag(inputs.pop(), { flag, typed, value }));
    else if (once[flag] !== undefined) throw new UsageError(`Cannot use ${typed} twice`);
    else once[flag] = value;
  }
  if (once.output === undefined) {
    throw new UsageError("Cannot package without -o, the file to write");
  }
  if (!inputs.length) throw new UsageError("Cannot package without -i, a file to read");
  return { output: once.output, segmentDuration: parseDuration(once.duration), inputs };
}

function parseDuration(value: string | undefined): number {
  if (value === undefined) return DEFAULT_DURATION;
  const { least, most } = SEGMENT_DURATION;
  const seconds = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (seconds >= least && seconds <= most) return seconds;
  throw new UsageError(
    `Cannot use duration ${quote(value)}: seconds from ${least} to ${most} are wanted`,
  );
}
