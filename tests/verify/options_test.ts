import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseVerifyOptions } from "../../lib/verify/options.ts";

const parsed: [line: string, expected: ReturnType<typeof parseVerifyOptions>][] = [
  ["video.json", { files: ["video.json"], json: false }],
  ["video.json --json", { files: ["video.json"], json: true }],
  ["--json movie.mp4", { files: ["movie.mp4"], json: true }],
  ["7", { files: ["7"], json: false }],
  ["verify", { files: ["verify"], json: false }],
  ["-- --json", { files: ["--json"], json: false }],
  ["a.json films --json b.mp4", { files: ["a.json", "films", "b.mp4"], json: true }],
  ["--help", "help"],
  ["a b -h", "help"],
  ["--version", "version"],
  ["--keys k.json a", { files: ["a"], json: false, keys: "k.json" }],
  ["--json=false a", { files: ["a"], json: false }],
];

for (const [line, expected] of parsed) {
  Deno.test(`parseVerifyOptions() parses ${line}`, () => {
    assertEquals(parseVerifyOptions(line.split(" ")), expected);
  });
}

const refused: [line: string, message: string][] = [
  ["", "Cannot verify without FILE, a package or a media file"],
  ["--json", "Cannot verify without FILE, a package or a media file"],
  ["a.json --jsno", 'Cannot use "--jsno": unknown, did you mean --json?'],
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
