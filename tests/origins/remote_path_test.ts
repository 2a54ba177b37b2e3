import { findAllowedFile } from "../../lib/storage/remote/allowed_source.ts";
import { toObjectUrl } from "../../lib/storage/remote/object_url.ts";
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import {
  parseAllowedOrigin,
  parseRemoteDirectory,
  parseRemotePath,
  toRemoteUrl,
} from "../../lib/origins/remote_path.ts";

const none = () => undefined;

Deno.test("parseRemotePath() separates the file of a bucket from its directory", () => {
  const { origin, name } = parseRemotePath(
    "s3://media/a/b c.mp4?endpoint=http://h:1&region=x",
    none,
  )!;
  assertEquals(name, "b c.mp4");
  assertEquals(origin, {
    kind: "s3",
    bucket: "media",
    prefix: "a/",
    endpoint: "http://h:1",
    region: "x",
    style: "path",
    sidecars: false,
    anonymous: false,
  });
});

Deno.test("parseRemotePath() decodes the name of a file of a web server", () => {
  assertEquals(parseRemotePath("https://a.example/x%20y/b%20c.mp4?authorization=f", none), {
    origin: {
      kind: "http",
      url: "https://a.example/x%20y/",
      sidecars: false,
      authorizationFile: "f",
    },
    name: "b c.mp4",
  });
});

Deno.test("parseRemotePath() leaves local paths alone", () => {
  for (const path of ["a.mp4", "/a/b.mp4", "C:\\a.mp4", "a?b=s3://c"]) {
    assertEquals(parseRemotePath(path, none), undefined);
    assertEquals(parseRemoteDirectory(path, none), undefined);
  }
});

for (
  const [text, message] of [
    ["s3://media/", "expected a file at the end of its path"],
    ["s3://media/a/..", "expected a file at the end of its path"],
    ["https://a.example/b%2Fc.mp4", "expected a file at the end of its path"],
    ["https://a.example/%ff.mp4", "expected a file at the end of its path"],
    ["https://a.example/c.mp4?signature=secret", "Cannot use this URL: expected authorization"],
    ["ftp://a.example/c.mp4", "expected http://, https:// or s3://"],
    ["https://user@a.example/c.mp4", "expected no user and password"],
  ] as const
) {
  Deno.test(`parseRemotePath() refuses '${text}'`, () => {
    assertThrows(() => parseRemotePath(text, none), UsageError, message);
  });
}

Deno.test("parseRemoteDirectory() reads the options of a directory", () => {
  const origin = parseRemoteDirectory("s3://media/films?credentials=anonymous", none);
  assertEquals(origin?.kind === "s3" && [origin.prefix, origin.anonymous], ["films/", true]);
});

Deno.test("parseAllowedOrigin() returns an origin whose files have percent-encoded paths", () => {
  const origin = { kind: "http", url: "https://a.example/b/", sidecars: false, encoded: true };
  assertEquals<unknown>(parseAllowedOrigin("https://a.example/b", () => undefined), origin);
  const why = "Cannot use --allow-source: expected http://, https:// or s3://";
  assertThrows(() => parseAllowedOrigin("/films", () => undefined), UsageError, why);
});

for (
  const url of [
    "s3://media/a/b + %20'()*!é.mp4",
    "https://a.example/a/b%20%2B%25%27%28%29%C3%A9.mp4",
  ]
) {
  Deno.test(`toRemoteUrl() returns ${url} as packages write it`, () => {
    const remote = parseRemotePath(`${url}?ca=ca.pem`, () => undefined)!;
    assertEquals(toRemoteUrl(remote), url);
    const allowed = parseAllowedOrigin(url.slice(0, url.lastIndexOf("/")), () => undefined);
    const file = findAllowedFile(url, [allowed])!;
    assertEquals(toObjectUrl(file.origin, file.path), toObjectUrl(remote.origin, remote.name));
  });
}
