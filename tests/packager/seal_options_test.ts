import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseSealOptions } from "../../lib/packager/seal_options.ts";

function parse(line: string) {
  return parseSealOptions(line.split(" ").filter(Boolean));
}

Deno.test("parseSealOptions() reads the package and its origin", () => {
  const from = { kind: "http", url: "https://a.example/films/", sidecars: false } as const;
  const line = "--from https://a.example/films/ video.json";
  assertEquals(parse(line), { file: "video.json", from, dryRun: false });
  assertEquals(parse(`--dry-run ${line}`), { file: "video.json", from, dryRun: true });
  assertEquals(parse("--help"), "help");
  assertEquals(parse("--version"), "version");
});

const refusals: [line: string, message: string][] = [
  ["--from https://a.example/", "Cannot seal without FILE, one package"],
  ["--from https://a.example/ a.json b.json", "Cannot seal without FILE, one package"],
  ["--from https://a.example/ a.mp4", "expected a name that ends in .json"],
  ["a.json", "Cannot seal without --from, where the files are"],
  ["--from /films a.json", "Cannot use --from: expected an address that starts with"],
  ["--from ftp://a.example/ a.json", "expected http://, https:// or s3://"],
  ["--from s3://bucket/films a.json", "expected credentials=anonymous in an s3:// address"],
];

for (const [line, message] of refusals) {
  Deno.test(`parseSealOptions() refuses '${line}'`, () => {
    assertThrows(() => parse(line), UsageError, message);
  });
}

Deno.test("parseSealOptions() accepts a bucket that is read without signatures", () => {
  const options = parse("--from s3://bucket/films?credentials=anonymous a.json");
  assertEquals(typeof options === "object" && options.from.kind, "s3");
});
