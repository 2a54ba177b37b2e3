import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../../lib/errors.ts";
import { parseAllowedSource, parseMountSource } from "../../../lib/storage/remote/mount_source.ts";
import {
  getHost,
  getOriginUrl,
  isRemotePath,
  listHosts,
  resolveRemotePath,
  toObjectUrl,
} from "../../../lib/storage/remote/object_url.ts";
import type { RemoteOrigin } from "../../../lib/storage/remote/origin.ts";

const origin = (text: string) => parseMountSource(text, () => undefined) as RemoteOrigin;

const urls: [source: string, path: string, url: string][] = [
  ["https://a.example/x?ca=c.pem", "b/c.mp4", "https://a.example/x/b/c.mp4"],
  ["https://a.example/a%2Bb", "c+d e", "https://a.example/a%2Bb/c%2Bd%20e"],
  [
    "https://a.example",
    "100%/?#&=;@:$,.mp4",
    "https://a.example/100%25/%3F%23%26%3D%3B%40%3A%24%2C.mp4",
  ],
  ["https://a.example", "it's (a) *!~-_.mp4", "https://a.example/it%27s%20%28a%29%20%2A%21~-_.mp4"],
  ["https://a.example", "%2e%2e/a", "https://a.example/%252e%252e/a"],
  ["https://a.example", ".../.hidden/..a", "https://a.example/.../.hidden/..a"],
  ["s3://media/p q", "u\u0308/ü", "https://media.s3.us-east-1.amazonaws.com/p%20q/u%CC%88/%C3%BC"],
  ["s3://m.edia", "a", "https://s3.us-east-1.amazonaws.com/m.edia/a"],
  ["s3://media?endpoint=http://h:9000/s3", "a+b", "http://h:9000/s3/media/a%2Bb"],
  ["s3://media?endpoint=http://h:9000&style=host", "a", "http://media.h:9000/a"],
];

for (const [source, path, url] of urls) {
  Deno.test(`toObjectUrl() encodes ${path} of ${source}`, () => {
    assertEquals(toObjectUrl(origin(source), path)?.href, url);
  });
}

const impossible = [
  ...["", "/", "/a", "a/", "a//b", ".", "..", "a/..", "../a", "./a", "a/./b"],
  ...["a\\b", "a\nb", "a\0", "a\u0085", "\ud800"],
];

for (const path of impossible) {
  Deno.test(`toObjectUrl() requests nothing for ${JSON.stringify(path)}`, () => {
    assertEquals(toObjectUrl(origin("https://a.example"), path), undefined);
    assertEquals(toObjectUrl(origin("s3://media"), path), undefined);
    assertEquals(isRemotePath(path), false);
  });
}

Deno.test("toObjectUrl() requests nothing for keys of more than 1,024 bytes and long URLs", () => {
  assertEquals(toObjectUrl(origin("s3://media/p"), "a".repeat(1022))?.pathname.length, 1025);
  assertEquals(toObjectUrl(origin("s3://media/p"), "a".repeat(1023)), undefined);
  assertEquals(toObjectUrl(origin("s3://media"), "ü".repeat(513)), undefined);
  assertEquals(toObjectUrl(origin("https://a.example"), "a".repeat(8000)), undefined);
});

Deno.test("toObjectUrl() sends the path and the query of an allowed URL as they are", () => {
  const allowed = parseAllowedSource("https://a.example/x", () => undefined);
  const get = (path: string) => toObjectUrl(allowed, path)?.href;
  assertEquals(
    get("a+b%20c.mp4?X-Sig=a%2Bb/../c"),
    "https://a.example/x/a+b%20c.mp4?X-Sig=a%2Bb/../c",
  );
  for (const path of ["../a", "%2e%2E/a", "a//b", "", "a%2Fb", "a%5cb", "a%00"]) {
    assertEquals(get(path), undefined, path);
  }
});

const resolved: [directory: string, name: string, path: string][] = [
  ["", "a.mp4", "a.mp4"],
  ["films", "a.mp4", "films/a.mp4"],
  ["films/x", "../.media/./a.mp4", "films/.media/a.mp4"],
  ["films", "../a.mp4", "a.mp4"],
  ["films", "..", ""],
  ["films", "..a/b..", "films/..a/b.."],
  ["", "%2e%2e/a", "%2e%2e/a"],
];

for (const [directory, name, path] of resolved) {
  Deno.test(`resolveRemotePath() finds ${name} in '${directory}'`, () => {
    assertEquals(resolveRemotePath(directory, name), path);
  });
}

for (const name of ["../a", "a/../../a", "/a", "..\\a", "a\\..\\..\\b", "a\nb", "x/../..", "\0"]) {
  Deno.test(`resolveRemotePath() rejects ${JSON.stringify(name)}`, () => {
    const error = assertThrows(
      () => resolveRemotePath("", name),
      RequestError,
      "outside of the mount",
    );
    assertEquals(error.code, "FORBIDDEN");
  });
}

Deno.test("getOriginUrl() contains no parameters", () => {
  const get = (source: string) => getOriginUrl(origin(source));
  assertEquals(get("https://a.example/x?authorization=/run/secret"), "https://a.example/x/");
  assertEquals(
    get("s3://m.edia/a b/c?credentials=/run/secret"),
    "https://s3.us-east-1.amazonaws.com/m.edia/a%20b/c/",
  );
});

Deno.test("listHosts() lists the ports of an origin, and that of https where servers redirect to it", () => {
  assertEquals(listHosts(origin("https://a.example/x")), ["a.example:443"]);
  assertEquals(listHosts(origin("http://a.example")), ["a.example:80", "a.example:443"]);
  assertEquals(listHosts(origin("http://[::1]:8080")), ["[::1]:8080"]);
  assertEquals(listHosts(origin("s3://media")), ["media.s3.us-east-1.amazonaws.com:443"]);
  assertEquals(getHost(new URL("http://A.example:443")), "a.example:443");
});
