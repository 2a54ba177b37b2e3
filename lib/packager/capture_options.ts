/** The command line of amspackager capture. */

import { parseCommandLine } from "../cli/command_line.ts";
import { formatHelp } from "../cli/help.ts";
import {
  type Command,
  HELP_OPTION,
  type OptionTable,
  readOptions,
  VERSION_OPTION,
} from "../cli/option_table.ts";
import { quoteArgument, UsageError } from "../cli/usage_error.ts";
import { secondsType } from "../cli/value_types.ts";
import { MAX_CHANNEL_SECONDS } from "../package/channel_file.ts";
import { SEGMENT_DURATION } from "../package/schema.ts";
import { isPackage } from "../url/path.ts";
import { LOCAL_DIRECTORY, LOCAL_FILE } from "./local_path.ts";

export interface CaptureOptions {
  /** The channel file. */
  readonly input: string;
  /** The directory to write. */
  readonly output: string;
  readonly from?: CaptureTime;
  readonly to?: CaptureTime;
  /** Absent: that of the channel. */
  readonly segmentSeconds?: number;
}

export type CaptureTime =
  /** In µs since 1970. */
  | { readonly utc: number }
  /** Since the start of the broadcast. */
  | { readonly seconds: number };

const TIME = {
  placeholder: "TIME",
  expected: "UTC such as 2026-11-29T20:00:00Z, or seconds of the broadcast",
  parse: parseCaptureTime,
};

const OPTIONS = {
  input: {
    short: "i",
    placeholder: "FILE",
    help: "Channel file, such as live/news.json",
    ...LOCAL_FILE,
  },
  output: {
    short: "o",
    placeholder: "DIRECTORY",
    help: "Directory to write, such as show",
    ...LOCAL_DIRECTORY,
  },
  from: {
    ...TIME,
    defaultHelp: "the start of the last broadcast",
    help: "UTC, such as 2026-11-29T20:00:00Z, of any broadcast; or seconds of the last one",
  },
  to: {
    ...TIME,
    defaultHelp: "the end of the broadcast",
    help: "UTC, or seconds of the broadcast",
  },
  duration: {
    short: "d",
    placeholder: "SECONDS",
    defaultHelp: "that of the channel",
    help: `Segment duration, from ${SEGMENT_DURATION.min} to ${SEGMENT_DURATION.max}`,
    ...secondsType(SEGMENT_DURATION),
  },
  help: HELP_OPTION,
  version: VERSION_OPTION,
} as const satisfies OptionTable;

export const CAPTURE_COMMAND = {
  name: "amspackager capture",
  summary: "copy a recorded broadcast of a live channel",
  usage: ["-i FILE [--from TIME] [--to TIME] -o DIRECTORY"],
  example: "-i live/news.json --from 600 --to 1200 -o show",
  description: [
    "Copies the samples of whole segments from the archive of a channel into one MP4 file for each " +
    "rendition, and writes a package, video.json. If there are several periods, each one has a " +
    "directory: show/1, show/2, and so forth. The channel may be live.",
    "The directory may exist only if an earlier capture wrote it, which is replaced when the new " +
    "one is complete.",
  ],
  options: OPTIONS,
  noOperands: "expected -i before the channel file, and -o before the directory",
} as const satisfies Command;

export const CAPTURE_HELP = formatHelp(CAPTURE_COMMAND);

/**
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parseCaptureOptions(args: readonly string[]): CaptureOptions | "help" | "version" {
  const line = parseCommandLine(CAPTURE_COMMAND, args);
  if (typeof line === "string") return line;
  const { input, output, from, to, duration } = readOptions(OPTIONS, line.uses);
  if (input === undefined) throw new UsageError("Cannot capture without -i, the channel file");
  if (output === undefined) throw new UsageError("Cannot capture without -o, a directory");
  if (!isPackage(input)) {
    const quoted = quoteArgument(input);
    throw new UsageError(`Cannot use -i ${quoted}: expected a name that ends in .json`);
  }
  if (from && to && getValue(from) >= getValue(to) && isUtc(from) === isUtc(to)) {
    throw new UsageError("Cannot use --to: expected a time after --from");
  }
  return {
    input,
    output,
    ...from && { from },
    ...to && { to },
    ...duration !== undefined && { segmentSeconds: duration },
  };
}

function isUtc(time: CaptureTime): time is { readonly utc: number } {
  return "utc" in time;
}

function getValue(time: CaptureTime): number {
  return isUtc(time) ? time.utc : time.seconds;
}

const UTC_TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?Z$/;

function parseCaptureTime(text: string): CaptureTime | undefined {
  const seconds = secondsType({ min: 0, max: MAX_CHANNEL_SECONDS }).parse(text);
  if (seconds !== undefined) return { seconds };
  const [, minutes, second = "00", fraction = ""] = UTC_TIME.exec(text) ?? [];
  if (minutes === undefined) return undefined;
  const ms = Date.parse(`${minutes}:${second}Z`);
  const isDate = !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(minutes); // not February 30
  return isDate ? { utc: 1000 * ms + Number(fraction.padEnd(6, "0")) } : undefined;
}
