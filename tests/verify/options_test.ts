import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseVerifyOptions } from "../../lib/verify/options.ts";

const understood: [line: string, expected: ReturnType<typeof parseVerifyOptions>][] = [
  ["video.json", { file: "video.json", json: false }],
  ["video.json --json", { file: "video.json", json: true }],
  ["--json film.mp4", { file: "film.mp4", json: true }],
  ["7", { file: "7", json: false }],
  ["verify", { file: "verify", json: false }],
  ["-- --json", { file: "--json", json: false }],
  ["--help", "help"],
  ["a b -h", "help"],
];

for (const [line, expected] of understood) {
  Deno.test(`parseVerifyOptions() understands ${line}`, () => {
    assertEquals(parseVerifyOptions(line.split(" ")), expected);
  });
}

const refused: [line: string, message: string][] = [
  ["", "Cannot verify without a file: a package, or an MP4"],
  ["--json", "Cannot verify without a file: a package, or an MP4"],
  ["a.json b.json", 'Cannot verify "b.json" too: one file at a time'],
  ["a.json --jsno", 'Cannot understand "--jsno": see verify --help'],
  ["-i a.mp4", 'Cannot understand "-i": see verify --help'],
];

for (const [line, message] of refused) {
  Deno.test(`parseVerifyOptions() refuses '${line}' in one line`, () => {
    const error = assertThrows(
      () => parseVerifyOptions(line.split(" ").filter(Boolean)),
      UsageError,
    );
    assertEquals(error.message, message);
  });
}
