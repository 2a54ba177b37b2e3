import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseVerifyOptions } from "../../lib/verify/options.ts";

const parsed: [line: string, expected: ReturnType<typeof parseVerifyOptions>][] = [
  ["video.json", { file: "video.json", json: false }],
  ["video.json --json", { file: "video.json", json: true }],
  ["--json movie.mp4", { file: "movie.mp4", json: true }],
  ["7", { file: "7", json: false }],
  ["verify", { file: "verify", json: false }],
  ["-- --json", { file: "--json", json: false }],
  ["--help", "help"],
  ["a b -h", "help"],
  ["--version", "version"],
  ["--keys k.json a", { file: "a", json: false, keys: "k.json" }],
  ["--json=false a", { file: "a", json: false }],
];

for (const [line, expected] of parsed) {
  Deno.test(`parseVerifyOptions() parses ${line}`, () => {
    assertEquals(parseVerifyOptions(line.split(" ")), expected);
  });
}

const refused: [line: string, message: string][] = [
  ["", "Cannot verify without FILE, a package or a media file"],
  ["--json", "Cannot verify without FILE, a package or a media file"],
  ["a.json b.json", 'Cannot verify "b.json" as well: expected one file'],
  ["a.json --jsno", 'Cannot use "--jsno": unknown, see amspackager verify --help'],
  ["-i a.mp4", 'Cannot use "-i": unknown, see amspackager verify --help'],
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
