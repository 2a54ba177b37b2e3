import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/cli/usage_error.ts";
import { parseRemoteDirectory, parseRemotePath } from "../../lib/packager/remote_path.ts";

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
