import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseVerifyOptions } from "../../lib/verify/options.ts";

const parsed: [line: string, expected: ReturnType<typeof parseVerifyOptions>][] = [
  ["video.json", { files: ["video.json"], json: false, sidecars: true }],
  ["video.json --json", { files: ["video.json"], json: true, sidecars: true }],
  ["--json movie.mp4", { files: ["movie.mp4"], json: true, sidecars: true }],
  ["7", { files: ["7"], json: false, sidecars: true }],
  ["verify", { files: ["verify"], json: false, sidecars: true }],
  ["-- --json", { files: ["--json"], json: false, sidecars: true }],
  ["a.json films --json b.mp4", {
    files: ["a.json", "films", "b.mp4"],
    json: true,
    sidecars: true,
  }],
  ["--help", "help"],
  ["a b -h", "help"],
  ["--version", "version"],
  ["--keys k.json a", { files: ["a"], json: false, sidecars: true, keys: "k.json" }],
  ["--no-sidecars a.mp4", { files: ["a.mp4"], json: false, sidecars: false }],
  ["--allow-source http://a/b/ a", {
    files: ["a"],
    json: false,
    sidecars: true,
    allowed: [{ kind: "http", url: "http://a/b/", sidecars: false, encoded: true }],
  }],
  ["--json=false a", { files: ["a"], json: false, sidecars: true }],
];

for (const [line, expected] of parsed) {
  Deno.test(`parseVerifyOptions() parses ${line}`, () => {
    assertEquals(parseVerifyOptions(line.split(" "), () => undefined), expected);
  });
}

const refused: [line: string, message: string][] = [
  ["", "Cannot verify without FILE, a package or a media file"],
  ["--json", "Cannot verify without FILE, a package or a media file"],
  ["--allow-source /a a", "Cannot use --allow-source: expected http://, https:// or s3://"],
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
