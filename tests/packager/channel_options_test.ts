import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { type ChannelOptions, parseChannelOptions } from "../../lib/packager/channel_options.ts";

const DEFAULTS: ChannelOptions = {
  output: "live/news.json",
  segmentDuration: 4,
  window: 3600,
  keep: "window",
  reconnect: 60,
  label: undefined,
  key: undefined,
};

const OPTIONS: [line: string, expected: Partial<ChannelOptions>][] = [
  ["", {}],
  ["-d 2 --window 60 --keep 60 --reconnect 0 --label News", {
    segmentDuration: 2,
    window: 60,
    keep: 60,
    reconnect: 0,
    label: "News",
  }],
  ["--window all --keep window --reconnect always", { window: "all", reconnect: "always" }],
  ["--keep all --key 0123456789abcdef", { keep: "all", key: "0123456789abcdef" }],
];

for (const [line, expected] of OPTIONS) {
  Deno.test(`parseChannelOptions() reads ${line || "the defaults"}`, () => {
    const args = ["-o", "live/news.json", ...line.split(" ").filter(Boolean)];
    assertEquals(parseChannelOptions(args), { ...DEFAULTS, ...expected });
  });
}

const ERRORS: [line: string, message: string][] = [
  ["-d 2", "Cannot create a channel without -o, its file"],
  ["-o s3://a/a.json", 'Cannot use -o "s3://a/a.json": expected a local file'],
  ["-o a.json -d 31", 'Cannot use -d "31": expected seconds from 1 to 30'],
  [
    "-o a.json --window no",
    'Cannot use --window "no": expected seconds from 1 to 315360000, or all',
  ],
  ["-o a.json --keep 60", 'Cannot use --keep "60": expected at least --window, window or all'],
  ["-o a.json --window all --keep 9999", 'Cannot use --keep "9999": expected at least --window'],
  ["-o a.json --key short", 'Cannot use --key "short": expected 16 to 200 of A-Z a-z 0-9 _ and -'],
  ["a.json", 'Cannot use "a.json": expected -o before the channel file'],
];

for (const [line, message] of ERRORS) {
  Deno.test(`parseChannelOptions() rejects ${line}`, () => {
    assertThrows(() => parseChannelOptions(line.split(" ")), UsageError, message);
  });
}
