import { assertEquals, assertThrows } from "@std/assert";
import { RequestError } from "../../lib/errors.ts";
import { defineRoute } from "../../lib/url/route.ts";
import { createRouteParser } from "../../lib/url/route_parser.ts";

const parseRoute = createRouteParser<object, object, object, object, object>({
  pages: [defineRoute("", "page")],
  paths: [defineRoute("a/<name>", "path")],
  services: [defineRoute("license", "license"), defineRoute("key/<kid>", "key")],
  manifests: [
    defineRoute("list", "list", { inDirectory: "always" }),
    defineRoute("other", "other", { inDirectory: "fallback" }),
    defineRoute("<rendition>.txt", "one", { inDirectory: "fallback" }),
    defineRoute("*.x", "any"),
  ],
  media: [defineRoute("<rendition>/<time>.m4s", "segment"), defineRoute("(<stream>)/a", "stream")],
});

const KID = "09e36702-8f33-436c-a5dd-60ffe6671e70";

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
  ["/d/a.json/license", { kind: "license", file: "d/a.json" }],
  ["/%61.ism/license", { kind: "license", file: "a.json" }],
  [`/a.json/key/${KID}`, { kind: "key", file: "a.json", kid: KID }],
  ["/d/license", { kind: "file", file: "d/license" }],
  [`/d/key/${KID}`, { kind: "file", file: `d/key/${KID}` }],
  [`/a.json/x/key/${KID}`, { kind: "file", file: `a.json/x/key/${KID}` }],
  [`/a.json/k%65y/${KID}`, { kind: "file", file: `a.json/key/${KID}` }],
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

/** Another spelling of the path of an asset, and the URL in that of AMS, relative to the request. */
const spellings: [rawPath: string, ownUrl: string | undefined][] = [
  ["/d/b%20(1).mp4/list", undefined],
  ["/d/b%20%281).mp4/list", "../b%20(1).mp4/list"],
  ["/d/b%20(1)%2Emp4/list", "../b%20(1).mp4/list"],
  ["/d/b (1).mp4/list", "../b%20(1).mp4/list"],
  ["/%64/b%20(1).mp4/list", "../../d/b%20(1).mp4/list"],
  ["/%64/b.mp4/one.x", "../../d/b.mp4/one.x"],
  ["/%64/c%20d/e/list", "../../../d/c%20d/e/list"],
  ["/d/c%20d/%65/list", "../e/list"],
  ["/%64/list", "../d/list"],
  ["/d/%62.ism/other", "../b.ism/other"],
  ["/%c3%a9.mp4/list", "../%C3%A9.mp4/list"],
  ["/é.mp4/list", "../%C3%A9.mp4/list"],
  ["/%C3%A9.mp4/list", undefined],
  ["/a&b+c,d;e=f@g:h!$'*.mp4/list", undefined],
  ["/a%26b%2Cc.mp4/list", undefined],
  ["/a%26b,c.mp4/list", "../a%26b%2Cc.mp4/list"],
  ["/a%26b/c,d.mp4/list", "../c%2Cd.mp4/list"],
  ["/[1].mp4/list", undefined],
  ["/%5B1%5D.mp4/list", undefined],
  ["/[1%5D.mp4/list", "../%5B1%5D.mp4/list"],
  ["/%5b1%5d.mp4/list", "../%5B1%5D.mp4/list"],
  ["/%3a/list", "../%3A/list"],
  ["/a.mp4/a%20b.x", undefined],
  ["/%61.mp4/a%20b.x", "../a.mp4/a%20b.x"],
  ["/%61.mp4/v1/a/0.m4s", "../../../a.mp4/v1/a/0.m4s"],
  [`/%61/${VERSION}/${NAME}/0.m4s`, `../../../a/${VERSION}/${NAME}/0.m4s`],
  ["/%64/other", "../d/other"],
];

for (const [rawPath, ownUrl] of spellings) {
  Deno.test(`createRouteParser() returns ${ownUrl} as the own URL of ${rawPath}`, () => {
    const route: { ownUrl?: string; fallback?: { ownUrl?: string } } = parseRoute(rawPath);
    assertEquals(route.fallback?.ownUrl ?? route.ownUrl, ownUrl);
    if (ownUrl === undefined) return;
    const { pathname } = new URL(ownUrl, `http://host${rawPath}`);
    assertEquals(
      pathname.split("/").map(decodeURIComponent),
      rawPath.split("/").map(decodeURIComponent),
    );
    const own: typeof route = parseRoute(pathname);
    assertEquals(own.fallback?.ownUrl ?? own.ownUrl, undefined); // no redirect leads to another
  });
}

/** Another spelling of what follows the path of an asset is a file, which does not exist. */
const misspelled = [
  "/a.mp4/l%69st",
  "/a.mp4/a%2Db.x",
  "/a.mp4/a b.x",
  "/a.mp4/%61.txt",
  "/d/l%69st",
  "/d/oth%65r",
  "/a/%62",
  `/d/${VERSION}/${NAME}/%30.m4s`,
  `/d/${VERSION}/video_eng%3D1/0.m4s`,
  `/d/%76${VERSION.slice(1)}/${NAME}/0.m4s`,
];

for (const rawPath of misspelled) {
  Deno.test(`createRouteParser() reads ${rawPath} as a file`, () => {
    const file = decodeURIComponent(rawPath.slice(1));
    assertEquals(parseRoute(rawPath), { kind: "file", file });
  });
}

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
  ["/a.mp4/v1/a/%30.m4s", "NOT_FOUND"],
  ["/a.mp4/v1/%61/0.m4s", "NOT_FOUND"],
  ["/a.mp4/v%31/a/0.m4s", "NOT_FOUND"],
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
