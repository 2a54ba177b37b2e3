import { assertEquals, assertThrows } from "@std/assert";
import { parseAmsOptions } from "../../lib/ams/options.ts";
import { hasRemoteRoot, listOrigins } from "../../lib/ams/source_options.ts";
import { UsageError } from "../../lib/cli/usage_error.ts";
import type { S3Origin } from "../../lib/storage/remote/origin.ts";

function parse(args: string[], variables: Record<string, string> = {}) {
  const options = parseAmsOptions(args, {
    getVariable: (name) => variables[name],
    readTextFile: () => "{}",
  });
  if (typeof options === "string") throw new Error("no options");
  return options;
}

Deno.test("--mount and -d take directories and URLs", () => {
  const { root, sources } = parse([
    ...["-d", "https://origin.example/films"],
    ...["--mount", "/vod/=s3://media/films?region=eu-west-1"],
    ...["--mount", "/a/b=/srv/b=c"],
  ]);
  assertEquals(root, "https://origin.example/films");
  assertEquals(sources.mounts.map(({ path, source }) => [path, source.kind]), [
    ["", "http"],
    ["vod", "s3"],
    ["a/b", "directory"],
  ]);
  assertEquals(sources.mounts[2]!.source, { kind: "directory", path: "/srv/b=c" });
  assertEquals([hasRemoteRoot(sources), listOrigins(sources).length], [true, 2]);
});

Deno.test("a directory as document root is no mount", () => {
  const { sources } = parse(["-d", "/srv", "--allow-source", "https://origin.example/films/"]);
  assertEquals([sources.mounts, hasRemoteRoot(sources)], [[], false]);
  assertEquals(listOrigins(sources).map(({ kind }) => kind), ["http"]);
});

Deno.test("s3:// reads what AWS's tools read of the environment", () => {
  const variables = { AWS_ENDPOINT_URL: "http://minio:9000", AWS_DEFAULT_REGION: "eu-north-1" };
  const { source } = parse(["-d", "s3://media"], variables).sources.mounts[0]!;
  const { endpoint, region } = source as S3Origin;
  assertEquals([endpoint, region], ["http://minio:9000", "eu-north-1"]);
});

Deno.test("--source-disk takes a directory, and its size", () => {
  const read = (value: string) => parse(["--source-disk", value]).sources.disk;
  assertEquals(read("/var/cache/ams:100G"), {
    directory: "/var/cache/ams",
    maxBytes: 100 * 2 ** 30,
  });
  assertEquals(read("cache"), { directory: "cache", maxBytes: 10 * 2 ** 30 });
  assertEquals(read("C:\\cache"), { directory: "C:\\cache", maxBytes: 10 * 2 ** 30 });
});

const REJECTED: [args: string[], reason: string][] = [
  [
    ["--mount", "vod=s3://media"],
    'Cannot use --mount "vod=s3://media": expected a path and a source, such as /vod=s3://media/films',
  ],
  [
    ["--mount", "/=s3://media"],
    'Cannot use --mount "/=s3://media": expected a path and a source, such as /vod=s3://media/films',
  ],
  [
    ["--mount", "/a/.b=s3://media"],
    "Cannot use --mount /a/.b: expected PATH=SOURCE with a PATH like /films/new, without dot names",
  ],
  [
    ["--mount", "/vod=https://user:secret@origin.example/"],
    "Cannot use --mount /vod: expected no user and password in it",
  ],
  [["-d", "ftp://origin.example/"], "Cannot use -d: expected http://, https:// or s3://"],
  [
    ["--mount", "/a=s3://b", "--mount", "/a/=/srv"],
    "Cannot use --mount /a twice: expected one source for a path",
  ],
  [
    ["--allow-source", "https://origin.example/../x"],
    "Cannot use --allow-source: expected the URL to be http(s)://HOST[:PORT][/PATH], without . and ..",
  ],
  [
    ["--allow-source", "https://user:secret@origin.example/"],
    "Cannot use --allow-source: expected no user and password in it",
  ],
  [
    ["--allow-source", "https://origin.example?signature=a,b"],
    "Cannot use --allow-source: expected authorization, ca, sidecars in its query",
  ],
  [
    ["--allow-source", "ftp://user:secret@origin.example/"],
    "Cannot use --allow-source: expected http://, https:// or s3://",
  ],
  [
    ["--source-disk", "/var/cache:1M"],
    'Cannot use --source-disk "/var/cache:1M": expected a directory, and perhaps a size of at least 128M, such as /var/cache/ams:10G',
  ],
  [
    ["-d", "s3://media", "--ingest", "127.0.0.1:1935"],
    "Cannot publish to --channels live, which is on the mount of /: expected a directory of the document root",
  ],
  [
    ["--mount", "/live=/srv/live", "--channels", "live/news", "--ingest", "127.0.0.1:1935"],
    "Cannot publish to --channels live/news, which is on the mount of /live: expected a directory of the document root",
  ],
];

for (const [args, reason] of REJECTED) {
  Deno.test(`${args.join(" ")} is rejected`, () => {
    assertEquals(assertThrows(() => parse(args), UsageError).message, reason);
  });
}
