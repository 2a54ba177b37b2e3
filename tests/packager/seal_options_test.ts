import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseSealOptions } from "../../lib/packager/seal_options.ts";

function parse(line: string) {
  return parseSealOptions(line.split(" ").filter(Boolean), () => undefined);
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
  ["https://a.example/a.json", 'Cannot write "https://a.example/a.json": expected a path or s3://'],
  [
    "s3://bucket/a.mp4?region=x",
    'Cannot seal "s3://bucket/a.mp4": expected a name that ends in .json',
  ],
];

for (const [line, message] of refusals) {
  Deno.test(`parseSealOptions() refuses '${line}'`, () => {
    assertThrows(() => parse(line), UsageError, message);
  });
}

Deno.test("parseSealOptions() reads a package in a bucket, whose files are next to it", () => {
  const options = parse("s3://bucket/films/a.json?region=x");
  if (typeof options === "string") throw new Error(options);
  const { file, remote, from } = options;
  assertEquals([file, remote?.name, from], ["s3://bucket/films/a.json", "a.json", undefined]);
});

Deno.test("parseSealOptions() compares a package of a web server without writing it", () => {
  const options = parse("--dry-run https://a.example/a.json");
  assertEquals(typeof options === "object" && options.remote?.name, "a.json");
});

Deno.test("parseSealOptions() accepts a bucket that is read without signatures", () => {
  const options = parse("--from s3://bucket/films?credentials=anonymous a.json");
  assertEquals(typeof options === "object" && options.from?.kind, "s3");
});
