/** The command line of amspackager channel. */

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
import { secondsType } from "../cli/value_types.ts";
import {
  CHANNEL_DEFAULTS,
  CHANNEL_SEGMENT_DURATION,
  MAX_CHANNEL_SECONDS,
  STREAM_KEY,
} from "../package/channel_file.ts";
import { LABEL_TEXT } from "../package/schema.ts";
import { LOCAL_FILE } from "./local_path.ts";

export interface ChannelOptions {
  readonly output: string;
  readonly segmentDuration: number;
  readonly window: number | "all";
  readonly keep: number | "window" | "all";
  readonly reconnect: number | "always";
  readonly label: string | undefined;
  /** Absent: a random one. */
  readonly key: string | undefined;
}

const OPTIONS = {
  output: {
    short: "o",
    placeholder: "FILE",
    help: "Channel file to write, such as live/news.json in the document root of ams",
    ...LOCAL_FILE,
  },
  duration: {
    short: "d",
    placeholder: "SECONDS",
    default: String(CHANNEL_DEFAULTS.segmentDuration),
    help:
      `Segment duration, from ${CHANNEL_SEGMENT_DURATION.min} to ${CHANNEL_SEGMENT_DURATION.max}`,
    ...secondsType(CHANNEL_SEGMENT_DURATION),
  },
  window: {
    placeholder: "SECONDS",
    default: String(CHANNEL_DEFAULTS.window),
    help: "Seconds that viewers can go back, or all: to the start of the broadcast",
    ...secondsOr(["all"], 1),
  },
  keep: {
    placeholder: "SECONDS",
    default: CHANNEL_DEFAULTS.keep,
    help: "Seconds that stay on disk, at least the window; window: as many as that; or all",
    ...secondsOr(["window", "all"], 1),
  },
  reconnect: {
    placeholder: "SECONDS",
    default: String(CHANNEL_DEFAULTS.reconnect),
    help: "Seconds that a broadcast waits for its encoder before it is over, or always",
    ...secondsOr(["always"], 0),
  },
  label: {
    placeholder: "TEXT",
    help: "Name of the channel for listings",
    expected: "text on one line",
    parse: (text: string) => LABEL_TEXT.test(text) ? text : undefined,
  },
  key: {
    placeholder: "KEY",
    defaultHelp: "a random one",
    help: "Stream key of the encoder",
    expected: "16 to 200 of A-Z a-z 0-9 _ and -",
    parse: (text: string) => STREAM_KEY.test(text) ? text : undefined,
  },
  help: HELP_OPTION,
  version: VERSION_OPTION,
} as const satisfies OptionTable;

export const CHANNEL_COMMAND = {
  name: "amspackager channel",
  summary: "create a live channel",
  usage: ["-o FILE [options]"],
  example: '-o live/news.json --window 7200 --label "News"',
  description: [
    "Writes a channel file with a stream key for one encoder, and prints where it publishes and " +
    "what viewers open. The key is printed once: the file contains its SHA-256.",
  ],
  options: OPTIONS,
  noOperands: "expected -o before the channel file",
} as const satisfies Command;

export const CHANNEL_HELP = formatHelp(CHANNEL_COMMAND);

/**
 * @returns the options, or which text to print
 * @throws UsageError
 */
export function parseChannelOptions(
  args: readonly string[],
): ChannelOptions | "help" | "version" {
  const line = parseCommandLine(CHANNEL_COMMAND, args);
  if (typeof line === "string") return line;
  const values = readOptions(OPTIONS, line.uses);
  const { output, duration: segmentDuration, window, keep, reconnect, label, key } = values;
  if (output === undefined) throw new UsageError("Cannot create a channel without -o, its file");
  if (typeof keep === "number" && (window === "all" || keep < window)) {
    throw new UsageError(`Cannot use --keep "${keep}": expected at least --window, window or all`);
  }
  return { output, segmentDuration, window, keep, reconnect, label, key };
}

function secondsOr<const Word extends string>(words: readonly Word[], min: number) {
  const { expected, parse } = secondsType({ min, max: MAX_CHANNEL_SECONDS });
  return {
    expected: `${expected}, or ${words.join(" or ")}`,
    parse: (text: string): number | Word | undefined =>
      words.find((word) => word === text) ?? parse(text),
  };
}
