import { assertEquals } from "@std/assert";
import { findToken, removePathToken } from "../../lib/access/token_location.ts";

const paths: [path: string, removed: string, token: string | undefined][] = [
  ["/films/a.json/.mpd", "/films/a.json/.mpd", undefined],
  ["/.t/abc/films/a.json/.mpd", "/films/a.json/.mpd", "abc"],
  ["/.t/a.b.c/films/a.json/.mpd", "/films/a.json/.mpd", "a.b.c"],
  ["/%2et/abc/films/", "/films/", "abc"],
  ["/.%74/abc/films/", "/films/", "abc"],
  ["/%2E%74/abc/films/", "/films/", "abc"],
  ["/.t/abc/", "/", "abc"],
  ["/.t/abc", "/", "abc"],
  ["/.t//films/", "/.t//films/", undefined],
  ["/.t/.t/abc/films/", "/.t/.t/abc/films/", undefined],
  ["/.t/%2e%74/abc/films/", "/.t/%2e%74/abc/films/", undefined],
  ["/.t/abc/.t/def/films/", "/.t/def/films/", "abc"],
  ["//.t/abc/films/", "//.t/abc/films/", undefined],
  ["/films/.t/abc/a", "/films/.t/abc/a", undefined],
  ["/.T/abc/films/", "/.T/abc/films/", undefined],
  ["/.tx/abc/films/", "/.tx/abc/films/", undefined],
  ["/.ams/auth", "/.ams/auth", undefined],
];

for (const [rawPath, removed, token] of paths) {
  Deno.test(`removePathToken() and findToken() split ${rawPath}`, () => {
    assertEquals(removePathToken(rawPath), removed);
    const found = findToken({ rawPath, headers: new Headers() });
    assertEquals(found, token === undefined ? undefined : { text: token, inPath: true });
  });
}

const AUTHORIZATION = { authorization: "Bearer header" };
const COOKIE = { cookie: "a=b; hdnts=exp=1~acl=/*~hmac=00; c=d" };

const requests: [path: string, query: string, headers: Record<string, string>, found: unknown][] = [
  ["/.t/path/a", "hdnts=query", { ...AUTHORIZATION, ...COOKIE }, { text: "path", inPath: true }],
  ["/a", "hdnts=query", { ...AUTHORIZATION, ...COOKIE }, { text: "query", parameter: "hdnts" }],
  ["/a", "x=1&token=query&y", COOKIE, { text: "query", parameter: "token" }],
  ["/a", "token=second&hdnts=first", {}, { text: "first", parameter: "hdnts" }],
  ["/a", "hdnts=exp=1~acl=/*~hmac=00", {}, { text: "exp=1~acl=/*~hmac=00", parameter: "hdnts" }],
  ["/a", "%68dnts=query", {}, { text: "query", parameter: "hdnts" }],
  ["/a", "hdnts=1&hdnts=2", {}, "repeated"],
  ["/a", "hdnts=1&%68dnts=1", {}, "repeated"],
  ["/a", "token=1&x&token=", {}, "repeated"],
  ["/a", "hdnts=&x", AUTHORIZATION, { text: "header" }],
  ["/a", "HDNTS=1&tokens=2&xtoken=3", {}, undefined],
  ["/a", "", { ...AUTHORIZATION, ...COOKIE }, { text: "header" }],
  ["/a", "", { authorization: "bearer  x " }, { text: "x" }],
  ["/a", "", { authorization: "Basic x", ...COOKIE }, { text: "exp=1~acl=/*~hmac=00" }],
  ["/a", "", { cookie: "xhdnts=1;hdnts=2" }, { text: "2" }],
  ["/a", "", { cookie: 'hdnts="2"; hdnts=3' }, { text: "2" }],
  ["/a", "", { cookie: "hdnts=" }, undefined],
  ["/a", "", {}, undefined],
];

for (const [rawPath, rawQuery, headers, found] of requests) {
  Deno.test(`findToken() finds ${JSON.stringify(found)} in ${rawPath}?${rawQuery} ${JSON.stringify(headers)}`, () => {
    assertEquals(findToken({ rawPath, rawQuery, headers: new Headers(headers) }), found as never);
  });
}
