import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { defineRoute } from "../../lib/url/route.ts";
import { createRouteParser } from "../../lib/url/route_parser.ts";

const parseRoute = createRouteParser<object, object, object, object>({
  pages: [defineRoute("", "page")],
  paths: [defineRoute("a/<name>", "path")],
  manifests: [
    defineRoute("list", "list", { inDirectory: "always" }),
    defineRoute("other", "other", { inDirectory: "fallback" }),
    defineRoute("<rendition>.txt", "one", { inDirectory: "fallback" }),
    defineRoute("*.x", "any"),
  ],
  media: [defineRoute("<rendition>/<time>.m4s", "segment"), defineRoute("(<stream>)/a", "stream")],
});

const VERSION = "v0123456789ab";
const NAME = "video_eng=1";

const routes: [rawPath: string, route: object][] = [
  ["/", { kind: "page", file: "" }],
  ["/d/b.json/", { kind: "page", file: "d/b.json" }],
  ["/a/b", { kind: "path", name: "b" }],
  ["/a/list", { kind: "path", name: "list" }],
  ["/a/b/c", { kind: "file", file: "a/b/c" }],
  ["/d%20e/list", { kind: "list", file: "d e" }],
  ["/d/x.x", { kind: "file", file: "d/x.x" }],
  ["/d.mp4/x.x", { kind: "any", file: "d.mp4" }],
  ["/d.ism/other", { kind: "other", file: "d.json" }],
  ["/d/other", { kind: "file", file: "d/other", fallback: { kind: "other", file: "d" } }],
  ["/d/a.txt", { kind: "file", file: "d/a.txt" }],
  ["/d.json/a.txt", { kind: "one", file: "d.json", rendition: "a" }],
  [
    `/d/${NAME}.txt`,
    {
      kind: "file",
      file: `d/${NAME}.txt`,
      fallback: { kind: "one", file: "d", rendition: NAME },
    },
  ],
  ["/d.json/v1/(a)/a", { kind: "stream", file: "d.json", version: "v1", stream: "a" }],
  ["/d/v1/(a)/a", { kind: "file", file: "d/v1/(a)/a" }],
  [
    `/${VERSION}/(a)/a`,
    {
      kind: "file",
      file: `${VERSION}/(a)/a`,
      fallback: { kind: "stream", file: "", version: VERSION, stream: "a" },
    },
  ],
];

for (const [rawPath, route] of routes) {
  Deno.test(`createRouteParser() reads ${rawPath}`, () => {
    assertEquals(parseRoute(rawPath), route);
  });
}

const rejected: [rawPath: string, code: string][] = [
  ["", "BAD_REQUEST"],
  ["*", "BAD_REQUEST"],
  ["a/b", "BAD_REQUEST"],
  ["/..", "BAD_REQUEST"],
  ["/../etc/passwd", "BAD_REQUEST"],
  ["/a/./b", "BAD_REQUEST"],
  ["/a/..", "BAD_REQUEST"],
  ["/a/%2e%2e/b", "BAD_REQUEST"],
  ["/a/.%2E/b", "BAD_REQUEST"],
  ["/a/%2e/b", "BAD_REQUEST"],
  ["/a\\..\\b", "BAD_REQUEST"],
  ["/a%5c..%5Cb", "BAD_REQUEST"],
  ["/a%2fb", "BAD_REQUEST"],
  ["/..%2F..%2fetc", "BAD_REQUEST"],
  ["/a%00b", "BAD_REQUEST"],
  ["/a\0b", "BAD_REQUEST"],
  ["/a%", "BAD_REQUEST"],
  ["/a%4", "BAD_REQUEST"],
  ["/a%zz", "BAD_REQUEST"],
  ["/%ff", "BAD_REQUEST"],
  ["/%c0%ae%c0%ae/x", "BAD_REQUEST"], // overlong ..
  ["/%e0%80%af", "BAD_REQUEST"], // overlong /
  ["/%ed%a0%80", "BAD_REQUEST"], // a surrogate
  ["//etc/passwd", "NOT_FOUND"],
  ["/a//b.json/.mpd", "NOT_FOUND"],
  ["/a/b.json/v1f/video//0.m4s", "NOT_FOUND"],
  ["/a/b.json/v1f/video/-1.m4s", "NOT_FOUND"],
  ["/a/b.json/v1f/video/00.m4s", "NOT_FOUND"],
  ["/a/b.json/v1f/video/1e3.m4s", "NOT_FOUND"],
  ["/a/b.json/v1f/video/0.m4s.bak", "NOT_FOUND"],
  ["/a/b.json/v1f/video/init.m4s", "NOT_FOUND"],
];

for (const [rawPath, code] of rejected) {
  Deno.test(`createRouteParser() rejects ${JSON.stringify(rawPath)} as ${code}`, () => {
    assertEquals(assertThrows(() => parseRoute(rawPath), RequestError, "Cannot").code, code);
  });
}
